"""Who a step of the reminders is about: its people and its units, filtered, in pages, taken away as tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.keyset import PAGE_SIZE, page_of
from accounts.lists import address, own_parameters
from accounts.models import Organisation
from accounts.pages import page_for
from accounts.tables import csv_response
from compliance.commands.exports import reminders_exported
from compliance.forms.reminders import RemindedFilter, UnitsFilter
from compliance.models import UnitReminder
from compliance.queries.reminders import Step, administrators_of, numbers_of
from compliance.views.reminders import KEEP, step_or_404
from hours_rules.types import CATEGORIES, TOTAL
from registry.queries.notices import notice_of_year
from registry.queries.years import figures_of, names_of
from registry.views.own import user_of
from units.queries.years import lacks_in_words

PEOPLE_ORDER = ("practitioner__name_sort", "practitioner_id")
UNITS_ORDER = ("name", "pk")
FIGURES = (TOTAL, *CATEGORIES)
UNIT_COLUMNS = ("单位", "属地", "年度", "未达标人数", "其中没有可用账号", "单位管理员", "提醒时间", "提醒时未达标人数")
LOT = 500


@page_for(KEEP)
@require_safe
def people(request: HttpRequest, year: int, days: int) -> HttpResponse:
    """Everybody who is short, and whether the step has reached them."""
    step = step_or_404(year, days)
    found = RemindedFilter(request.GET, step=step)
    context = _context(request, step, found, PEOPLE_ORDER, "people")
    notice = notice_of_year(year)
    context["lines"] = [
        {"row": row, "figures": figures_of(row, notice), "state": _state(row)} for row in context["rows"]
    ]
    context["headings"] = [(name, notice.minimums[code]) for code, name in names_of(notice).items()]
    return render(request, "compliance/reminders/people.html", context, status=422 if found.form.errors else 200)


@page_for(KEEP)
@require_safe
def people_export(request: HttpRequest, year: int, days: int) -> StreamingHttpResponse:
    """The list with its filters as CSV; leaves an audit row."""
    step = step_or_404(year, days)
    rows = RemindedFilter(request.GET, step=step).qs.order_by(*PEOPLE_ORDER)
    _exported(request, step, rows.count(), RemindedFilter.base_filters)
    names = [f"{name}缺" for name in names_of(notice_of_year(year)).values()]
    columns = ("姓名", "身份证号后四位", "单位", "属地", "年度", *names, "所缺", "最低学时", "提醒")
    return csv_response(_file("people", step), columns, _people_cells(rows, year))


@page_for(KEEP)
@require_safe
def units(request: HttpRequest, year: int, days: int) -> HttpResponse:
    """The units with people who are short: how many, who is told, and when they were."""
    step = step_or_404(year, days)
    found = UnitsFilter(request.GET, step=step)
    context = _context(request, step, found, UNITS_ORDER, "units")
    context["lines"] = list(_unit_lines(context["rows"], step))
    return render(request, "compliance/reminders/units.html", context, status=422 if found.form.errors else 200)


@page_for(KEEP)
@require_safe
def units_export(request: HttpRequest, year: int, days: int) -> StreamingHttpResponse:
    """The list with its filters as CSV; it names no person."""
    step = step_or_404(year, days)
    rows = UnitsFilter(request.GET, step=step).qs.order_by(*UNITS_ORDER)
    _exported(request, step, rows.count(), UnitsFilter.base_filters)
    return csv_response(_file("units", step), UNIT_COLUMNS, _unit_cells(rows, step))


def _context(request: HttpRequest, step: Step, found: Any, order: tuple[str, ...], kind: str) -> dict[str, Any]:
    page = page_of(found.qs, order, after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    query = own_parameters(request.GET, found.base_filters)
    args = [step.year, step.days]
    return {
        "step": step,
        "filter": found,
        "rows": page.rows,
        "newer_url": page.newer and address("", query, f"before={page.newer}"),
        "older_url": page.older and address("", query, f"after={page.older}"),
        "export_url": address(reverse(f"compliance:reminder_{kind}_export", args=args), query),
        "step_url": reverse("compliance:reminder_step", args=args),
        "plan_url": address(reverse("compliance:reminder_plan"), f"year={step.year}"),
        "tabs": [
            {"label": label, "url": reverse(f"compliance:reminder_{name}", args=args), "current": name == kind}
            for name, label in (("people", "人员"), ("units", "单位"))
        ],
        "page_note": f"每页{PAGE_SIZE}{'人' if kind == 'people' else '个'}",
        "filtered": any(request.GET.get(name) for name in found.base_filters),
    }


def _exported(request: HttpRequest, step: Step, rows: int, names: Iterable[str]) -> None:
    used = {name for name in names if request.GET.get(name)}
    reminders_exported(actor=user_of(request), year=step.year, days=step.days, rows=rows, filters=used)


def _file(kind: str, step: Step) -> str:
    return f"reminder-{kind}-{step.year}-{step.days}-{timezone.localdate():%Y%m%d}"


def _state(row: Any) -> dict[str, str]:
    """`state` and `label` of the component `status_tag`."""
    if row.told:
        return {"state": "done", "label": "已提醒"}
    return {"state": "queued", "label": "待提醒"} if row.reachable else {"state": "returned", "label": "没有可用账号"}


def _people_cells(rows: Any, year: int) -> Iterator[tuple[Any, ...]]:
    notice = notice_of_year(year)
    for row in rows.iterator(chunk_size=2000):
        person = row.practitioner
        yield (
            person.name,
            f"{'*' * 14}{person.id_last4}",  # with its mask, so that a spreadsheet keeps it as text
            person.unit_name,
            row.region.name,
            year,
            *(getattr(row, f"deficit_{code}") for code in FIGURES),
            lacks_in_words(row, notice),
            "已调整" if row.adjusted else "",
            _state(row)["label"],
        )


def _unit_lines(units: list[Organisation], step: Step) -> Iterator[dict[str, Any]]:
    """Each unit with its numbers, in three queries for all of them."""
    ids = [unit.pk for unit in units]
    numbers, held = numbers_of(step.year, ids), administrators_of(ids)
    rows = UnitReminder.objects.filter(step=step.row, organisation__in=ids) if step.row else ()
    told = {row.organisation_id: row for row in rows}
    for unit in units:
        short, without = numbers.get(unit.pk, (0, 0))
        yield {
            "unit": unit,
            "short": short,
            "without": without,
            "administrators": len(held.get(unit.pk, ())),
            "told": told.get(unit.pk),
        }


def _unit_cells(rows: Any, step: Step) -> Iterator[tuple[Any, ...]]:
    lot: list[Organisation] = []
    for unit in rows.iterator(chunk_size=LOT):
        lot.append(unit)
        if len(lot) == LOT:
            yield from _unit_row(lot, step)
            lot = []
    yield from _unit_row(lot, step)


def _unit_row(lot: list[Organisation], step: Step) -> Iterator[tuple[Any, ...]]:
    for line in _unit_lines(lot, step):
        told = line["told"]
        yield (
            line["unit"].name,
            line["unit"].region.name,
            step.year,
            *(line[name] for name in ("short", "without", "administrators")),
            f"{timezone.localtime(told.at):%Y-%m-%d %H:%M}" if told else "",
            told.people if told else "",
        )
