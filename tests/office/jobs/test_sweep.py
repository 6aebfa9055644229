"""The sweeper: what lost its worker, or whose alarm was lost, is queued again; what has no attempt left is given up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from office.jobs import commands, tasks
from office.jobs.commands import run, sweep
from office.jobs.models import Job
from office.jobs.states import JobState

AGO, SOON = timedelta(minutes=-5), timedelta(minutes=5)


@pytest.fixture
def woken(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The jobs that a worker was told of."""
    told: list[str] = []
    monkeypatch.setattr(commands, "wake", told.append)
    return told


def job(state: JobState = JobState.QUEUED, **fields: Any) -> Job:
    """A row as some worker or none left it."""
    now = timezone.now()
    for name in ("queued_at", "lease_until"):
        if name in fields:
            fields[name] += now
    return Job.objects.create(kind="annual_check", key=f"k{Job.objects.count()}", state=state, **fields)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "again"),
    [
        ({"queued_at": AGO}, True),
        ({"queued_at": timedelta(0)}, False),
        ({"state": JobState.RUNNING, "attempts": 1, "lease_until": AGO}, True),
        ({"state": JobState.RUNNING, "attempts": 1, "lease_until": SOON}, False),
        ({"state": JobState.DONE, "queued_at": AGO}, False),
        ({"state": JobState.FAILED, "queued_at": AGO}, False),
    ],
    ids=["alarm lost", "just asked for", "worker lost", "under way", "done", "failed"],
)
def test_what_waits_for_nobody_is_told_again(woken: list[str], fields: dict[str, Any], again: bool) -> None:
    left = job(**fields)
    before = left.state
    assert sweep() == int(again)
    assert woken == [str(left.pk)] * again
    left.refresh_from_db()
    assert left.state == (JobState.QUEUED if again else before)


@pytest.mark.django_db
def test_what_was_told_again_is_not_told_with_every_sweep(woken: list[str]) -> None:
    job(queued_at=AGO)
    assert (sweep(), sweep()) == (1, 0)


@pytest.mark.django_db
def test_what_killed_its_worker_three_times_is_given_up(woken: list[str]) -> None:
    left = job(JobState.RUNNING, attempts=3, lease_until=AGO)
    assert sweep() == 0
    left.refresh_from_db()
    assert (left.state, left.worker, woken) == (JobState.FAILED, None, [])
    assert left.error.startswith("多次尝试后仍未完成")
    assert left.finished_at


@pytest.mark.django_db
def test_a_lost_worker_found_by_the_next_worker_is_given_up_too() -> None:
    """The alarm rang again before any sweep: the attempts decide there as well."""
    left = job(JobState.RUNNING, attempts=3, lease_until=AGO)
    run(str(left.pk))
    left.refresh_from_db()
    assert (left.state, left.attempts) == (JobState.FAILED, 3)


@pytest.mark.django_db
def test_the_oldest_are_told_first_and_the_rest_later(woken: list[str]) -> None:
    rows = [Job(kind="annual_check", key=str(n), queued_at=timezone.now() + AGO) for n in range(503)]
    for n, row in enumerate(rows):
        row.created_at = timezone.now() + AGO + timedelta(seconds=n / 10)
    Job.objects.bulk_create(rows)
    assert sweep() == 500
    assert woken == [str(row.pk) for row in rows[:500]]
    assert sweep() == 3


@pytest.mark.django_db
def test_a_broker_that_is_away_fails_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*args: Any, **options: Any) -> None:
        raise ConnectionError("Error 111 connecting")

    monkeypatch.setattr(commands.current_app, "send_task", away)
    left = job(queued_at=AGO)
    assert sweep() == 1
    left.refresh_from_db()
    assert left.state == JobState.QUEUED


@pytest.mark.django_db
def test_the_tasks_do_what_their_names_say(woken: list[str], kind: Callable[..., str]) -> None:
    left = job(queued_at=AGO)
    Job.objects.update(kind=kind(lambda run: {"done": True}))
    assert tasks.sweep() == 1
    tasks.run_job(str(left.pk))
    left.refresh_from_db()
    assert (left.state, left.result) == (JobState.DONE, {"done": True})
