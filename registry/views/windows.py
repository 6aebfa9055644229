"""A year opened again for one person: who, until when, why; closed before its day."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.errors import DomainError
from accounts.forms import add_domain_error
from accounts.keyset import PAGE_SIZE, page_of
from accounts.lists import address, own_parameters
from accounts.pages import page_for
from accounts.tables import csv_response
from registry.commands.exports import reopenings_exported
from registry.commands.windows import MOST_DAYS, window_close, window_reopen
from registry.forms.windows import ReopeningFilter, ReopeningForm
from registry.models import Practitioner, WindowReopening
from registry.queries import people
from registry.queries.notices import has_notice
from registry.queries.yearly import reopenings_of, window_of
from registry.views.own import posted, user_of

KEEP = "registry.yearly_keep"
ORDER = ("-opened_at", "-id")
COLUMNS = ("年度", "姓名", "身份证号", "单位", "开放时间", "开放至", "理由", "经办人", "关闭时间", "状态")


@page_for(KEEP)
@require_safe
def reopening_list(request: HttpRequest, year: int) -> HttpResponse:
    """For whom the year was opened again."""
    _known(year)
    found = ReopeningFilter(request.GET, reopenings_of(year))
    page = page_of(found.qs, ORDER, after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    query = own_parameters(request.GET, found.filters)
    context = {
        "year": year,
        "window": window_of(year),
        "filter": found,
        "lines": [(row, _holds(row)) for row in page.rows],
        "newer_url": page.newer and address("", query, f"before={page.newer}"),
        "older_url": page.older and address("", query, f"after={page.older}"),
        "export_url": address(reverse("registry:reopening_export", args=[year]), query),
        "page_note": f"每页{PAGE_SIZE}条",
        "filtered": bool(query),
    }
    return render(request, "registry/yearly/reopenings.html", context, status=422 if found.form.errors else 200)


@page_for(KEEP)
@require_safe
def reopening_export(request: HttpRequest, year: int) -> StreamingHttpResponse:
    """The list with its filters as CSV; leaves an audit row."""
    _known(year)
    rows = list(ReopeningFilter(request.GET, reopenings_of(year)).qs.order_by(*ORDER))
    reopenings_exported(actor=user_of(request), year=year, rows=len(rows))
    return csv_response(f"reopenings-{year}-{timezone.localdate():%Y%m%d}", COLUMNS, _cells(rows))


@page_for(KEEP)
@require_http_methods(["GET", "HEAD", "POST"])
def reopening_new(request: HttpRequest, year: int) -> HttpResponse:
    """Open the year for one person: the one of the address (`person`), or the one whose ID number is typed."""
    _known(year)
    visible = people.visible_to(user_of(request)).select_related("user", "organisation", "region")
    person = _of_address(request, visible)
    form = ReopeningForm(posted(request), people=visible, person=person)
    if request.method == "POST" and form.is_valid() and form.person is not None:
        data = form.cleaned_data
        try:
            window_reopen(
                actor=user_of(request),
                practitioner=form.person,
                year=year,
                until=data["until"],
                reason=data["reason"],
            )
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, f"已为{form.person.name}重新开放{year}年度登记。")
            return redirect("registry:reopening_list", year)
    context = {"year": year, "window": window_of(year), "person": person, "form": form, "most_days": MOST_DAYS}
    return render(request, "registry/yearly/reopening.html", context, status=422 if form.errors else 200)


@page_for(KEEP)
@require_POST
def reopening_close(request: HttpRequest, year: int, pk: int) -> HttpResponse:
    """End it before its day."""
    row = get_object_or_404(WindowReopening.objects.select_related("practitioner"), pk=pk, year=year)
    try:
        window_close(actor=user_of(request), reopening=row)
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, f"{row.practitioner.name}的{year}年度补登已关闭。")
    return redirect("registry:reopening_list", year)


def _known(year: int) -> None:
    if not has_notice(year) or year > timezone.localdate().year + 1:
        raise Http404


def _of_address(request: HttpRequest, visible: Any) -> Practitioner | None:
    text = request.GET.get("person", "")
    if not text:
        return None
    person: Practitioner | None = visible.filter(pk=text).first() if text.isdecimal() and len(text) < 19 else None
    if person is None:
        raise Http404
    return person


def _holds(row: WindowReopening) -> bool:
    return row.closed_at is None and row.until >= timezone.localdate()


def _cells(rows: list[WindowReopening]) -> Iterator[tuple[Any, ...]]:
    for row in rows:
        person = row.practitioner
        yield (
            row.year,
            person.name,
            f"{'*' * 14}{person.id_last4}",  # with its mask, so that a spreadsheet keeps it as text
            person.unit_name,
            timezone.localdate(row.opened_at),
            row.until,
            row.reason,
            row.opened_by.display_name,
            timezone.localdate(row.closed_at) if row.closed_at else "",
            "开放中" if _holds(row) else "已结束",
        )
