"""Lists of rosters that leave the portal: each leaves an audit row."""

from __future__ import annotations

from django.db import transaction

from accounts.guard import require
from accounts.models import User
from courses.models import Roster
from office.audit.commands import record


@transaction.atomic
def rosters_exported(*, actor: User, rows: int) -> None:
    """Record that the list of rosters was taken away."""
    require(actor, "courses.work_queue")
    record(actor=actor, action="roster.export", rows=rows)


@transaction.atomic
def rows_exported(*, actor: User, roster: Roster, rows: int) -> None:
    """Record that rows of a roster, which the actor may see, were taken away."""
    record(actor=actor, action="roster.export", obj=roster, rows=rows)
