"""A job is taken by one worker at a time: by a lease that a heartbeat renews, and a token that fences."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from office.jobs import commands
from office.jobs.commands import LeaseLost, enqueue, run, sweep
from office.jobs.models import Job
from office.jobs.registry import JobRun
from office.jobs.states import JobState
from tests.office.jobs.conftest import Kind
from tests.office.jobs.work import count, stale, taken

Ask = Callable[..., Job]


def test_a_job_under_way_is_not_taken_by_another_worker(asked: Ask) -> None:
    job = asked(count)
    token = taken(job)
    run(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.attempts, job.worker) == (JobState.RUNNING, 1, token)


def test_a_job_whose_worker_is_gone_is_taken_over_and_goes_on(asked: Ask) -> None:
    job = asked(count)
    commands.Run(job, taken(job)).progress(2, 3, checkpoint={"done": 2})
    stale(job)
    run(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.attempts, job.note) == (JobState.DONE, 2, "第3步")


def test_who_lost_the_lease_can_no_longer_write(asked: Ask) -> None:
    """A worker that was only slow: the other one's attempt stands, whatever the slow one does."""
    job = asked(count)
    slow = commands.Run(job, taken(job))
    stale(job)
    run(str(job.pk))
    before = Job.objects.values().get()
    with pytest.raises(LeaseLost):
        slow.progress(1, 3, note="迟到", checkpoint={"done": 1})
    commands._finish(job, slow.token, JobState.FAILED, error="迟到")
    commands._give_back(job, slow.token)
    assert before["state"] == JobState.DONE
    assert Job.objects.values().get() == before


def test_progress_that_is_refused_undoes_the_step_it_tells_of(asked: Ask, county: User) -> None:
    job = asked(count)
    slow = commands.Run(job, taken(job))
    stale(job)
    run(str(job.pk))
    with pytest.raises(LeaseLost), transaction.atomic():
        User.objects.filter(pk=county.pk).update(display_name="改了")
        slow.progress(1, 3)
    county.refresh_from_db()
    assert county.display_name != "改了"


def test_a_lost_lease_in_the_middle_ends_the_attempt_quietly(asked: Ask) -> None:
    other = uuid.uuid4()

    def loses(run: JobRun) -> dict[str, Any]:
        Job.objects.update(worker=other)
        run.progress(1, 2)
        raise AssertionError("never reached")

    job = asked(loses)
    run(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.worker) == (JobState.RUNNING, other)


@pytest.mark.django_db(transaction=True)
def test_the_heartbeat_keeps_a_long_step(kind: Kind, settings: Any) -> None:
    settings.JOB_LEASE_SECONDS, settings.JOB_HEARTBEAT_SECONDS = 1, 0.1
    leases = []

    def long_step(run: JobRun) -> dict[str, Any]:
        for _ in range(4):
            time.sleep(0.5)
            leases.append(Job.objects.get().lease_until - timezone.now())
            assert sweep() == 0
        return {}

    job = enqueue(actor=None, kind=kind(long_step), key="one", params={})
    run(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.DONE, 1)
    assert all(left > timedelta(0) for left in leases)
    assert [thread.name for thread in threading.enumerate() if thread.name.startswith("lease-")] == []


@pytest.mark.django_db(transaction=True)
def test_of_two_workers_at_once_one_takes_it(kind: Kind) -> None:
    worked: list[int] = []

    def once(run: JobRun) -> dict[str, Any]:
        worked.append(1)
        time.sleep(0.2)
        return {}

    job = enqueue(actor=None, kind=kind(once), key="one", params={})

    def worker() -> None:
        try:
            run(str(job.pk))
        finally:
            connection.close()

    workers = [threading.Thread(target=worker) for _ in range(4)]
    for thread in workers:
        thread.start()
    for thread in workers:
        thread.join()
    job.refresh_from_db()
    assert (job.state, job.attempts, worked) == (JobState.DONE, 1, [1])
