"""The one set-based statement that composes a year from the ledger.

`hours_rules.compose` is its readable specification; a property test holds the two equal. `post` and `reverse` refresh
the people they touch with it, the annual check refreshes everybody with it, and nothing else writes `AnnualStanding`.
Whoever listens (`registry.commands.changes`) hears of every standing written, in the same transaction.

Locks: who writes entries or moves a person takes the *shared* lock of the person's bucket and the person's row; who
refreshes a whole bucket takes its *exclusive* lock. So a check never overwrites a standing with sums read before
somebody else's commit, and two posts for one person follow each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Max, Min

from hours_rules.types import Notice
from registry.adjustment_states import AdjustmentState
from registry.commands.changes import Change, tell
from registry.models import Practitioner
from registry.models.fields import to_tenths
from registry.queries.notices import notice_of_year
from registry.queries.recrediting import LEDGER

BUCKET_SIZE = 10_000
_LOCK_CLASS = 90_018  # the "90 hours" namespace of advisory locks; the second key is the bucket
CATEGORIES = ("professional", "industry_public", "general_public")
NAMES = ("total", *CATEGORIES)
KINDS = ("recorded", "counted")
FIGURES = tuple(f"{kind}_{name}" for kind in (*KINDS, "deficit") for name in NAMES)
SAID = ("notice_id", "adjustment_id", *FIGURES, "meets")  # what a standing says of the year
COMPARED = ("region_id", *SAID)  # equal in all of these, it is right


@dataclass(frozen=True, slots=True)
class Refreshed:
    """How many standings a statement added, and how many it found unlike the ledger (`changed_ids`)."""

    added: int
    changed: int
    changed_ids: tuple[int, ...]


def lock_people(practitioner_ids: Iterable[int]) -> None:
    """Take the shared bucket locks and the rows of these people, in one order so that nobody deadlocks."""
    ids = sorted(set(practitioner_ids))
    with connection.cursor() as cursor:
        for bucket in sorted({pk // BUCKET_SIZE for pk in ids}):
            cursor.execute("SELECT pg_advisory_xact_lock_shared(%s, %s)", [_LOCK_CLASS, bucket])
    list(Practitioner.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk").values_list("pk"))


def lock_bucket(bucket: int) -> None:
    """Take a bucket for a refresh of everybody in it; waits for the posts under way there."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK_CLASS, bucket])


