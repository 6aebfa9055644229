"""学时登记按月: what was written to the ledger for a year, by the month in which it was written (Shanghai).

The one report that reads the ledger: standings do not know when. Hours are as recorded, before annual caps; a reversal
takes its hours off in the month in which it was written.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection

from compliance.queries.reports.asked import Asked, Scope
from compliance.queries.reports.table import HOURS, TEXT, Chart, Column, Line, Report
from hours_rules.types import CATEGORIES, TOTAL
from registry.models.fields import to_hours
from registry.queries.notices import notice_of_year
from registry.queries.years import names_of

_SQL = """
SELECT date_trunc('month', e.posted_at AT TIME ZONE 'Asia/Shanghai')::date AS month, e.category,
    count(*) FILTER (WHERE e.reverses_id IS NULL), count(e.reverses_id), sum(e.tenths)
FROM registry_hourentry e {joins} WHERE {conditions} GROUP BY 1, 2
"""
_PEOPLE = "JOIN registry_practitioner p ON p.id = e.practitioner_id"


@dataclass
class Month:
    """What a month brought: lines written, lines reversed, tenths by the notice's number of the category."""

    written: int = 0
    reversed: int = 0
    tenths: dict[int, int] = field(default_factory=lambda: defaultdict(int))


def months(scope: Scope, asked: Asked) -> Report:
    """Lines and hours by month, from the first month that brought anything to the last."""
    notice = notice_of_year(asked.year)
    names = names_of(notice)
    numbers = [notice.category_number(code) for code in CATEGORIES]
    found = _counted(scope, asked)
    columns = (
        Column("登记月份", TEXT),
        Column("登记（笔）"),
        Column("撤销（笔）"),
        *(Column(f"{names[code]}学时", HOURS) for code in CATEGORIES),
        Column(f"{names[TOTAL]}学时", HOURS),
    )
    lines = [Line((f"{month:%Y-%m}", *_cells(found[month], numbers))) for month in _through(found)]
    whole = ("合计", *(sum(line.cells[place] for line in lines) for place in range(1, len(columns)))) if lines else None
    return Report(columns, lines, Chart("time", (3, 4, 5), "学时", stacked=True), whole)


def _counted(scope: Scope, asked: Asked) -> dict[date, Month]:
    conditions, values = ["e.year = %(year)s"], {"year": asked.year}
    for condition, name, value in _narrowed(scope, asked):
        conditions.append(condition)
        values[name] = value
    joins = _PEOPLE if len(conditions) > 1 else ""
    found: dict[date, Month] = defaultdict(Month)
    with connection.cursor() as cursor:
        cursor.execute(_SQL.format(joins=joins, conditions=" AND ".join(conditions)), values)
        for month, category, written, undone, tenths in cursor.fetchall():
            one = found[month]
            one.written, one.reversed = one.written + written, one.reversed + undone
            one.tenths[category] += tenths
    return found


def _narrowed(scope: Scope, asked: Asked) -> Iterator[tuple[str, str, Any]]:
    """Whom the user may count and whom was asked for, by where people belong now: a line has no office of its own."""
    if scope.regions:
        yield "p.region_id = ANY(%(regions)s)", "regions", list(scope.regions)
    elif not scope.whole:
        yield "p.organisation_id = ANY(%(units)s) AND p.link_state = 'confirmed'", "units", list(scope.units)
    if asked.region is not None:
        yield "p.region_id = %(region)s", "region", asked.region.pk
    if asked.specialty:
        yield "p.specialty = %(specialty)s", "specialty", asked.specialty
    if asked.level:
        yield "p.title_level = %(level)s", "level", asked.level


def _cells(month: Month, numbers: list[int]) -> tuple[Any, ...]:
    hours = [to_hours(month.tenths.get(number, 0)) for number in numbers]
    return (month.written, month.reversed, *hours, sum(hours))


def _through(found: dict[date, Month]) -> Iterator[date]:
    """Every month from the first to the last, those that brought nothing too."""
    month, last = min(found, default=date.max), max(found, default=date.min)
    while month <= last:
        yield month
        month = date(month.year + month.month // 12, month.month % 12 + 1, 1)
