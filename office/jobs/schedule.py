"""Periodic work: one run per period, however many beats ask for it and however late."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from office.jobs.commands import enqueue
from office.jobs.models import Job


@transaction.atomic
def enqueue_period(kind: str, period: str, params: dict[str, Any]) -> Job:
    """Ask for the run of a period: its key is the period, so a second beat or a late one finds the row there."""
    return enqueue(actor=None, kind=kind, key=f"{kind}:{period}", params=params)
