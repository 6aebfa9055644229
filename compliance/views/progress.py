"""How far each office is with a year: numbers and bars, from the projection in one query; the same as a table."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.lists import address
from accounts.models import User
from accounts.pages import page_for
from accounts.queries import regions_reviewed
from accounts.tables import csv_response
from compliance.commands.exports import progress_exported
from compliance.queries import closings, reviews
from registry.queries.notices import years_with_notice
from registry.views.own import user_of

COLUMNS = (
    "年度",
    "审核单位",
    "人数",
    "达标",
    "未达标",
    "审核通过",
    "审核不通过",
    "达标待审核",
    "审核后有变动",
    "审核进度%",
)
SUMMED = ("all", "met", "short", "passed", "failed", "waiting", "changed", "decided", "open")


@page_for("compliance.annual_list")
@require_safe
def progress(request: HttpRequest) -> HttpResponse:
    """Every office's review of a year for the city office, its own for a county."""
    year = year_asked(request)
    user = user_of(request)
    lines = reviews.progress(user, year)
    context = {
        "year": year,
        "years": years_with_notice(),
        "lines": _with_closings(user, year, lines),
        "several": len(lines) > 1,
        "whole": whole_of(lines) if len(lines) > 1 else None,
        "export_url": address(reverse("compliance:progress_export"), f"year={year}"),
    }
    return render(request, "compliance/progress.html", context)


@page_for("compliance.annual_list")
@require_safe
def progress_export(request: HttpRequest) -> StreamingHttpResponse:
    """The table as CSV; leaves an audit row."""
    year, user = year_asked(request), user_of(request)
    lines = reviews.progress(user, year)
    progress_exported(actor=user, year=year, rows=len(lines))
    rows = [
        (
            year,
            line["region"].office_name,
            *(line[name] for name in ("all", "met", "short", "passed", "failed", "waiting", "changed", "share")),
        )
        for line in lines
    ]
    return csv_response(f"review-progress-{year}-{timezone.localdate():%Y%m%d}", COLUMNS, rows)


def _with_closings(user: User, year: int, lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each line with the statement that stands, whether something moved since, and whether the user may close."""
    made = closings.current_of(year, [line["region"] for line in lines])
    ours = regions_reviewed(user)
    for line in lines:
        line["closing"] = closing = made.get(line["region"].pk)
        line["outdated"] = closing is not None and closings.is_outdated(closing, line)
        line["ours"] = line["region"].pk in ours and reviews.year_is_over(year)
    return lines


def year_asked(request: HttpRequest) -> int:
    """The year of the address; the present one for anything that has no notice."""
    typed = request.GET.get("year", "")
    return next((year for year in years_with_notice() if str(year) == typed), timezone.localdate().year)


def whole_of(lines: list[dict[str, Any]]) -> dict[str, int | None]:
    """The whole city's line."""
    whole = {name: sum(line[name] for line in lines) for name in SUMMED}
    asked = whole["decided"] + whole["waiting"]
    return {**whole, "share": 100 * whole["decided"] // asked if asked else None}
