"""Lists that leave this room: each leaves an audit row."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from accounts.guard import require
from accounts.models import User
from courses.models import Roster
from office.audit.commands import record


@transaction.atomic
def roster_exported(*, actor: User, roster: Roster, rows: int, form: str) -> None:
    """Record that somebody took a roster away (xlsx or pdf) with ID numbers and phones in full, as 附件2 has them."""
    require(actor, "courses.roster_export", roster)
    record(actor=actor, action="roster.print", obj=roster, rows=rows, form=form)


@transaction.atomic
def applications_exported(*, actor: User, rows: int, filters: Iterable[str]) -> None:
    """Record that a unit took its list of applications away: how many, and by which filters."""
    require(actor, "courses.own")
    record(actor=actor, action="class.export", rows=rows, filters=sorted(filters))


@transaction.atomic
def queue_exported(*, actor: User, rows: int, filters: Iterable[str]) -> None:
    """Record that an office took a list of applications away. `filters` are names alone: values may name people."""
    require(actor, "courses.work_queue")
    record(actor=actor, action="class.queue_export", rows=rows, filters=sorted(filters))


@transaction.atomic
def register_exported(*, actor: User, rows: int, filters: Iterable[str]) -> None:
    """Record that an office took its list of approved classes away."""
    require(actor, "courses.work_queue")
    record(actor=actor, action="class.register_export", rows=rows, filters=sorted(filters))
