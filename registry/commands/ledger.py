"""The only door to the ledger: `post` and `reverse`.

Both refresh the standings of the people they touch in the transaction they run in, so that a standing always equals a
recount. A training class is only another source of entries.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import DataError, transaction

from accounts.errors import InputError
from accounts.models import User
from hours_rules import Activity, credit
from hours_rules.types import Notice
from registry.commands.standing import lock_people, refresh_people
from registry.models import EntrySource, HourEntry, Practitioner


@dataclass(frozen=True, slots=True)
class NewEntry:
    """What `post` credits: the facts of one activity of one person, judged by `notice`, from one row of a source."""

    practitioner: Practitioner
    year: int
    activity: Activity
    notice: Notice
    source: EntrySource
    source_id: int
    facts: dict[str, Any] = field(default_factory=dict)


@transaction.atomic
def post(*, actor: User, entries: Sequence[NewEntry]) -> list[HourEntry]:
    """Credit all entries or none, and refresh the standings touched.

    Hours, clause and category are worked out here by `hours_rules.credit`, so no caller can bring its own figure.
    Raises RuleError when the notice grants nothing for an activity, IntegrityError when a source row was credited,
    InputError `year_too_large` when somebody's year would hold more hours than anybody's can.
    """
    lock_people(entry.practitioner.pk for entry in entries)
    rows = HourEntry.objects.bulk_create([_row(actor, entry) for entry in entries], batch_size=2000)
    _refresh(rows)
    return rows


@transaction.atomic
def reverse(*, actor: User, entry: HourEntry, reason: str) -> HourEntry:
    """Write the negative line of an entry. Asked for twice, the first reversing line is the answer."""
    lock_people([entry.practitioner_id])
    existing = HourEntry.objects.filter(reverses=entry).first()
    if existing is not None:
        return existing
    row = HourEntry.objects.create(
        practitioner_id=entry.practitioner_id,
        year=entry.year,
        activity=entry.activity,
        category=entry.category,
        hours=-entry.hours,
        source=entry.source,
        source_id=entry.source_id,
        reverses=entry,
        notice_id=entry.notice_id,
        clause=entry.clause,
        facts=entry.facts,
        reason=reason,
        posted_by=actor,
    )
    _refresh([row])
    return row


def _row(actor: User, entry: NewEntry) -> HourEntry:
    credited = credit(entry.activity, entry.notice)
    rule = entry.notice.activities[entry.activity.code]
    given = {name: getattr(entry.activity, name) for name in ("tier", "quantity", "hours", "days")}
    facts = {name: str(value) for name, value in given.items() if value is not None}
    return HourEntry(
        practitioner=entry.practitioner,
        year=entry.year,
        activity=rule.number,
        category=entry.notice.category_number(credited.category),
        hours=credited.hours,  # type: ignore[misc]  # the stubs know no Decimal behind an integer
        source=entry.source,
        source_id=entry.source_id,
        notice_id=credited.notice_id,
        clause=credited.clause,
        facts={**facts, **entry.facts, "explanation": credited.explanation},
        posted_by=actor,
    )


def _refresh(rows: Sequence[HourEntry]) -> None:
    people: dict[int, set[int]] = defaultdict(set)
    for row in rows:
        people[row.year].add(row.practitioner_id)
    for year, ids in sorted(people.items()):
        try:
            refresh_people(sorted(ids), year)
        except DataError as error:  # a year's figures are small integers of tenths, as a line's are
            raise InputError("year_too_large", f"{year}年度登记的学时合计超过3276学时，请核对是否有误。") from error
