"""The office's list of rosters, and where a past year's ledger comes in."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.errors import InputError
from accounts.forms import add_domain_error
from accounts.guard import may
from accounts.keyset import PAGE_SIZE, page_of
from accounts.lists import own_parameters
from accounts.pages import page_for
from accounts.tables import csv_response
from courses.commands.rosters import files
from courses.commands.rosters.exports import rosters_exported
from courses.commands.rosters.uploads import history_upload
from courses.forms.roster_lists import RosterFilter
from courses.forms.rosters import HistoryUploadForm
from courses.models import Roster
from courses.queries import rosters
from courses.views import roster_words as words
from registry.commands.files import STORAGE_FULL
from registry.uploads import lost_uploads
from registry.views.lists import page_urls
from registry.views.own import posted, user_of

COLUMNS = ("受理编号", "类别", "培训班", "培训单位", "结束日期", "状态", "人数", "报送时间", "逾期", "纸质件收到日期")


@page_for("courses.work_queue")
@require_safe
def roster_list(request: HttpRequest) -> HttpResponse:
    """Rosters handed in, those of route B of its own region for a county; filtered, in pages."""
    found = _found(request)
    page = page_of(found.qs, found.order, after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    query = own_parameters(request.GET, found.filters)
    context = {
        "filter": found,
        "lines": [
            (roster, words.title_of(roster), words.unit_of(roster), words.url_of(roster)) for roster in page.rows
        ],
        "page_note": f"每页{PAGE_SIZE}份",
        "filtered": any(request.GET.get(name) for name in found.filters if name != "sort"),
        "export_url": reverse("courses:roster_export") + (f"?{query}" if query else ""),
        "may_history": may(user_of(request), "courses.history"),
        **page_urls(page, query),
    }
    return render(request, "courses/rosters/list.html", context)


@page_for("courses.work_queue")
@require_safe
def roster_export(request: HttpRequest) -> StreamingHttpResponse:
    """The list as CSV."""
    found = _found(request)
    rows = found.qs.order_by(*found.order)
    rosters_exported(actor=user_of(request), rows=rows.count())
    lines = (_cells(roster) for roster in rows.iterator(chunk_size=2000))
    return csv_response(f"rosters-{timezone.localdate():%Y%m%d}", COLUMNS, lines)


@page_for("courses.history")
@require_http_methods(["GET", "HEAD", "POST"])
def ledger_new(request: HttpRequest) -> HttpResponse:
    """Upload a past year's ledger."""
    most = files.limits()
    given = request.FILES if request.method == "POST" else None
    form = HistoryUploadForm(posted(request), given, megabytes=most.file_bytes // 2**20, rows=most.rows)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            roster = history_upload(actor=user_of(request), year=data["year"], upload=data["file"])
        except InputError as error:
            add_domain_error(form, error)
        else:
            return redirect(words.url_of(roster))
    elif request.method == "POST" and lost_uploads(request):
        form.add_error("file", STORAGE_FULL)
    return render(request, "courses/rosters/ledger_new.html", {"form": form}, status=422 if form.errors else 200)


def _found(request: HttpRequest) -> Any:
    listed = rosters.handed_in(user_of(request)).select_related("training_class__organisation", "submitted_by")
    return RosterFilter(request.GET, listed)


def _cells(roster: Roster) -> tuple[Any, ...]:
    held = roster.training_class
    return (
        roster.number,
        roster.get_kind_display(),
        words.title_of(roster),
        words.unit_of(roster),
        held.last_day if held else "",
        roster.get_state_display(),
        roster.counts.get("rows", ""),
        timezone.localtime(roster.submitted_at).strftime("%Y-%m-%d %H:%M") if roster.submitted_at else "",
        "是" if roster.is_late else "否",
        roster.paper_received_on or "",
    )
