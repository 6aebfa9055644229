"""Closing statements: the list, one of them with its documents, and closing a year."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from accounts.errors import InputError
from accounts.keyset import PAGE_SIZE, page_of
from accounts.lists import address, own_parameters
from accounts.models import Region
from accounts.pages import page_for
from accounts.queries import regions_reviewed
from accounts.tables import csv_response
from compliance.commands.closings import closing_exported, year_close
from compliance.documents.closing import FIGURES, UNIT_COLUMNS, as_pdf, as_workbook, title_of
from compliance.forms.closings import ClosingFilter
from compliance.models import YearClosing
from compliance.queries import closings
from compliance.queries.reviews import progress_of
from registry.queries.notices import has_notice
from registry.views.own import user_of

ORDER = ("-closed_at", "-pk")
PARAMETERS = frozenset(ClosingFilter.base_filters)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
COLUMNS = ("编号", "年度", "审核单位", "办结时间", "经办人", *(name for _, name in FIGURES), "替代", "SHA-256")


@page_for("compliance.annual_list")
@require_safe
def closing_list(request: HttpRequest) -> HttpResponse:
    """The statements that the user may see, newest first; filtered, in pages."""
    found = ClosingFilter(request.GET, user=user_of(request))
    page = page_of(found.qs, ORDER, after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    query = own_parameters(request.GET, PARAMETERS)
    context = {
        "filter": found,
        "closings": page.rows,
        "newer_url": page.newer and address("", query, f"before={page.newer}"),
        "older_url": page.older and address("", query, f"after={page.older}"),
        "export_url": address(reverse("compliance:closing_list_export"), query),
        "page_note": f"每页{PAGE_SIZE}份",
        "filtered": any(request.GET.get(name) for name in PARAMETERS),
    }
    return render(request, "compliance/closing_list.html", context)


@page_for("compliance.annual_list")
@require_safe
def closing_list_export(request: HttpRequest) -> StreamingHttpResponse:
    """The list as CSV; it names no person whose year was reviewed."""
    found = ClosingFilter(request.GET, user=user_of(request)).qs.order_by(*ORDER)
    rows = [
        (
            *(one.number, one.year, one.office_name),
            *(f"{timezone.localtime(one.closed_at):%Y-%m-%d %H:%M}", one.closed_by_name),
            *(one.figures[code] for code, _ in FIGURES),
            *(_later(one), one.sha256),
        )
        for one in found
    ]
    return csv_response(f"year-closings-{timezone.localdate():%Y%m%d}", COLUMNS, rows)


@page_for("compliance.annual_list")
@require_safe
def closing(request: HttpRequest, pk: int) -> HttpResponse:
    """One statement: its figures and units as frozen, whether it stands, and its documents."""
    found = _closing(request, pk)
    later = getattr(found, "superseded_by", None)
    ours = found.region_id in regions_reviewed(user_of(request))
    outdated = later is None and closings.is_outdated(found, progress_of(found.region, found.year))
    context = {
        "closing": found,
        "title": title_of(found),
        "figures": [(name, found.figures[code]) for code, name in FIGURES],
        "unit_columns": UNIT_COLUMNS,
        "later": later,
        "outdated": outdated,
        "renew": ours and outdated,
        "intact": found.is_intact,
    }
    return render(request, "compliance/closing.html", context)


@page_for("compliance.annual_list")
@require_safe
def closing_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The statement to print and stamp; leaves an audit row."""
    return _document(request, pk, "pdf")


@page_for("compliance.annual_list")
@require_safe
def closing_xlsx(request: HttpRequest, pk: int) -> HttpResponse:
    """The statement with every person as a workbook; leaves an audit row."""
    return _document(request, pk, "xlsx")


@page_for("compliance.annual_list")
@require_http_methods(["GET", "HEAD", "POST"])
def closing_new(request: HttpRequest, year: int, code: str) -> HttpResponse:
    """Close the own office's year: what will be frozen, or what is still in the way."""
    user = user_of(request)
    region = get_object_or_404(Region, pk__in=regions_reviewed(user), code=code)
    if not has_notice(year) or year > timezone.localdate().year:
        raise Http404
    error = ""
    if request.method == "POST":
        try:
            made = year_close(actor=user, region=region, year=year)
        except InputError as refused:
            error = refused.message
        else:
            messages.success(request, f"{region.name}{year}年度审核已办结，汇总表编号{made.number}。")
            return redirect("compliance:closing", pk=made.pk)
    line = progress_of(region, year)
    last = closings.current_of(year, [region]).get(region.pk)
    context: dict[str, Any] = {
        "year": year,
        "region": region,
        "line": line,
        "reasons": closings.in_the_way(year, line),
        "last": last,
        "unchanged": last is not None and not closings.is_outdated(last, line),
        "error": error,
    }
    return render(request, "compliance/closing_new.html", context, status=422 if error else 200)


def _closing(request: HttpRequest, pk: int) -> YearClosing:
    return get_object_or_404(closings.visible_to(user_of(request)), pk=pk)


def _document(request: HttpRequest, pk: int, ending: str) -> HttpResponse:
    found = _closing(request, pk)
    if request.method == "GET":
        closing_exported(actor=user_of(request), closing=found, form=ending)
    data = as_pdf(found) if ending == "pdf" else as_workbook(found)
    response = HttpResponse(data, content_type="application/pdf" if ending == "pdf" else XLSX)
    header = content_disposition_header(True, f"{title_of(found)}-{found.number}.{ending}")
    assert header is not None  # noqa: S101 - an attachment has one
    response["Content-Disposition"] = header
    response["Cache-Control"] = "no-store, private"
    return response


def _later(one: YearClosing) -> str:
    later = getattr(one, "superseded_by", None)
    return later.number if later else ""
