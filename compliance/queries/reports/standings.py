"""达标情况 from the projection of standings: one statement whose dimension is chosen, never a look at the ledger.

A statement looks up people only where a fact of theirs is asked for; region and verdict stand in the projection.
Which office a year lies with is the annual list's own rule (`compliance.queries.reviews`): the standing's region, but
for the few whose review is `astray`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection

from compliance.queries.reports.asked import Asked, Scope
from hours_rules.types import CATEGORIES, TOTAL

REGION, UNIT, SPECIALTY, LEVEL, CATEGORY, YEAR = "region", "unit", "specialty", "level", "category", "year"
FIGURES = (TOTAL, *CATEGORIES)

_OFFICE = "coalesce(astray.region_id, s.region_id)"
# Whom a unit has not confirmed yet is nobody's; the same people stand in its own list.
_UNIT = "CASE WHEN p.link_state = 'confirmed' THEN p.organisation_id END"
_DIMENSIONS = {
    REGION: _OFFICE,
    UNIT: _UNIT,
    SPECIALTY: "p.specialty",
    LEVEL: "p.title_level",
    YEAR: "s.year",
    CATEGORY: "0",
}
_PEOPLE = "JOIN registry_practitioner p ON p.id = s.practitioner_id"
_ASTRAY = """LEFT JOIN compliance_annualreview astray
    ON astray.practitioner_id = s.practitioner_id AND astray.year = s.year AND astray.astray"""
_UNITS = "JOIN accounts_organisation o ON o.id = p.organisation_id"
_SHORT = [f"count(*) FILTER (WHERE s.deficit_{name} > 0)" for name in FIGURES]
_HOURS = [f"coalesce(sum(s.counted_{name}), 0)" for name in FIGURES]
_MISSING = [f"coalesce(sum(s.deficit_{name}), 0)" for name in FIGURES]
# Each sum costs as much as reading the row: the parts of the total are summed where they are told.
_PLAIN = ", ".join(["count(*)", "count(*) FILTER (WHERE s.meets)", *_SHORT, _HOURS[0]])
_DETAILED = ", ".join([_PLAIN, *_HOURS[1:], *_MISSING])


@dataclass(frozen=True, slots=True)
class Counted:
    """The people of one value of the dimension; hours in tenths by figure (total, then the categories).

    Of the hours only the total is there, and nothing of `missing`, unless the report is by category.
    """

    code: Any
    people: int
    met: int
    short: dict[str, int]
    hours: dict[str, int]
    missing: dict[str, int]


def counted(scope: Scope, asked: Asked, years: list[int] | None = None) -> list[Counted]:
    """The standings of the year asked for, or of `years`, counted by `asked.by`; in no order."""
    sql, values = statement(scope, asked, years or [asked.year])
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [_of(row) for row in cursor.fetchall()]


def whole_of(rows: list[Counted]) -> Counted:
    """All the rows as one."""
    return Counted(
        code=None,
        people=sum(row.people for row in rows),
        met=sum(row.met for row in rows),
        short=_summed(row.short for row in rows),
        hours=_summed(row.hours for row in rows),
        missing=_summed(row.missing for row in rows),
    )


def _summed(parts: Iterable[dict[str, int]]) -> dict[str, int]:
    whole: Counter[str] = Counter(dict.fromkeys(FIGURES, 0))
    for part in parts:
        whole.update(part)
    return dict(whole)


def statement(scope: Scope, asked: Asked, years: list[int]) -> tuple[str, dict[str, Any]]:
    """The statement and its values."""
    dimension = _DIMENSIONS[asked.by]
    which = "= %(years)s" if len(years) == 1 else "= ANY(%(years)s)"
    conditions = [f"s.year {which}"]
    values: dict[str, Any] = {"years": years[0] if len(years) == 1 else years}
    for condition, name, value in _narrowed(scope, asked):
        conditions.append(condition)
        values[name] = value
    said = " ".join([dimension, *conditions])
    joins = [_ASTRAY] * ("astray." in said) + [_PEOPLE] * ("p." in said or "o." in said) + [_UNITS] * ("o." in said)
    sql = f"""
        SELECT {dimension} AS code, {_DETAILED if asked.by == CATEGORY else _PLAIN}
        FROM registry_annualstanding s {" ".join(joins)}
        WHERE {" AND ".join(conditions)} GROUP BY 1"""
    return sql, values


def _narrowed(scope: Scope, asked: Asked) -> list[tuple[str, str, Any]]:
    """Conditions with the name and value of their parameter: whom the user may count, and whom was asked for."""
    found: list[tuple[str, str, Any]] = []
    if scope.regions:
        found.append((f"{_OFFICE} = ANY(%(regions)s)", "regions", list(scope.regions)))
    elif not scope.whole:
        found.append((f"{_UNIT} = ANY(%(units)s)", "units", list(scope.units)))
    if asked.region is not None:
        found.append((f"{_OFFICE} = %(region)s", "region", asked.region.pk))
    if asked.unit:
        found.append(("p.link_state = 'confirmed' AND strpos(o.name, %(unit)s) > 0", "unit", asked.unit))
    if asked.specialty:
        found.append(("p.specialty = %(specialty)s", "specialty", asked.specialty))
    if asked.level:
        found.append(("p.title_level = %(level)s", "level", asked.level))
    return found


def _of(row: tuple[Any, ...]) -> Counted:
    code, people, met, *figures = row
    size = len(FIGURES)
    parts = [dict(zip(FIGURES, figures[start : start + size], strict=False)) for start in range(0, 3 * size, size)]
    return Counted(code, people, met, *parts)
