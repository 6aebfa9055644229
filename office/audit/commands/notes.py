"""What happens to the trail itself stands in the trail: that it was verified, that a part of it was taken away."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from accounts.guard import require
from accounts.models import User
from office.audit.commands.trail import record
from office.audit.models import Event
from office.audit.verification import Report


@transaction.atomic
def verification_noted(*, actor: User | None, report: Report) -> Event:
    """Record what a verification found; the next one expects to meet the seal that this one ended at."""
    return record(actor=actor, action="audit.verify", after="ok" if report.ok else "broken", **report.as_dict())


@transaction.atomic
def events_exported(*, actor: User, rows: int, filters: Iterable[str]) -> Event:
    """Record that an auditor took a list of events away: how many, and by which filters; their values may name people.

    Raises Forbidden.
    """
    require(actor, "audit.read")
    return record(actor=actor, action="audit.export", rows=rows, filters=sorted(filters))
