"""The same roster handed in, confirmed or confirmed and returned by many at the same moment: one decision."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from django.urls import reverse

from accounts.errors import Conflict
from accounts.models import User
from courses.commands.rosters.deciding import roster_confirm, roster_return
from courses.models import TrainingClass
from office.audit.models import Event
from office.jobs.models import Job
from registry.models import HourEntry
from tests.courses.made import course_unit, training_class
from tests.courses.rosters import fresh, handed_in, new, upload, work, xlsx
from tests.factories import AppointmentFactory
from tests.faults.crowd import at_once, browsers
from tests.registry.conftest import own_media

__all__ = ["own_media"]
pytestmark = [pytest.mark.django_db(transaction=True)]
TIMES = 20


@pytest.fixture(autouse=True)
def after_the_class() -> Any:
    with time_machine.travel("2021-10-13T09:00:00+08:00", tick=False):
        yield


@pytest.fixture
def held(db: None) -> TrainingClass:
    return training_class(organisation=course_unit(), planned_number=3)


@pytest.fixture
def organiser(held: TrainingClass) -> User:
    return AppointmentFactory(organiser=True, organisation=held.organisation).user


def three(held: TrainingClass) -> list[list[Any]]:
    return [new(held, n) for n in range(3)]


def events(action: str) -> int:
    return Event.objects.filter(action=action).count()


def test_the_same_file_the_same_hand_in_and_the_same_confirmation(held: TrainingClass, organiser: User) -> None:
    windows, data = browsers(organiser, TIMES), xlsx(three(held))
    page = reverse("courses:roster_upload", args=[held.pk])
    at_once([lambda window=window: window.post(page, {"file": upload(data)}) for window in windows])
    assert (events("roster.upload"), Job.objects.filter(kind="roster_check").count()) == (1, 1)
    work()
    page = reverse("courses:roster_submit", args=[held.pk])
    form = {"filler": "林海", "phone": "13800000001", "filled_on": "2021-10-13"}
    at_once([lambda window=window: window.post(page, form) for window in windows])
    assert (events("roster.submit"), fresh(held.roster).state) == (1, "submitted")
    office = browsers(AppointmentFactory(city=True).user, TIMES)
    page = reverse("courses:roster_confirm", args=[held.pk])
    at_once([lambda window=window: window.post(page) for window in office])
    assert Job.objects.filter(kind="roster_confirm").count() == 1
    work()
    assert (events("roster.confirm"), HourEntry.objects.count()) == (1, 3)


@pytest.mark.parametrize("_round", range(3))
def test_confirming_and_returning_at_once_is_one_decision(_round: int, held: TrainingClass, organiser: User) -> None:
    roster = handed_in(held, organiser, three(held))
    one, other = AppointmentFactory(city=True).user, AppointmentFactory(city=True).user
    answers = at_once(
        [
            lambda: roster_confirm(actor=one, roster=roster),
            lambda: roster_return(actor=other, roster=roster, reason="缺盖章件"),
        ]
    )
    assert sum(isinstance(answer, Conflict) for answer in answers) == 1
    work()
    state = fresh(roster).state
    assert (state, HourEntry.objects.count()) in [("confirmed", 3), ("returned", 0)]
    assert events("roster.confirm") + events("roster.return") == 1
