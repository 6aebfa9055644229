"""A failed job started again, and every move between states that the commands make."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection

from accounts.errors import Conflict, Forbidden
from accounts.models import User
from office.audit.models import Event
from office.jobs.commands import enqueue, job_retry, run, sweep
from office.jobs.models import Job
from office.jobs.states import JOB_MOVES, JobState
from tests.factories import AppointmentFactory
from tests.office.jobs.conftest import Kind
from tests.office.jobs.work import at_fault, broken, count, stale, taken

Ask = Callable[..., Job]
UNUSED = {(JobState.QUEUED, JobState.FAILED)}  # only a row that somebody set back by hand would make it
WATCH = """
CREATE TABLE moves_seen (before text, after text);
CREATE FUNCTION moves_seen() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO moves_seen VALUES (OLD.state, NEW.state); RETURN NULL; END $$;
CREATE TRIGGER moves_seen AFTER UPDATE ON jobs_job FOR EACH ROW WHEN (OLD.state <> NEW.state)
    EXECUTE FUNCTION moves_seen();
"""


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
