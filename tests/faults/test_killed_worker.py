"""kill -9 of a worker in the middle of an annual check: it goes on where it stopped, and counts nobody twice.

The annual check is today's job; each of its buckets is a transaction of its own, so that each kill falls between two
commits or inside one.
"""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable

import pytest

from compliance.commands.annual_check import annual_check_request, annual_check_run
from office.audit.models import Event
from office.jobs.models import Job
from office.jobs.states import UNDER_WAY, JobState
from registry.models import AnnualStanding
from tests.factories import AppointmentFactory
from tests.faults.city import YEAR, City, fill, tamper
from tests.faults.house import DRAINED_SECONDS, House, until

BUCKETS, EACH = 40, 60
TAMPERED_EVERY = 7
MIDDLE = (0.05, 0.8)  # of the buckets: a kill after the last one would hit nothing
POINTS = random.Random(90_018)


@pytest.fixture
def city(house: House) -> City:
    """A city whose year was composed, and some of whose standings were changed behind the portal's back."""
    city = fill(BUCKETS, EACH)
    annual_check_run(year=YEAR)
    return city


def kill_child(house: House) -> None:
    """The pool alone: the worker itself notices, and starts another."""
    for pid in house.pool():
        os.kill(pid, signal.SIGKILL)


def kill_whole(house: House) -> None:
    """The worker with its pool; somebody (the launcher, systemd, an orchestrator) starts it again."""
    assert house.worker.process
    os.killpg(house.worker.process.pid, signal.SIGKILL)
    house.worker.process.wait()
    house.work()


def at(step: int) -> bool:
    """Whether so many buckets are done."""
    return Job.objects.filter(done_steps__gte=step).exists()


def survives(house: House, city: City, kills: list[tuple[Callable[[House], None], float]]) -> None:
    """Ask for a check, kill at each point (a share of the buckets), and look at what came of it."""
    drift = tamper(TAMPERED_EVERY)
    Job.objects.all().delete()
    job = annual_check_request(actor=AppointmentFactory(city=True).user, year=YEAR)
    for kill, point in kills:
        step = round(point * city.buckets)
        until(lambda step=step: at(step), DRAINED_SECONDS, f"bucket {step}")
        time.sleep(POINTS.random() * 0.01)  # not always right behind a commit
        kill(house)
    until(lambda: not Job.objects.filter(state__in=UNDER_WAY).exists(), DRAINED_SECONDS, "done after the restart")
    job.refresh_from_db()
    assert (job.state, job.error) == (JobState.DONE, "")
    assert job.attempts == len(kills) + 1  # each kill hit an attempt under way
    found = {name: job.result[name] for name in ("people", "added", "drift")}
    assert found == {"people": city.people, "added": 0, "drift": drift}
    assert len(set(job.result["drift_ids"])) == len(job.result["drift_ids"]) == min(drift, 1000)
    assert (job.done_steps, job.total_steps) == (city.buckets, city.buckets)
    assert city.wrong() == 0
    assert AnnualStanding.objects.filter(year=YEAR).count() == city.people
    assert Event.objects.filter(action="annual_check.request", object_id=str(job.pk)).count() == 1


def test_a_worker_killed_at_three_points_loses_and_doubles_nothing(house: House, city: City) -> None:
    house.work()
    house.beat.start()
    for kill in (kill_child, kill_whole):
        survives(house, city, [(kill, POINTS.uniform(*MIDDLE))])
    survives(house, city, [(kill_child, 0.2), (kill_whole, 0.6)])


@pytest.mark.slow
def test_a_worker_killed_at_twenty_random_points_loses_and_doubles_nothing(house: House, city: City) -> None:
    house.work()
    house.beat.start()
    for number in range(20):
        kill = kill_whole if number % 2 else kill_child
        survives(house, city, [(kill, POINTS.uniform(*MIDDLE))])
