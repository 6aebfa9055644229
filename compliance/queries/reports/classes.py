"""培训班与承办单位: classes that ended in a year, by organiser, and what their confirmed rosters credited."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import connection

from compliance.queries.reports.asked import Asked, Scope
from compliance.queries.reports.table import HOURS, TEXT, Chart, Column, Line, Report
from registry.models.fields import to_hours

_SQL = """
SELECT o.name, count(*), coalesce(sum(a.planned_number), 0), count(r.id), coalesce(sum(rows.people), 0),
    coalesce(sum(rows.tenths), 0)
FROM courses_trainingclass c
JOIN courses_classapplication a ON a.id = c.application_id
JOIN accounts_organisation o ON o.id = c.organisation_id
LEFT JOIN courses_roster r ON r.training_class_id = c.id AND r.state = 'confirmed'
LEFT JOIN LATERAL (
    SELECT count(*) AS people, sum(row.tenths) AS tenths FROM courses_rosterrow row
    WHERE row.roster_id = r.id AND row.revision = r.revision
) rows ON true
WHERE a.state = 'approved' AND c.last_day >= make_date(%(year)s, 1, 1) AND c.last_day < make_date(%(year)s + 1, 1, 1)
    {conditions}
GROUP BY o.id, o.name ORDER BY 5 DESC, 2 DESC, 1
"""


def classes(scope: Scope, asked: Asked) -> Report:
    """Classes, people and hours of each organiser, who taught most people first."""
    conditions, values = "", {"year": asked.year}
    for condition, name, value in _narrowed(scope, asked):
        conditions += f" AND {condition}"
        values[name] = value
    with connection.cursor() as cursor:
        cursor.execute(_SQL.format(conditions=conditions), values)
        rows = [(*row[:5], to_hours(row[5])) for row in cursor.fetchall()]
    columns = (
        Column("承办单位", TEXT),
        Column("培训班（个）"),
        Column("计划人数"),
        Column("已确认汇总表"),
        Column("登记人次"),
        Column("登记学时", HOURS),
    )
    whole = ("合计", *(sum(row[place] for row in rows) for place in range(1, 6))) if len(rows) > 1 else None
    return Report(columns, [Line(row) for row in rows], Chart("bar", (4,), "人次"), whole)


def _narrowed(scope: Scope, asked: Asked) -> Iterator[tuple[str, str, Any]]:
    """A county's are the classes it endorses (route B of its region), as its register has them; a unit's its own."""
    if scope.regions:
        yield "a.route = 'b' AND a.region_id = ANY(%(regions)s)", "regions", list(scope.regions)
    elif not scope.whole:
        yield "c.organisation_id = ANY(%(units)s)", "units", list(scope.units)
    if asked.region is not None:
        yield "o.region_id = %(region)s", "region", asked.region.pk
    if asked.unit:
        yield "strpos(o.name, %(unit)s) > 0", "unit", asked.unit
