"""kill -9 of a worker in the middle of a platform's import: it goes on where it stopped, and credits nothing twice."""

from __future__ import annotations

import os
import random
import signal
import time
from datetime import date

import pytest

from accounts.models import User
from office.jobs.commands import run
from office.jobs.models import Job
from office.jobs.states import UNDER_WAY, JobState
from registry.commands.platforms.imports import columns_set, import_confirm, import_upload
from registry.models import HourEntry, PlatformImport, PlatformResult
from tests.factories import AppointmentFactory
from tests.faults.house import DRAINED_SECONDS, House, until
from tests.platforms.made import PROFILE, list_courses, row, upload, xlsx
from tests.registry.people import PractitionerFactory

PEOPLE, EACH = 30, 20
POINTS = random.Random(38)


@pytest.fixture
def ready(house: House) -> tuple[User, PlatformImport]:
    """An import of 600 rows that waits to be confirmed."""
    city = AppointmentFactory(city=True).user
    list_courses(city, 2021)
    people = PractitionerFactory.create_batch(PEOPLE)
    day = date(2021, 5, 20).isoformat()
    lines = [row(person, (f"K{n}", f"课件{n}", "专业科目", 1, day, "")) for person in people for n in range(EACH)]
    found = import_upload(actor=city, platform="zhoushan", upload=upload(xlsx(lines)))
    _do(found)
    columns_set(actor=city, row=found, data=PROFILE)
    _do(found)
    found.refresh_from_db()
    assert found.counts["warned"] == PEOPLE * EACH  # the window of 2021 is closed by now
    return city, found


def _do(found: PlatformImport) -> None:
    """The check, in this process: the worker comes later."""
    found.refresh_from_db()
    run(str(found.job))


def test_a_worker_killed_while_crediting_loses_and_doubles_nothing(
    house: House, ready: tuple[User, PlatformImport]
) -> None:
    city, found = ready
    house.work()
    house.beat.start()
    import_confirm(actor=city, row=found, with_warnings=True, reason="补登记")
    job = Job.objects.get(kind="platform_credit")
    for point in (0.2, 0.6):
        step = round(point * PEOPLE * EACH)
        until(
            lambda step=step: Job.objects.filter(pk=job.pk, done_steps__gte=step).exists(), DRAINED_SECONDS, f"{step}"
        )
        time.sleep(POINTS.random() * 0.01)
        for pid in house.pool():
            os.kill(pid, signal.SIGKILL)
    until(lambda: not Job.objects.filter(state__in=UNDER_WAY).exists(), DRAINED_SECONDS, "done after the restart")
    job.refresh_from_db()
    found.refresh_from_db()
    assert (job.state, job.attempts, found.state) == (JobState.DONE, 3, "done")
    assert found.counts["import"]["imported"] == PEOPLE * EACH
    assert PlatformResult.objects.count() == HourEntry.objects.count() == PEOPLE * EACH
    assert HourEntry.objects.values("source_id").distinct().count() == PEOPLE * EACH
