"""What the made-up jobs do, and what becomes of a worker that dies."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.errors import InputError
from office.jobs import commands
from office.jobs.models import Job
from office.jobs.registry import JobRun


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
