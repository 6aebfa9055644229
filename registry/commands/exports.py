"""Exports of people's data: each leaves an audit row."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from accounts.guard import require
from accounts.models import User
from office.audit.commands import record
from registry.models import Practitioner


@transaction.atomic
def own_claims_exported(*, actor: User, practitioner: Practitioner, rows: int) -> None:
    """Record that a person took a list of their own claims away."""
    require(actor, "registry.claim_file", practitioner)
    record(actor=actor, action="claim.export", obj=practitioner, rows=rows)


@transaction.atomic
def reopenings_exported(*, actor: User, year: int, rows: int) -> None:
    """Record that the list of people for whom a year was opened again was taken away."""
    require(actor, "registry.yearly_keep")
    record(actor=actor, action="window.export", year=year, rows=rows)


@transaction.atomic
def adjustments_exported(*, actor: User, rows: int) -> None:
    """Record that the list of adjusted minimums was taken away."""
    require(actor, "registry.adjustments_keep")
    record(actor=actor, action="adjustment.export", rows=rows)


@transaction.atomic
def queue_exported(*, actor: User, rows: int, filters: Iterable[str]) -> None:
    """Record that an office took a list of claims away. `filters` are names alone: their values may name people."""
    require(actor, "registry.work_queue")
    record(actor=actor, action="claim.queue_export", rows=rows, filters=sorted(filters))


@transaction.atomic
def second_looks_exported(*, actor: User, rows: int, filters: Iterable[str]) -> None:
    """Record that an office took the list of second looks away."""
    require(actor, "registry.work_queue")
    record(actor=actor, action="second_look.export", rows=rows, filters=sorted(filters))


@transaction.atomic
def unit_groups_exported(*, actor: User, rows: int) -> None:
    """Record that the list of a unit's group claims was taken away."""
    require(actor, "registry.group_work")
    record(actor=actor, action="group.export", rows=rows)
