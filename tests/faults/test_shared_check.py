"""Two workers share one annual check; one of them killed with -9 in the middle, the other brings it to the same end."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from django.db import transaction

from compliance.commands.annual_check import annual_check_request, annual_check_run
from compliance.models import CheckRange
from launcher.processes import Child
from office.jobs.models import Job
from office.jobs.states import JobState
from office.messages.models import Message
from registry.commands.standing import buckets, lock_bucket
from tests.factories import AppointmentFactory
from tests.faults.city import YEAR, City, fill, tamper
from tests.faults.house import DRAINED_SECONDS, START_SECONDS, House, until

BUCKETS, EACH, TAMPERED_EVERY = 60, 60, 7


@pytest.fixture
def city(house: House) -> City:
    """A city whose year was composed."""
    city = fill(BUCKETS, EACH)
    annual_check_run(year=YEAR)
    return city


def worker(house: House, name: str) -> Child:
    """One of several workers, with its pool up; it asks three others to share a check."""
    given = house.worker
    argv = [f"{name}@portal" if part == "w@portal" else part for part in given.argv]
    env = {**given.env, "ANNUAL_CHECK_HELPERS": "3"}
    child = Child(name, argv, env, given.log.with_name(f"{name}.log"), cwd=given.cwd)
    house.others.append(child)
    child.start()
    until(lambda: child.running() and pool(child), START_SECONDS, "the worker's pool")
    return child


def pool(child: Child) -> set[int]:
    """The processes of a worker that do the work."""
    assert child.process
    children = Path(f"/proc/{child.process.pid}/task/{child.process.pid}/children").read_text()
    return {int(pid) for pid in children.split()}


def takers(job: Job) -> set[int]:
    """The processes that finished ranges of a check."""
    workers = CheckRange.objects.filter(job=job).exclude(worker="").values_list("worker", flat=True)
    return {int(name.rsplit(":", 1)[1]) for name in workers}


def came_to_its_end(job: Job, city: City, drift: int) -> None:
    """Done, with everybody counted once, and every standing as the ledger has it."""
    job.refresh_from_db()
    assert (job.state, job.error) == (JobState.DONE, "")
    found = {name: job.result[name] for name in ("people", "added", "drift")}
    assert found == {"people": city.people, "added": 0, "drift": drift}
    assert len(set(job.result["drift_ids"])) == drift
    assert job.done_steps == job.total_steps == CheckRange.objects.filter(job=job).count()
    assert city.wrong() == 0
    assert Message.objects.filter(kind="annual_check.drift").count() == 1


def test_two_workers_share_one_check(house: House, city: City) -> None:
    """Two ranges cannot be finished for a while, and a worker has two processes: so neither can do it all alone."""
    drift = tamper(TAMPERED_EVERY)
    job = annual_check_request(actor=AppointmentFactory(city=True).user, year=YEAR)
    free = CheckRange.objects.filter(job=job, done_at=None)
    with transaction.atomic():
        for bucket in buckets()[:2]:
            lock_bucket(bucket)
        both = [worker(house, name) for name in ("one", "two")]
        house.beat.start()
        until(lambda: takers(job) and free.count() == 2, DRAINED_SECONDS, "all ranges but two")
    until(lambda: Job.objects.filter(pk=job.pk, state=JobState.DONE).exists(), DRAINED_SECONDS, "the check")
    came_to_its_end(job, city, drift)
    assert all(takers(job) & pool(child) for child in both)
    assert job.result["workers"] == len(takers(job))


def test_one_of_two_killed_in_the_middle_changes_nothing_in_the_result(house: House, city: City) -> None:
    both = [worker(house, name) for name in ("one", "two")]
    house.beat.start()
    drift = tamper(TAMPERED_EVERY)
    job = annual_check_request(actor=AppointmentFactory(city=True).user, year=YEAR)
    until(lambda: Job.objects.filter(pk=job.pk, done_steps__gte=5).exists(), DRAINED_SECONDS, "the fifth range")
    holder = next(child for child in both if pool(child) & takers(job))
    assert holder.process
    os.killpg(holder.process.pid, signal.SIGKILL)
    until(lambda: Job.objects.filter(pk=job.pk, state=JobState.DONE).exists(), DRAINED_SECONDS, "the check")
    came_to_its_end(job, city, drift)
