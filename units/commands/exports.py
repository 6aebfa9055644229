"""Lists that leave the portal: each leaves an audit row."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from accounts.guard import require
from accounts.models import Organisation, User
from office.audit.commands import record


@transaction.atomic
def units_exported(*, actor: User, rows: int, filters: Iterable[str]) -> None:
    """Record that an office took a list of units away: how many, and by which filters."""
    require(actor, "units.list")
    record(actor=actor, action="unit.export", rows=rows, filters=sorted(filters))


@transaction.atomic
def unit_year_exported(
    *, actor: User, unit: Organisation | None, year: int, rows: int, filters: Iterable[str], form: str
) -> None:
    """Record that somebody took a year of a unit's people away, as `form` (csv or xlsx)."""
    require(actor, "units.people")
    record(actor=actor, action="unit.year_export", obj=unit, year=year, rows=rows, filters=sorted(filters), form=form)


@transaction.atomic
def unit_people_exported(*, actor: User, rows: int, filters: Iterable[str]) -> None:
    """Record that somebody took a list of a unit's people away."""
    require(actor, "units.people")
    record(actor=actor, action="unit.people_export", rows=rows, filters=sorted(filters))
