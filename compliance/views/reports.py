"""统计报表: which reports there are for whom, a report with its chart and table, and its files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.lists import address, own_parameters
from accounts.pages import page_for
from accounts.tables import csv_response
from compliance.commands.exports import report_exported
from compliance.documents.reports import as_workbook, rows_of
from compliance.forms.reports import ClassesForm, ComplianceForm, MonthsForm, ReportForm, WaitsForm, YearsForm
from compliance.queries.reports import classes, compliance, months, waits
from compliance.queries.reports.asked import Asked, Scope, scope_of
from compliance.queries.reports.table import Report, drawn
from registry.views.own import user_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN, DRAWN = 100, 20  # lines on a page, bars lying in its chart; the files hold all


@dataclass(frozen=True, slots=True)
class Kind:
    """One report: its name, what its figures are, what it can be asked for, and how it is counted."""

    title: str
    lead: str
    form: type[ReportForm]
    count: Callable[[Scope, Asked], Report]
    offices_only: bool = False


KINDS = {
    "compliance": Kind(
        "达标情况",
        "按年度组成实时统计；单位、专业和职称级别以人员当前登记为准，审核单位与年度达标名单一致。",
        ComplianceForm,
        compliance.compliance,
    ),
    "years": Kind(
        "历年对比",
        "各年度达标情况对照；单位、专业和职称级别以人员当前登记为准。",
        YearsForm,
        compliance.years,
    ),
    "months": Kind(
        "登记月份",
        "某一年度的学时在各月登记入账的情况，为台账登记学时（未扣年度上限），撤销的计入撤销当月；属地等以人员当前登记为准。",
        MonthsForm,
        months.months,
    ),
    "classes": Kind(
        "培训班与承办单位",
        "当年结束的培训班（不含已取消），登记人次和学时以已确认的学时汇总表为准。",
        ClassesForm,
        classes.classes,
    ),
    "waits": Kind(
        "办理时间",
        "当年办结的事项自提交之日起的天数；退回后重新提交的从重新提交之日起算，年度审核自登记时间截止次日起算。",
        WaitsForm,
        waits.waits,
        offices_only=True,
    ),
}


@page_for("compliance.reports")
@require_safe
def report_list(request: HttpRequest) -> HttpResponse:
    """The reports there are for the user."""
    found = _for(scope_of(user_of(request)))
    kinds = [(reverse("compliance:report", args=[code]), kind) for code, kind in found.items()]
    return render(request, "compliance/reports/list.html", {"kinds": kinds})


@page_for("compliance.reports")
@require_safe
def report(request: HttpRequest, code: str) -> HttpResponse:
    """One report: its filters, its chart, and the table that the chart is drawn from."""
    scope = scope_of(user_of(request))
    kind = _kind(scope, code)
    form = kind.form(request.GET, scope=scope)
    counted = kind.count(scope, form.asked) if form.is_valid() else None
    query = own_parameters(request.GET, kind.form.names)
    context: dict[str, Any] = {
        "kind": kind,
        "form": form,
        "tabs": _tabs(scope, code),
        "said": "，".join(form.in_words) if counted else "",
        "csv_url": address(reverse("compliance:report_csv_export", args=[code]), query),
        "xlsx_url": address(reverse("compliance:report_xlsx_export", args=[code]), query),
        "as_of": timezone.now(),
    }
    if counted and counted.lines:
        context |= _shown(counted, kind.title)
    return render(request, "compliance/reports/report.html", context)


@page_for("compliance.reports")
@require_safe
def report_csv(request: HttpRequest, code: str) -> StreamingHttpResponse:
    """The whole table as CSV; leaves an audit row."""
    _, counted, _ = _exported(request, code, "csv")
    return csv_response(_file_name(code), [column.name for column in counted.columns], rows_of(counted))


@page_for("compliance.reports")
@require_safe
def report_xlsx(request: HttpRequest, code: str) -> HttpResponse:
    """The whole table as a workbook; leaves an audit row."""
    kind, counted, form = _exported(request, code, "xlsx")
    note = f"{kind.lead}统计时间：{timezone.localtime():%Y-%m-%d %H:%M}。"
    data = as_workbook(f"建设工程专业技术人员继续教育{kind.title}", counted, form.in_words, note)
    headers = {"Content-Disposition": f'attachment; filename="{_file_name(code)}.xlsx"'}
    return HttpResponse(data, content_type=XLSX, headers=headers)


def _exported(request: HttpRequest, code: str, form: str) -> tuple[Kind, Report, ReportForm]:
    """The report, recorded as taken away; of filters that are none of ours nothing is exported."""
    user = user_of(request)
    scope = scope_of(user)
    kind = _kind(scope, code)
    asked = kind.form(request.GET, scope=scope)
    if not asked.is_valid():
        raise Http404
    counted = kind.count(scope, asked.asked)
    report_exported(actor=user, report=code, rows=len(counted.lines), filters=asked.used, form=form)
    return kind, counted, asked


def _for(scope: Scope) -> dict[str, Kind]:
    return {code: kind for code, kind in KINDS.items() if not (kind.offices_only and scope.units)}


def _kind(scope: Scope, code: str) -> Kind:
    try:
        return _for(scope)[code]
    except KeyError:
        raise Http404 from None


def _tabs(scope: Scope, code: str) -> list[dict[str, Any]]:
    return [
        {"label": kind.title, "url": reverse("compliance:report", args=[each]), "current": each == code, "count": None}
        for each, kind in _for(scope).items()
    ]


def _shown(counted: Report, title: str) -> dict[str, Any]:
    """The table's first lines as text, the rest as a number, and what the chart draws of the same lines."""
    lines = counted.lines[:SHOWN]
    chart = drawn(counted, lines[:DRAWN] if counted.chart.shape == "bar" else lines)
    names = "、".join(series["name"] for series in chart["series"])
    kinds = [column.kind for column in counted.columns]

    def texts(cells: tuple[Any, ...]) -> list[dict[str, Any]]:
        return [
            {"text": _text(cell), "name": column.name, "kind": kind}
            for cell, column, kind in zip(cells, counted.columns, kinds, strict=True)
        ]

    return {
        "columns": counted.columns,
        "lines": [{"cells": texts(line.cells), "url": line.url} for line in lines],
        "whole": texts(counted.whole) if counted.whole else None,
        "more": len(counted.lines) - len(lines),
        "chart": chart,
        "chart_title": f"{names}（前{DRAWN}项）" if len(chart["names"]) < len(lines) else names,
        "chart_words": f"{title}图：各{counted.columns[0].name}的{names}，共{len(chart['names'])}项，数值见下表",
    }


def _text(cell: Any) -> str:
    if cell is None:
        return "—"
    return f"{cell.normalize():f}" if isinstance(cell, Decimal) else str(cell)


def _file_name(code: str) -> str:
    return f"report-{code}-{timezone.localdate():%Y%m%d}"
