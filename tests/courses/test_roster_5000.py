"""A roster of thousands of rows goes the whole way: five thousand in make test-full, five hundred in make test."""

from __future__ import annotations

import time
from typing import Any

import pytest
import structlog
import time_machine

from accounts.models import User
from courses.commands.rosters.deciding import roster_confirm, roster_reverse
from courses.commands.rosters.mending import row_delete
from courses.commands.rosters.submitting import roster_submit
from courses.commands.rosters.uploads import roster_upload
from courses.models import TrainingClass
from courses.states import RosterState
from registry.models import ActivitySpan, AnnualStanding, HourEntry, Practitioner
from tests.courses.made import course_unit, training_class
from tests.courses.rosters import fresh, hand_in_data, new, upload, work, xlsx
from tests.factories import AppointmentFactory

pytestmark = pytest.mark.django_db
log = structlog.get_logger(__name__)


@pytest.fixture(autouse=True)
def after_the_class() -> Any:
    with time_machine.travel("2021-10-13T09:00:00+08:00", tick=True):
        yield


@pytest.mark.parametrize("people", [500, pytest.param(5_000, marks=pytest.mark.slow)])
def test_the_whole_way(people: int, city: User) -> None:
    held: TrainingClass = training_class(organisation=course_unit(), planned_number=people)
    organiser = AppointmentFactory(organiser=True, organisation=held.organisation).user
    took: dict[str, float] = {}

    def step(name: str, act: Any) -> None:
        start = time.monotonic()
        act()
        took[name] = round(time.monotonic() - start, 2)

    data = xlsx([new(held, n) for n in range(people)])
    step("upload", lambda: roster_upload(actor=organiser, roster=held.roster, upload=upload(data)))
    step("check", work)
    roster = fresh(held.roster)
    assert (roster.state, roster.counts["ready"]) == (RosterState.READY, people)
    step("mend", lambda: row_delete(actor=organiser, roster=roster, row=99_999))
    step("submit", lambda: roster_submit(actor=organiser, roster=roster, data=hand_in_data()))
    step("ask", lambda: roster_confirm(actor=city, roster=roster))
    step("confirm", work)
    roster = fresh(roster)
    assert (roster.state, roster.counts["created"]) == (RosterState.CONFIRMED, people)
    assert HourEntry.objects.count() == Practitioner.objects.count() == people
    assert ActivitySpan.objects.count() == 2 * people
    assert AnnualStanding.objects.filter(year=2021, counted_professional=16).count() == people
    step("reverse", lambda: roster_reverse(actor=city, roster=roster, reason="名单有误"))
    assert HourEntry.objects.count() == 2 * people and not ActivitySpan.objects.exists()
    assert not AnnualStanding.objects.filter(year=2021, recorded_total__gt=0).exists()
    log.info("roster_took", people=people, **took)
