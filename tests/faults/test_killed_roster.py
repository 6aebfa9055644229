"""kill -9 of a worker in the middle of a roster's confirmation: all five hundred are credited once, or nobody is."""

from __future__ import annotations

import os
import random
import signal
import time
from datetime import date, timedelta

import pytest
from django.db.models import Count, Sum

from accounts.models import User
from courses.commands.rosters.deciding import roster_confirm
from courses.models import Roster, RosterRow, TrainingClass
from office.jobs.models import Job
from office.jobs.states import JobState
from registry.models import ActivitySpan, AnnualStanding, EntrySource, HourEntry
from tests.courses.made import course_unit, training_class
from tests.courses.rosters import fresh, handed_in, new
from tests.factories import AppointmentFactory
from tests.faults.house import DRAINED_SECONDS, House, until

PEOPLE = 500
POINTS = random.Random(38)
FIRST = date(2021, 3, 1)


@pytest.fixture
def city(house: House) -> User:
    """市学时办."""
    return AppointmentFactory(city=True).user


def waiting(number: int) -> list[Roster]:
    """So many rosters of 500 people each, of classes on days of their own, that wait for the city office."""
    unit = course_unit()
    organiser = AppointmentFactory(organiser=True, organisation=unit).user
    found = []
    for n in range(number):
        held: TrainingClass = training_class(
            organisation=unit, days=[FIRST + timedelta(days=n)], title=f"第{n + 1}期", planned_number=PEOPLE
        )
        rows = [new(held, person, 8) for person in range(PEOPLE)]
        found.append(handed_in(held, organiser, rows, late_reason="补报"))
    return found


@pytest.mark.parametrize("points", [3, pytest.param(20, marks=pytest.mark.slow)])
def test_a_worker_killed_while_confirming_credits_everybody_once(house: House, city: User, points: int) -> None:
    rosters = waiting(points)
    house.work()
    house.beat.start()
    killed = 0
    for number, roster in enumerate(rosters):
        roster_confirm(actor=city, roster=roster)
        job = Job.objects.get(pk=fresh(roster).job_id)
        until(lambda job=job: Job.objects.filter(pk=job.pk, state=JobState.RUNNING).exists(), DRAINED_SECONDS, "begun")
        if number:  # the first at once: a quick machine may be done with the others by their point
            time.sleep(POINTS.random() * 0.8)
        killed += Job.objects.filter(pk=job.pk, state=JobState.RUNNING).exists()
        for pid in house.pool():
            os.kill(pid, signal.SIGKILL)
        lines = HourEntry.objects.filter(source_id__in=RosterRow.objects.filter(roster=roster).values("pk"))
        assert lines.count() in (0, PEOPLE)  # never some of them
        until(lambda job=job: Job.objects.filter(pk=job.pk, state=JobState.DONE).exists(), DRAINED_SECONDS, "done")
        assert (fresh(roster).state, lines.count()) == ("confirmed", PEOPLE)
    assert killed
    entries = HourEntry.objects.filter(source=EntrySource.ROSTER)
    assert entries.count() == entries.values("source_id").distinct().count() == PEOPLE * points
    assert ActivitySpan.objects.count() == PEOPLE * points
    sums = entries.values("practitioner").annotate(n=Count("pk"), hours=Sum("hours"))
    assert {(line["n"], line["hours"]) for line in sums} == {(points, 8 * points)} and len(sums) == PEOPLE
    recorded = AnnualStanding.objects.filter(year=2021).values_list("recorded_professional", flat=True)
    assert set(recorded) == {8 * points} and len(recorded) == PEOPLE