def buckets() -> range:
    """Every bucket that holds a person; empty when there is nobody."""
    span = Practitioner.objects.aggregate(low=Min("pk"), high=Max("pk"))
    if span["high"] is None:
        return range(0)
    return range(span["low"] // BUCKET_SIZE, span["high"] // BUCKET_SIZE + 1)


def refresh_people(practitioner_ids: Sequence[int], year: int) -> Refreshed:
    """Recompute one year of the named people, whose locks the caller holds (`lock_people`)."""
    ids = list(practitioner_ids)
    return _run(year, "= ANY(%(people)s)", {"people": ids})


def refresh_bucket(bucket: int, year: int) -> Refreshed:
    """Recompute one year of everybody in a bucket, whose lock the caller holds (`lock_bucket`)."""
    low = bucket * BUCKET_SIZE
    return _run(year, "BETWEEN %(low)s AND %(high)s", {"low": low, "high": low + BUCKET_SIZE - 1})


def _run(year: int, people: str, params: dict[str, Any]) -> Refreshed:
    notice = notice_of_year(year)
    with connection.cursor() as cursor:
        cursor.execute(statement(notice, people), {**params, **parameters(notice, year)})
        added, changed, moved = (tuple(sorted(ids or ())) for ids in cursor.fetchone())
    tell(Change(year, added, changed, moved))
    unlike = tuple(sorted((*changed, *moved)))
    return Refreshed(len(added), len(unlike), unlike)


def parameters(notice: Notice, year: int) -> dict[str, Any]:
    """The notice's numbers as parameters of `statement`: minimums and caps in tenths."""
    params: dict[str, Any] = {"year": year, "notice": notice.id}
    for name in NAMES:
        params[f"min_{name}"] = to_tenths(notice.minimums[name])
    for rule in _capped(notice):
        params[f"cap_{rule.number}"] = to_tenths(rule.yearly_cap)
    return params


def _capped(notice: Notice) -> list[Any]:
    return [rule for rule in notice.activities.values() if rule.yearly_cap is not None]


def statement(notice: Notice, people: str) -> str:
    """The SQL for one notice. `people` is a condition on a practitioner id, with its own parameters.

    Only standings that are missing or unlike the ledger are written. The caller's locks keep everybody else from these
    rows, so there is no ON CONFLICT, which would lock (and so write) every row that is right already.
    """
    columns = ", ".join(COMPARED)

    def row(name: str, columns: Sequence[str]) -> str:
        return f"({', '.join(f'{name}.{column}' for column in columns)})"

    return f"""
WITH {verdicts(notice, people)}, differing AS (
    SELECT verdict.*, old.id AS standing, {row("old", SAID)} IS DISTINCT FROM {row("verdict", SAID)} AS otherwise
    FROM verdict LEFT JOIN registry_annualstanding old
        ON old.practitioner_id = verdict.practitioner_id AND old.practitioner_id {people} AND old.year = %(year)s
    WHERE old.id IS NULL OR {row("old", COMPARED)} IS DISTINCT FROM {row("verdict", COMPARED)}
), added AS (
    INSERT INTO registry_annualstanding (practitioner_id, year, {columns})
    SELECT practitioner_id, %(year)s, {columns} FROM differing WHERE standing IS NULL
), changed AS (
    UPDATE registry_annualstanding old SET {", ".join(f"{name} = differing.{name}" for name in COMPARED)}
    FROM differing WHERE old.id = differing.standing AND old.practitioner_id {people} AND old.year = %(year)s
)
SELECT array_agg(practitioner_id) FILTER (WHERE standing IS NULL),
    array_agg(practitioner_id) FILTER (WHERE standing IS NOT NULL AND otherwise),
    array_agg(practitioner_id) FILTER (WHERE NOT otherwise)
FROM differing
"""


def verdicts(notice: Notice, people: str, ledger: str = LEDGER) -> str:
    """The year of these people as a list of CTEs that ends in `verdict`: what `statement` writes, a trial only reads.

    `ledger` is where the lines are read: the table, or its lines as another notice would have credited them
    (`registry.queries.recrediting`), with `practitioner_id`, `year`, `activity` and `tenths`.
    """
    return f"""{_composed(notice, people, ledger)}, verdict AS (
    SELECT *, %(notice)s AS notice_id,
        {", ".join(f"greatest(minimum_{name} - counted_{name}, 0) AS deficit_{name}" for name in NAMES)},
        {" AND ".join(f"counted_{name} >= minimum_{name}" for name in NAMES)} AS meets
    FROM composed
)"""


def _composed(notice: Notice, people: str, ledger: str) -> str:
    """Hours recorded and counted of each person: one pass over the covering index, a FILTER per category.

    Per capped activity it takes off the part above the cap, which `coalesce` keeps at zero for people without entries
    (LEAST alone would ignore the NULL and credit the cap). For the minimums that is just what LEAST is for: a figure
    that nobody adjusted is NULL and leaves the notice's, one above the notice's asks for no more than the notice.
    """
    recorded = ", ".join(
        f"coalesce(sum(tenths) FILTER (WHERE {_activity_of(c, notice)}), 0)::int AS {c}" for c in CATEGORIES
    )
    over = {c: ["0"] for c in CATEGORIES}
    for rule in _capped(notice):
        total = f"coalesce(sum(tenths) FILTER (WHERE activity = {rule.number:d}), 0)"
        over[rule.category].append(f"greatest({total} - %(cap_{rule.number})s, 0)")
    above = ", ".join(f"({' + '.join(parts)})::int AS over_{c}" for c, parts in over.items())
    return f"""sums AS (
    SELECT practitioner_id, {recorded}, {above}
    FROM {ledger} WHERE year = %(year)s AND practitioner_id {people} GROUP BY practitioner_id
), parts AS (
    SELECT p.id AS practitioner_id, p.region_id, own.id AS adjustment_id,
        {", ".join(f"least(%(min_{name})s, own.minimum_{name}) AS minimum_{name}" for name in NAMES)},
        {", ".join(f"coalesce(s.{c}, 0) AS recorded_{c}" for c in CATEGORIES)},
        {", ".join(f"coalesce(s.{c} - s.over_{c}, 0) AS counted_{c}" for c in CATEGORIES)}
    FROM registry_practitioner p LEFT JOIN sums s ON s.practitioner_id = p.id
    LEFT JOIN registry_adjustment own
        ON own.practitioner_id = p.id AND own.year = %(year)s AND own.state = '{AdjustmentState.APPROVED}'
    WHERE p.id {people}
    OFFSET 0 -- or each figure below is worked out anew wherever it is used
), composed AS (
    SELECT *, {", ".join(f"{' + '.join(f'{kind}_{c}' for c in CATEGORIES)} AS {kind}_total" for kind in KINDS)}
    FROM parts
)"""


def _activity_of(category: str, notice: Notice) -> str:
    """Whether `activity` is of the category, in ranges: comparing each entry twice is cheaper than searching a list."""
    ranges: list[tuple[int, int]] = []
    for number in sorted(rule.number for rule in notice.activities.values() if rule.category == category):
        first = ranges.pop()[0] if ranges and ranges[-1][1] == number - 1 else number
        ranges.append((first, number))
    return " OR ".join(f"activity BETWEEN {first:d} AND {last:d}" for first, last in ranges) or "false"
