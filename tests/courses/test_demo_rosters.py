"""The demo's ways through the life of a roster, each on its own, without a load of the whole demo."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import time_machine

from accounts.models import Organisation, Region, User
from courses.states import RosterState
from registry.models import HourEntry
from tests.courses.made import training_class
from tests.courses.rosters import fresh
from zsjxjy.demo.rosters import _checked, _confirm, _hand_in, _reverse, _send_back
from zsjxjy.demo.staff import CITY_OFFICE
from zsjxjy.demo.steps import City

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("way", "state", "lines"),
    [
        (_checked, RosterState.READY, 0),
        (_hand_in, RosterState.SUBMITTED, 0),
        (_send_back, RosterState.RETURNED, 0),
        (_confirm, RosterState.CONFIRMED, 3),
        (_reverse, RosterState.REVERSED, 6),
    ],
)
def test_a_roster_of_the_demo_ends_where_it_should(
    unit: Organisation, organiser: User, city: User, way: Callable[..., Any], state: RosterState, lines: int
) -> None:
    held = training_class(organisation=unit, applicant=organiser)
    regions = {region.code: region for region in Region.objects.all()}
    with time_machine.travel("2021-10-13T09:00:00+08:00", tick=False):
        way(City(regions, {"organiser": organiser, CITY_OFFICE.username: city}), title=held.title, people=[])
    assert (fresh(held.roster).state, HourEntry.objects.count()) == (state, lines)
