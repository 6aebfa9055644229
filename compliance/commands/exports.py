"""Exports of people's standings: each leaves an audit row with how many rows went, and by which filters."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from accounts.guard import require
from accounts.models import User
from compliance.models import Trial
from office.audit.commands import record


@transaction.atomic
def standings_exported(*, actor: User, year: int, rows: int, filters: Iterable[str]) -> None:
    """Record that somebody took a list of standings away.

    `filters` are the names of the filters used: their values may name people.
    """
    require(actor, "compliance.annual_list")
    record(actor=actor, action="standings.export", year=year, rows=rows, filters=sorted(filters))


@transaction.atomic
def progress_exported(*, actor: User, year: int, rows: int) -> None:
    """Record that somebody took the progress of a year's review away; it names nobody."""
    require(actor, "compliance.annual_list")
    record(actor=actor, action="review.progress_export", year=year, rows=rows)


@transaction.atomic
def trial_exported(*, actor: User, trial: Trial, rows: int, entries: bool = False) -> None:
    """Record that somebody took a trial's people away, or (`entries`) the lines it would credit otherwise."""
    require(actor, "compliance.what_if")
    action = "what_if.entries_export" if entries else "what_if.export"
    record(actor=actor, action=action, obj=trial, years=trial.years, rows=rows)


@transaction.atomic
def reminders_exported(*, actor: User, year: int, days: int, rows: int, filters: Iterable[str]) -> None:
    """Record that somebody took a list of people or units to be reminded away; `filters` as above."""
    require(actor, "compliance.reminders_keep")
    record(actor=actor, action="reminder.export", year=year, days=days, rows=rows, filters=sorted(filters))


@transaction.atomic
def report_exported(*, actor: User, report: str, rows: int, filters: Iterable[str], form: str) -> None:
    """Record that somebody took a report away as `form` (csv, xlsx); it names units at most, never people."""
    require(actor, "compliance.reports")
    record(actor=actor, action="report.export", report=report, rows=rows, filters=sorted(filters), form=form)
