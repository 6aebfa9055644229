"""The only door to the ledger: `post` and `reverse`, each for one line or for thousands (`reverse_all`), and
`recredit_lines`, which puts lines in the place of others by a corrected notice.

They refresh the standings of the people they touch in the transaction they run in, so that a standing always equals a
recount. A training class is only another source of entries.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import DataError, connection, transaction
from django.utils import timezone

from accounts.errors import InputError
from accounts.models import User
from hours_rules import Activity, credit
from hours_rules.types import Credit, Notice
from registry.commands.standing import lock_people, refresh_people
from registry.models import EntrySource, HourEntry, Practitioner
from registry.queries.notices import has_notice
from registry.queries.recrediting import JOINED, STANDING, Verdict, regrades
from registry.queries.recrediting import parameters as regraded

UNJUDGED = 0  # activity and category of a line that no notice judges: no notice has this number, so none counts it
UNJUDGED_SAID = "往年台账所载{hours}学时，未按本通知折算，不计入年度组成。"


@dataclass(frozen=True, slots=True)
class NewEntry:
    """What `post` credits: the facts of one activity of one person, judged by `notice`, from one row of a source.

    Without a notice (None) it is a line of an old ledger (`EntrySource.HISTORY`) of a year before the first one: the
    hours are those stated, the line is marked 未按本通知折算 and composes no standing (**D**).
    """

    practitioner: Practitioner
    year: int
    activity: Activity
    notice: Notice | None
    source: EntrySource
    source_id: int
    facts: dict[str, Any] = field(default_factory=dict)


@transaction.atomic
def post(*, actor: User, entries: Sequence[NewEntry]) -> list[HourEntry]:
    """Credit all entries or none, and refresh the standings touched.

    Hours, clause and category are worked out here by `hours_rules.credit`, so no caller can bring its own figure;
    activities that repeat among the entries (thousands passed the same course) are worked out once.
    Raises RuleError when the notice grants nothing for an activity, IntegrityError when a source row was credited,
    InputError `year_too_large` when somebody's year would hold more hours than anybody's can.
    """
    lock_people(entry.practitioner.pk for entry in entries)
    credited: dict[tuple[str, Activity], Credit] = {}
    _check_unjudged(entries)
    rows = HourEntry.objects.bulk_create([_row(actor, entry, credited) for entry in entries], batch_size=2000)
    _refresh(rows)
    return rows


@transaction.atomic
def reverse(*, actor: User, entry: HourEntry, reason: str) -> HourEntry:
    """Write the negative line of an entry, or of what a correction put in its place.

    Asked for twice, the first reversing line is the answer.
    """
    lock_people([entry.practitioner_id])
    entry = _standing(entry)
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


@transaction.atomic
def reverse_all(*, actor: User, source: EntrySource, source_ids: Iterable[int], reason: str) -> int:
    """Write the negative lines of everything these rows of a source put in, in one statement; how many were written.

    Lines that are reversed already stay as they are, so asking twice changes nothing.
    """
    ids = list(source_ids)
    lines = HourEntry.objects.filter(source=source, source_id__in=ids, reverses=None)
    lock_people(lines.values_list("practitioner_id", flat=True))
    values: dict[str, Any] = {"actor": actor.pk, "at": timezone.now(), "source": source, "ids": ids, "reason": reason}
    with connection.cursor() as cursor:
        cursor.execute(REVERSE_SQL, values)
        touched = cursor.fetchall()
    people: dict[int, set[int]] = defaultdict(set)
    for practitioner, year in touched:
        people[year].add(practitioner)
    _refresh_people(people)
    return len(touched)


@dataclass(frozen=True, slots=True)
class Recredited:
    """How many lines were reversed and how many stand in their place, and whose they are (ids)."""

    reversed: int
    posted: int
    people: list[int]


@transaction.atomic
def recredit_lines(*, actor: User, notice: Notice, year: int, low: int, high: int, reason: str) -> Recredited:
    """Credit the lines of a year of these people (ids from `low` to `high`) again by a corrected notice.

    Lines that the notice grants other hours or another category for are reversed, and what it grants is posted in their
    place; lines whose facts it cannot judge stay. Asked for twice, nothing is left to do. The caller holds the bucket
    (`standing.lock_bucket`) and refreshes it: under another notice every standing is another one.
    """
    changed = [each for each in regrades(notice, year, low, high) if each.verdict != Verdict.UNCLEAR]
    if not changed:
        return Recredited(0, 0, [])
    params: dict[str, Any] = {"actor": actor.pk, "at": timezone.now(), "notice": notice.id, "reason": reason}
    with connection.cursor() as cursor:
        cursor.execute(RECREDIT_SQL, {**params, **regraded(changed), "year": year, "low": low, "high": high})
        undone, posted, people = cursor.fetchone()
    return Recredited(undone, posted, sorted(people or ()))


RECREDIT_SQL = f"""
WITH due AS (
    SELECT e.*, g.after, g.new_category, g.clause AS new_clause, g.said FROM {JOINED.format(how="INNER")}
    WHERE e.year = %(year)s AND e.practitioner_id BETWEEN %(low)s AND %(high)s AND {STANDING}
), undone AS (
    INSERT INTO registry_hourentry (practitioner_id, year, activity, category, tenths, source, source_id, reverses_id,
        notice_id, clause, facts, reason, posted_at, posted_by_id)
    SELECT practitioner_id, year, activity, category, -tenths, source, source_id, id,
        notice_id, clause, facts, %(reason)s, %(at)s, %(actor)s FROM due ORDER BY id
    RETURNING 1
), redone AS (
    INSERT INTO registry_hourentry (practitioner_id, year, activity, category, tenths, source, source_id, corrects_id,
        notice_id, clause, facts, reason, posted_at, posted_by_id)
    SELECT practitioner_id, year, activity, new_category, after, source, source_id, id,
        %(notice)s, new_clause, facts || jsonb_build_object('explanation', said), %(reason)s, %(at)s, %(actor)s
    FROM due WHERE after > 0 ORDER BY id
    RETURNING 1
)
SELECT (SELECT count(*) FROM undone), (SELECT count(*) FROM redone),
    (SELECT array_agg(DISTINCT practitioner_id) FROM due)
