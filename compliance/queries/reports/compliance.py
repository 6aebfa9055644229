"""The reports of standings as tables: by region, unit, specialty, level or category of hours, and year by year."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from accounts.models import Organisation, Region
from compliance.queries.reports.asked import Asked, Scope
from compliance.queries.reports.standings import (
    CATEGORY,
    FIGURES,
    LEVEL,
    REGION,
    SPECIALTY,
    UNIT,
    YEAR,
    Counted,
    counted,
    whole_of,
)
from compliance.queries.reports.table import HOURS, SHARE, TEXT, Chart, Column, Line, Report, mean_hours, share
from hours_rules.types import TOTAL
from registry.models import Specialty, TitleLevel
from registry.models.fields import to_hours
from registry.queries.notices import notice_of_year, years_with_notice
from registry.queries.years import names_of

WORDS = {REGION: "审核单位", UNIT: "单位", SPECIALTY: "专业", LEVEL: "职称级别", CATEGORY: "科目"}
NATURAL, SHORT, LOW, MANY = "", "short", "low", "many"
SORTS = {NATURAL: "按名称", SHORT: "未达标人数从多到少", LOW: "达标率从低到高", MANY: "人数从多到少"}
NO_UNIT = "无单位（含待确认）"
_ORDERS: dict[str, Callable[[Counted], Any]] = {
    SHORT: lambda row: (row.met - row.people, -row.people),
    LOW: lambda row: (row.met / row.people, -row.people),
    MANY: lambda row: (-row.people, row.met),
}


def compliance(scope: Scope, asked: Asked) -> Report:
    """How many people meet the year, by the dimension asked for."""
    rows = counted(scope, asked)
    if asked.by == CATEGORY:
        return _by_category(rows, asked.year)
    names = _names(asked.by, rows)
    rows.sort(key=lambda row: names[row.code][0])
    if asked.sort in _ORDERS:
        rows.sort(key=_ORDERS[asked.sort])
    lines = [Line((names[row.code][1], *_cells(row)), _list_of(scope, asked, names[row.code][2])) for row in rows]
    whole = ("合计", *_cells(whole_of(rows))) if len(rows) > 1 else None
    return Report(_columns(WORDS[asked.by], asked.year), lines, Chart("bar", (4,), "%"), whole)


def years(scope: Scope, asked: Asked) -> Report:
    """The same figures of every year that has a notice, the earliest first."""
    known, asked = years_with_notice(), replace(asked, by=YEAR)
    rows = sorted(counted(scope, asked, known), key=lambda row: row.code)
    lines = [Line((f"{row.code}年", *_cells(row)), _list_of(scope, asked, row.code)) for row in rows]
    return Report(_columns("年度", known[0]), lines, Chart("time", (4,), "%"))


def _columns(first: str, year: int) -> tuple[Column, ...]:
    names = names_of(notice_of_year(year)).values()
    return (
        Column(first, TEXT),
        Column("人数"),
        Column("达标"),
        Column("未达标"),
        Column("达标率%", SHARE),
        Column("人均认定学时", HOURS),
        *(Column(f"{name}不足（人）") for name in names),
    )


def _cells(row: Counted) -> tuple[Any, ...]:
    return (
        row.people,
        row.met,
        row.people - row.met,
        share(row.met, row.people),
        mean_hours(row.hours[TOTAL], row.people),
        *(row.short[name] for name in FIGURES),
    )


def _by_category(rows: list[Counted], year: int) -> Report:
    """The four figures against their minimums: nobody is counted twice in a line, everybody stands in each."""
    notice, whole = notice_of_year(year), whole_of(rows)
    columns = (
        Column("科目", TEXT),
        Column("最低学时", HOURS),
        Column("人数"),
        Column("达到人数"),
        Column("不足人数"),
        Column("达到率%", SHARE),
        Column("人均认定学时", HOURS),
        Column("共缺学时", HOURS),
    )
    lines = [
        Line(
            (
                name,
                notice.minimums[code],
                whole.people,
                whole.people - whole.short[code],
                whole.short[code],
                share(whole.people - whole.short[code], whole.people),
                mean_hours(whole.hours[code], whole.people),
                to_hours(whole.missing[code]),
            )
        )
        for code, name in names_of(notice).items()
    ]
    return Report(columns, lines if whole.people else [], Chart("bar", (5,), "%"))


def _names(by: str, rows: list[Counted]) -> dict[Any, tuple[Any, str, str]]:
    """Value of the dimension → what it is sorted by, its name, and what an address calls it."""
    if by == REGION:
        return {region.pk: (region.order, region.name, region.code) for region in Region.objects.all()}
    if by == UNIT:
        units = Organisation.objects.filter(pk__in=[row.code for row in rows if row.code is not None])
        names = dict(units.values_list("pk", "name"))
        return {None: ((1, ""), NO_UNIT, ""), **{pk: ((0, name), name, "") for pk, name in names.items()}}
    choices = Specialty.choices if by == SPECIALTY else TitleLevel.choices
    return {code: (place, str(name), code) for place, (code, name) in enumerate(choices)}


def _list_of(scope: Scope, asked: Asked, code: Any) -> str:
    """The annual list of the same people, for who may open it; the list finds units by a part of their name only."""
    if not scope.lists or asked.by == UNIT or asked.unit:
        return ""
    found = {"year": asked.year, "specialty": asked.specialty, "level": asked.level}
    if asked.region is not None:
        found["region"] = asked.region.code
    found[asked.by] = code
    return f"{reverse('compliance:annual_list')}?{urlencode({name: value for name, value in found.items() if value})}"
