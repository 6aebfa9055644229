"""Asking for a job, doing it, and finding again what lost its worker.

A worker takes a job by a lease that its heartbeat renews; the attempt is counted and committed *before* the work, so
that a poisonous job cannot loop for ever. The attempt's `worker` token fences: who lost the lease can no longer write.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import structlog
from celery import current_app
from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from accounts.errors import Conflict, DomainError
from accounts.guard import require
from accounts.models import User
from accounts.personal import refuse_personal
from office.audit.commands import record
from office.jobs.models import Job
from office.jobs.registry import kind_of
from office.jobs.states import JobState

log = structlog.get_logger(__name__)
Wake = Callable[[str], None]
_GAVE_UP = "多次尝试后仍未完成，已停止。请联系系统管理员查看日志后重试。"


class LeaseLost(Exception):
    """Another attempt has taken the job over; this one must stop without writing anything more."""


class Run:
    """One attempt at one job, as its handler sees it."""

    def __init__(self, job: Job, token: uuid.UUID) -> None:
        self.job, self.token = job, token
        self.pk = job.pk
        self.params: dict[str, Any] = job.params
        self.checkpoint: dict[str, Any] = job.checkpoint

    def progress(self, done: int, total: int, *, note: str = "", checkpoint: dict[str, Any] | None = None) -> None:
        """Write how far the job is, and where a next attempt may start. LeaseLost when it is no longer ours."""
        fields: dict[str, Any] = {"done_steps": done, "total_steps": total, "note": note}
        if checkpoint is not None:
            fields["checkpoint"] = self.checkpoint = checkpoint
        self._update(**fields, lease_until=_lease_end())

    def _update(self, **fields: Any) -> None:
        if not _ours(self.job.pk, self.token).update(**fields):
            raise LeaseLost(str(self.job.pk))


def enqueue(*, actor: User | None, kind: str, key: str, params: dict[str, Any]) -> Job:
    """Write the job in the caller's transaction and wake a worker after its commit. The same `key` is the same job.

    A broker that is away fails nothing: the sweeper will queue the row again. A job names people by their rows: an ID
    number or phone in `key` or `params` raises PersonalDataRefused.
    """
    refuse_personal("a job", key, params)
    job, created = Job.objects.get_or_create(key=key, defaults={"kind": kind, "params": params, "requested_by": actor})
    if created:
        transaction.on_commit(lambda: wake(str(job.pk)))
    return job


def wake(job_id: str) -> None:
    """Tell Celery that a job waits. Never raises: the row is the truth, this is only the alarm clock."""
    try:
        current_app.send_task("office.jobs.tasks.run_job", args=[job_id], retry=False)
    except Exception as error:
        log.warning("broker_unavailable", job=job_id, error=type(error).__name__)


def run(job_id: str) -> None:
    """Do one attempt at a job, unless somebody else is at it or it is finished."""
    token = uuid.uuid4()
    job = _take(job_id, token)
    if job is None:
        return
    log.info("job_started", job=job_id, kind=job.kind, attempt=job.attempts)
    with _Heartbeat(job, token):
        try:
            result = kind_of(job.kind).run(Run(job, token))
        except LeaseLost:
            log.warning("job_lease_lost", job=job_id)
            return
        except DomainError as error:  # the input is at fault: trying again would say the same
            _finish(job, token, JobState.FAILED, error=error.message)
            return
        except Exception:
            log.exception("job_attempt_failed", job=job_id, kind=job.kind, attempt=job.attempts)
            _give_back(job, token)
            return
    _finish(job, token, JobState.DONE, result=result)


def sweep() -> int:
    """Queue again what lost its worker or was never taken; give up what has no attempt left. How many were woken."""
    now = timezone.now()
    stale = now - timedelta(seconds=settings.JOB_SWEEP_SECONDS / 2)
    lost = Job.objects.filter(state=JobState.RUNNING, lease_until__lt=now)
    lost.filter(attempts__gte=F("max_attempts")).update(
        state=JobState.FAILED,
        error=_GAVE_UP,
        finished_at=now,
        worker=None,
    )
    lost.filter(attempts__lt=F("max_attempts")).update(
        state=JobState.QUEUED, worker=None, queued_at=now - timedelta(days=1)
    )
    waiting = Job.objects.filter(state=JobState.QUEUED, queued_at__lt=stale)
    ids = list(waiting.order_by("created_at").values_list("pk", flat=True)[:500])
    Job.objects.filter(pk__in=ids, state=JobState.QUEUED).update(queued_at=now)
    for pk in ids:
        wake(str(pk))
    return len(ids)


@transaction.atomic
def job_retry(*, actor: User, job: Job) -> Job:
    """Start a failed job anew with fresh attempts; it goes on from its checkpoint. Conflict when it has not failed."""
    require(actor, "jobs.retry", job)
    job = Job.objects.select_for_update().get(pk=job.pk)
    if job.state != JobState.FAILED:
        raise Conflict("job_not_failed", f"任务{job.get_state_display()}，不需要重试。")
    job.state, job.attempts, job.error, job.queued_at = JobState.QUEUED, 0, "", timezone.now()
    job.finished_at = None
    job.save()
    record(actor=actor, action="job.retry", obj=job, before=JobState.FAILED, after=JobState.QUEUED)
    transaction.on_commit(lambda: wake(str(job.pk)))
    return job


def _lease_end() -> Any:
    return timezone.now() + timedelta(seconds=settings.JOB_LEASE_SECONDS)


def _ours(job_id: Any, token: uuid.UUID) -> Any:
    return Job.objects.filter(pk=job_id, worker=token, state=JobState.RUNNING)


@transaction.atomic
def _take(job_id: str, token: uuid.UUID) -> Job | None:
    now = timezone.now()
    free = Q(state=JobState.QUEUED) | Q(state=JobState.RUNNING, lease_until__lt=now)
    job = Job.objects.select_for_update(skip_locked=True).filter(free, pk=job_id).first()
    if job is None:
        return None
    if job.attempts >= job.max_attempts:
        job.state, job.error, job.finished_at, job.worker = JobState.FAILED, _GAVE_UP, now, None
        job.save()
        return None
    job.state, job.worker, job.lease_until = JobState.RUNNING, token, _lease_end()
    job.attempts += 1
    job.started_at = job.started_at or now
    job.save()
    return job


def _give_back(job: Job, token: uuid.UUID) -> None:
    """An attempt failed: leave it to the sweeper, which waits a little, or give up."""
    if job.attempts >= job.max_attempts:
        _finish(job, token, JobState.FAILED, error=_GAVE_UP)
    else:
        _ours(job.pk, token).update(state=JobState.QUEUED, worker=None, queued_at=timezone.now())


def _finish(job: Job, token: uuid.UUID, state: JobState, **fields: Any) -> None:
    done = _ours(job.pk, token).update(state=state, finished_at=timezone.now(), worker=None, lease_until=None, **fields)
    log.info("job_finished" if done else "job_lease_lost", job=str(job.pk), kind=job.kind, state=state)


class _Heartbeat:
    """Renews the lease from a thread with a connection of its own, while the handler works."""

    def __init__(self, job: Job, token: uuid.UUID) -> None:
        self.job, self.token = job, token
        self.pk = job.pk
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self._beat, daemon=True, name=f"lease-{job.pk}")

    def __enter__(self) -> None:
        self.thread.start()

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        self.thread.join(timeout=5)

    def _beat(self) -> None:
        try:
            while not self.stop.wait(settings.JOB_HEARTBEAT_SECONDS):
                try:
                    if not _ours(self.job.pk, self.token).update(lease_until=_lease_end()):
                        return
                except Exception as error:
                    log.warning("heartbeat_failed", job=str(self.job.pk), error=type(error).__name__)
                    connection.close()
        finally:
            connection.close()
