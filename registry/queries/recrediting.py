"""Ledger lines credited again by another notice: which facts of a year it would grant something else for.

Thousands of lines stand on the same facts, so each set of facts is asked for once and judged once, by `hours_rules`;
the database then joins the answers to the lines. There is no second account of the rules.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import connection, models

from hours_rules import Activity, RuleError
from hours_rules.recredit import recredit
from hours_rules.types import Notice
from registry.models.fields import to_tenths

LEDGER = "registry_hourentry"
FACTS = ("tier", "quantity", "hours", "days")


class Verdict(models.TextChoices):
    """What the other notice makes of facts that it does not grant the same for."""

    OTHER = "other", "改按新标准认定"
    NOTHING = "nothing", "新标准不再认定"
    UNCLEAR = "unclear", "原申报事实不足以按新标准折算，保留原学时"


@dataclass(frozen=True, slots=True)
class Regrade:
    """One set of facts, the tenths its lines stand at, and what another notice grants: tenths, clause, how it is said.

    `facts` are tier, quantity, hours and days as the ledger keeps them, "" for what was not given.
    """

    activity: int
    category: int
    before: int
    facts: tuple[str, str, str, str]
    verdict: str
    after: int
    new_category: int
    clause: str
    said: str


DISTINCT_SQL = f"""
SELECT DISTINCT activity, category, abs(tenths), {", ".join(f"coalesce(facts->>'{name}', '')" for name in FACTS)}
FROM {LEDGER} WHERE year = %(year)s AND practitioner_id BETWEEN %(low)s AND %(high)s AND notice_id <> ''
"""


def regrades(notice: Notice, year: int, low: int, high: int) -> list[Regrade]:
    """Every set of facts in the year of these people (ids from `low` to `high`) that `notice` treats otherwise."""
    with connection.cursor() as cursor:
        cursor.execute(DISTINCT_SQL, {"year": year, "low": low, "high": high})
        rows = cursor.fetchall()
    codes = {rule.number: code for code, rule in notice.activities.items()}
    found = (_regrade(notice, codes.get(row[0]), row) for row in sorted(rows))
    return [each for each in found if each is not None]


def _regrade(notice: Notice, code: str | None, row: tuple[Any, ...]) -> Regrade | None:
    activity, category, before, *facts = row
    same = (activity, category, before, tuple(facts))
    if code is None:
        return Regrade(*same, Verdict.NOTHING, 0, category, "", "该标准没有列入这一事项。")
    try:
        granted = _granted(notice, code, tuple(facts))
    except (RuleError, InvalidOperation) as error:
        said = str(error) if isinstance(error, RuleError) else "原登记没有留下可折算的事实。"
        return Regrade(*same, Verdict.UNCLEAR, before, category, "", said)
    if granted is None:
        return Regrade(*same, Verdict.NOTHING, 0, category, notice.activities[code].clause, "该标准没有列入这一级别。")
    after, number = to_tenths(granted.hours), notice.category_number(granted.category)
    if (after, number) == (before, category):
        return None
    return Regrade(*same, Verdict.OTHER, after, number, granted.clause, granted.explanation)


def _granted(notice: Notice, code: str, facts: tuple[str, ...]) -> Any:
    tier, *figures = facts
    quantity, hours, days = (Decimal(text) if text else None for text in figures)
    return recredit(Activity(code, tier or None, quantity, hours, days), notice)


JOINED = f"""{LEDGER} e {{how}} JOIN unnest(%(g_activity)s::smallint[], %(g_category)s::smallint[], %(g_before)s::int[],
    {", ".join(f"%(g_{name})s::text[]" for name in FACTS)}, %(g_verdict)s::text[], %(g_after)s::int[],
    %(g_new_category)s::smallint[], %(g_clause)s::text[], %(g_said)s::text[]) AS
    g (activity, category, before, {", ".join(FACTS)}, verdict, after, new_category, clause, said)
    ON g.activity = e.activity AND g.category = e.category AND g.before = abs(e.tenths)
    {" ".join(f"AND g.{name} = coalesce(e.facts->>'{name}', '')" for name in FACTS)}"""
STANDING = f"e.reverses_id IS NULL AND NOT EXISTS (SELECT 1 FROM {LEDGER} undone WHERE undone.reverses_id = e.id)"


def parameters(changed: Sequence[Regrade]) -> dict[str, Any]:
    """What the statements above and below ask for."""
    params: dict[str, Any] = {
        f"g_{name}": [getattr(each, name) for each in changed]
        for name in ("activity", "category", "before", "verdict", "after", "new_category", "clause", "said")
    }
    return params | {f"g_{name}": [each.facts[n] for each in changed] for n, name in enumerate(FACTS)}


def ledger_as(changed: Sequence[Regrade], people: str) -> str:
    """The ledger's lines of `%(year)s` as the other notice has them, in place of `registry_hourentry` in a statement.

    A line and its reversal stand on the same facts, so they stay each other's opposite.
    """
    if not changed:
        return LEDGER
    return f"""(
    SELECT e.practitioner_id, e.year, e.activity, coalesce(sign(e.tenths) * g.after, e.tenths)::int AS tenths
    FROM {JOINED.format(how="LEFT")}
    WHERE e.year = %(year)s AND e.practitioner_id {people}
) AS ledger"""