"""
REVERSE_SQL = """
INSERT INTO registry_hourentry (practitioner_id, year, activity, category, tenths, source, source_id, reverses_id,
    notice_id, clause, facts, reason, posted_at, posted_by_id)
SELECT practitioner_id, year, activity, category, -tenths, source, source_id, id,
    notice_id, clause, facts, %(reason)s, %(at)s, %(actor)s
FROM registry_hourentry line
WHERE source = %(source)s AND source_id = ANY(%(ids)s) AND reverses_id IS NULL
    AND NOT EXISTS (SELECT 1 FROM registry_hourentry undone WHERE undone.reverses_id = line.id)
ORDER BY id
RETURNING practitioner_id, year
"""


def _standing(entry: HourEntry) -> HourEntry:
    """The line that stands in the place of this one, which corrections may have replaced."""
    if entry.reverses_id is not None:
        return entry
    same = {"source": entry.source, "source_id": entry.source_id, "practitioner_id": entry.practitioner_id}
    return HourEntry.objects.filter(**same, reverses=None).latest("pk")


def _check_unjudged(entries: Sequence[NewEntry]) -> None:
    """Only an old ledger brings its own figures, and only for years that no notice judges: a programmer's mistake."""
    unjudged = [entry for entry in entries if entry.notice is None]
    years = {entry.year for entry in unjudged}
    if any(entry.source != EntrySource.HISTORY for entry in unjudged) or any(map(has_notice, years)):
        raise ValueError("hours without a notice are history's, of years before the first notice")


def _unjudged_row(actor: User, entry: NewEntry) -> HourEntry:
    if entry.activity.hours is None:
        raise ValueError("a line of an old ledger states its hours")
    hours = Decimal(entry.activity.hours)
    said = UNJUDGED_SAID.format(hours=f"{hours.normalize():f}")
    return HourEntry(
        practitioner=entry.practitioner,
        year=entry.year,
        activity=UNJUDGED,
        category=UNJUDGED,
        hours=hours,  # type: ignore[misc]  # the stubs know no Decimal behind an integer
        source=entry.source,
        source_id=entry.source_id,
        facts={"hours": str(hours), **entry.facts, "explanation": said},
        posted_by=actor,
    )


def _row(actor: User, entry: NewEntry, known: dict[tuple[str, Activity], Credit]) -> HourEntry:
    if entry.notice is None:
        return _unjudged_row(actor, entry)
    credited = known.get((entry.notice.id, entry.activity))
    if credited is None:
        credited = known[entry.notice.id, entry.activity] = credit(entry.activity, entry.notice)
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
    _refresh_people(people)


def _refresh_people(people: dict[int, set[int]]) -> None:
    for year, ids in sorted(people.items()):
        if not has_notice(year):  # an old ledger's lines compose no standing
            continue
        try:
            refresh_people(sorted(ids), year)
        except DataError as error:  # a year's figures are small integers of tenths, as a line's are
            raise InputError("year_too_large", f"{year}年度登记的学时合计超过3276学时，请核对是否有误。") from error
