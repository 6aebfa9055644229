"""One attempt at a job: counted before the work, and ended in one of three ways."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from office.jobs.commands import enqueue, run, sweep
from office.jobs.models import Job
from office.jobs.registry import JobRun
from office.jobs.schedule import enqueue_period
from office.jobs.states import JobState
from tests.office.jobs.conftest import Kind
from tests.office.jobs.work import at_fault, broken, count

Ask = Callable[..., Job]


def test_a_job_is_done_and_says_how_far_it_was(asked: Ask) -> None:
    job = asked(count, year=2021)
    run(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.attempts, job.result) == (JobState.DONE, 1, {"asked": {"year": 2021}})
    assert (job.done_steps, job.total_steps, job.note, job.checkpoint) == (3, 3, "第3步", {"done": 3})
    assert job.started_at <= job.finished_at
    assert (job.worker, job.lease_until, job.error) == (None, None, "")


def test_a_finished_job_is_not_done_again(asked: Ask) -> None:
    job = asked(count)
    run(str(job.pk))
    Job.objects.update(result={"kept": True})
    run(str(job.pk))
    job.refresh_from_db()
    assert (job.attempts, job.result) == (1, {"kept": True})


def test_a_job_that_is_gone_is_nobodys_error(db: None) -> None:
    run(str(uuid.uuid4()))
    assert not Job.objects.exists()


def test_asked_for_twice_it_is_one_job_and_one_alarm(
    asked: Ask, django_capture_on_commit_callbacks: Callable[..., Any], county: User
) -> None:
    with django_capture_on_commit_callbacks() as alarms:
        first = asked(count, actor=county, year=2021)
        again = asked(count, year=2022)
    assert again == first
    assert (again.params, again.requested_by) == ({"year": 2021}, county)
    assert (Job.objects.count(), len(alarms)) == (1, 1)


def test_nobody_is_woken_for_what_was_not_committed(
    kind: Kind, django_capture_on_commit_callbacks: Callable[..., Any], db: None
) -> None:
    with django_capture_on_commit_callbacks() as alarms, pytest.raises(RuntimeError), transaction.atomic():
        enqueue(actor=None, kind=kind(count), key="one", params={})
        raise RuntimeError
    assert alarms == []
    assert not Job.objects.exists()


def test_the_attempt_is_counted_before_the_work(asked: Ask) -> None:
    seen = []

    def look(run: JobRun) -> dict[str, Any]:
        seen.append(Job.objects.get())
        return {}

    run(str(asked(look).pk))
    [during] = seen
    assert (during.state, during.attempts) == (JobState.RUNNING, 1)
    assert during.lease_until > timezone.now()


def test_a_poisonous_job_ends_after_three_attempts(asked: Ask) -> None:
    job = asked(broken)
    for attempt in (1, 2, 3):
        run(str(job.pk))
        job.refresh_from_db()
        assert (job.attempts, job.checkpoint) == (attempt, {"done": 1})
    assert (job.state, job.worker) == (JobState.FAILED, None)
    assert job.error == "多次尝试后仍未完成，已停止。请联系系统管理员查看日志后重试。"
    assert job.finished_at
    run(str(job.pk))
    sweep()
    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.FAILED, 3)


def test_an_input_at_fault_ends_it_at_once_in_its_own_words(asked: Ask) -> None:
    job = asked(at_fault)
    run(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.attempts, job.error) == (JobState.FAILED, 1, "没有这个年度。")


def test_a_kind_of_another_release_waits_and_gives_up(db: None) -> None:
    job = Job.objects.create(kind="of_another_release", key="one")
    for _ in range(3):
        run(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.FAILED, 3)


def test_a_period_is_asked_for_once(kind: Kind, db: None) -> None:
    code = kind(count)
    first = enqueue_period(code, "2021-09-01", {"year": 2021})
    assert enqueue_period(code, "2021-09-01", {"year": 2022}) == first
    assert enqueue_period(code, "2021-09-02", {}) != first
    assert (first.requested_by, first.params) == (None, {"year": 2021})
