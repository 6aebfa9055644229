"""One attempt at a job: taken once, counted before the work, fenced by its lease, ended in one of three ways."""

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

from accounts.errors import Conflict, Forbidden, InputError
from accounts.models import User
from office.audit.models import Event
from office.jobs import commands
from office.jobs.commands import LeaseLost, enqueue, job_retry, run, sweep
from office.jobs.models import Job
from office.jobs.registry import JobRun
from office.jobs.schedule import enqueue_period
from office.jobs.states import JOB_MOVES, JobState
from tests.factories import AppointmentFactory
from tests.office.jobs.conftest import Kind

Ask = Callable[..., Job]
UNUSED = {(JobState.QUEUED, JobState.FAILED)}  # only a row that somebody set back by hand would make it
WATCH = """
CREATE TABLE moves_seen (before text, after text);
CREATE FUNCTION moves_seen() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO moves_seen VALUES (OLD.state, NEW.state); RETURN NULL; END $$;
CREATE TRIGGER moves_seen AFTER UPDATE ON jobs_job FOR EACH ROW WHEN (OLD.state <> NEW.state)
    EXECUTE FUNCTION moves_seen();
"""


def count(run: JobRun) -> dict[str, Any]:
    """A good job: three steps, and what it was asked for."""
    for step in range(run.checkpoint.get("done", 0), 3):
        run.progress(step + 1, 3, note=f"第{step + 1}步", checkpoint={"done": step + 1})
    return {"asked": run.params}


def broken(run: JobRun) -> dict[str, Any]:
    """A job that a poisonous input breaks every time."""
    run.progress(1, 3, checkpoint={"done": 1})
    raise RuntimeError("poison")


def at_fault(run: JobRun) -> dict[str, Any]:
    """A job whose input is at fault."""
    raise InputError("no_such_year", "没有这个年度。", field="year")


def stale(job: Job, seconds: float = 1) -> None:
    """Its lease ran out so long ago, as when the worker was killed."""
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=seconds))


def taken(job: Job) -> uuid.UUID:
    """An attempt has begun; its token."""
    token = uuid.uuid4()
    assert commands._take(str(job.pk), token)
    job.refresh_from_db()
    return token


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


def test_a_period_is_asked_for_once(kind: Kind, db: None) -> None:
    code = kind(count)
    first = enqueue_period(code, "2021-09-01", {"year": 2021})
    assert enqueue_period(code, "2021-09-01", {"year": 2022}) == first
    assert enqueue_period(code, "2021-09-02", {}) != first
    assert (first.requested_by, first.params) == (None, {"year": 2021})


def test_a_failed_job_starts_again_from_its_checkpoint(asked: Ask, county: User) -> None:
    job = asked(broken, actor=county)
    for _ in range(3):
        run(str(job.pk))
    Job.objects.update(kind=asked(count, key="other").kind)
    again = job_retry(actor=county, job=job)
    assert (again.state, again.attempts, again.error, again.finished_at) == (JobState.QUEUED, 0, "", None)
    event = Event.objects.get(action="job.retry")
    assert (event.actor, event.object_id) == (county, str(job.pk))
    assert (event.before, event.after) == (JobState.FAILED, JobState.QUEUED)
    run(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.attempts, job.note) == (JobState.DONE, 1, "第3步")


@pytest.mark.parametrize("state", [JobState.QUEUED, JobState.RUNNING, JobState.DONE])
def test_only_a_failed_job_starts_again(asked: Ask, county: User, state: JobState) -> None:
    job = asked(count, actor=county)
    Job.objects.update(state=state)
    with pytest.raises(Conflict) as refused:
        job_retry(actor=county, job=job)
    assert refused.value.code == "job_not_failed"
    assert not Event.objects.filter(action="job.retry").exists()


def test_who_did_not_ask_may_not_start_it_again(asked: Ask, county: User, city: User) -> None:
    job = asked(at_fault, actor=county)
    run(str(job.pk))
    with pytest.raises(Forbidden):
        job_retry(actor=AppointmentFactory().user, job=job)
    assert job_retry(actor=city, job=job).state == JobState.QUEUED


@pytest.mark.django_db(transaction=True)
def test_every_move_that_the_commands_make_is_a_legal_one(kind: Kind, county: User) -> None:
    """All of them, as the database saw them: done, failed, given back, taken over, given up, swept, started again."""
    with connection.cursor() as cursor:
        cursor.execute(WATCH)
    try:
        good, bad = (enqueue(actor=county, kind=kind(work), key=work.__name__, params={}) for work in (count, broken))
        for _ in range(3):
            run(str(bad.pk))
        job_retry(actor=county, job=bad)
        taken(good)
        stale(good)
        sweep()
        run(str(good.pk))
        taken(bad)
        Job.objects.filter(pk=bad.pk).update(attempts=3)
        stale(bad)
        sweep()
        with connection.cursor() as cursor:
            cursor.execute("SELECT DISTINCT before, after FROM moves_seen")
            seen = set(cursor.fetchall())
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER moves_seen ON jobs_job; DROP TABLE moves_seen; DROP FUNCTION moves_seen()")
    assert seen == {(before, after) for before, moves in JOB_MOVES.items() for after in moves} - UNUSED
