"""The rows of a roster: the list with what was found, as CSV, and single rows mended in the browser."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from accounts.errors import DomainError
from accounts.guard import may, require
from accounts.keyset import PAGE_SIZE, page_of
from accounts.lists import own_parameters
from accounts.masks import mask_id, mask_phone
from accounts.tables import csv_response
from courses.commands.rosters import files
from courses.commands.rosters.exports import rows_exported
from courses.commands.rosters.mending import row_add, row_delete, row_mend
from courses.commands.rosters.rechecking import values_of
from courses.forms.roster_lists import RowFilter
from courses.forms.rosters import RowForm
from courses.models import Roster, RosterRow, RowVerdict
from courses.queries.rosters import rows_of
from courses.roster.marked import marked
from courses.states import ROSTER_MOVES, RosterState
from courses.views import roster_words as words
from courses.views.rosters import WRITE, around
from registry.views.lists import page_urls
from registry.views.own import posted, user_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
COLUMNS = ("行号", "核对结果", "问题", "姓名", "性别", "企业名称", "身份证号") + (
    "职称专业系列",
    "职称级别",
    "职称",
    "认定学时",
    "手机号码",
    "是（否）市属单位人员",
)


@require_safe
def row_list(request: HttpRequest, pk: int | None = None, ledger: int | None = None) -> HttpResponse:
    """Every row as numbered in the sheet; filtered, in pages."""
    roster = words.roster_of(request, pk, ledger)
    found = RowFilter(request.GET, rows_of(roster))
    page = page_of(found.qs, found.order, after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    query = own_parameters(request.GET, found.filters)
    context = {
        **around(request, roster),
        "filter": found,
        "lines": [words.row_line(roster, row) for row in page.rows],
        "page_note": f"每页{PAGE_SIZE}行",
        "filtered": any(request.GET.get(name) for name in found.filters if name != "sort"),
        "export_url": words.url_of(roster, "rows_export") + (f"?{query}" if query else ""),
        "may_mend": _mends(request, roster),
        **_state(roster),
        **page_urls(page, query),
    }
    return render(request, "courses/rosters/rows.html", context)


@require_safe
def row_export(request: HttpRequest, pk: int | None = None, ledger: int | None = None) -> StreamingHttpResponse:
    """The rows with their filters as CSV, numbers masked; leaves an audit row."""
    roster = words.roster_of(request, pk, ledger)
    found = RowFilter(request.GET, rows_of(roster))
    rows = found.qs.order_by(*found.order)
    rows_exported(actor=user_of(request), roster=roster, rows=rows.count())
    lines = (words.row_cells(roster, row) for row in rows.iterator(chunk_size=2000))
    name = (roster.number or f"roster-{roster.pk}").lower()
    return csv_response(f"{name}-{timezone.localdate():%Y%m%d}", COLUMNS, lines)


@require_safe
def row_marked(request: HttpRequest, pk: int | None = None, ledger: int | None = None) -> HttpResponse:
    """The workbook as it was handed over, with what was found marked in it; for who may write the roster."""
    roster = words.roster_of(request, pk, ledger)
    require(user_of(request), WRITE, roster)
    if not roster.file or not roster.counts:
        messages.info(request, "还没有核对过的文件。")
        return redirect(words.url_of(roster))
    found = rows_of(roster).exclude(problems=[]).values_list("row", "problems")
    data = marked(files.opened(roster), name=roster.file_name, problems=dict(found), limits=files.limits())
    rows_exported(actor=user_of(request), roster=roster, rows=roster.counts["rows"])
    response = HttpResponse(data, content_type=XLSX)
    stem = PurePath(roster.file_name).stem
    response["Content-Disposition"] = content_disposition_header(True, f"{stem}-核对结果.xlsx") or "attachment"
    response["Cache-Control"] = "no-store, private"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def row_edit(request: HttpRequest, row: int, pk: int | None = None, ledger: int | None = None) -> HttpResponse:
    """Mend one row; what is still wrong with it is said on the spot. To htmx the row itself is answered, or its form
    (`?shown`: the row as it stands), with how many rows have errors now."""
    roster = words.roster_of(request, pk, ledger)
    kept = rows_of(roster).filter(row=row).first()
    if kept is None:
        raise Http404
    require(user_of(request), WRITE, roster)
    if not _mends(request, roster):
        return _away(request, roster)
    if _in_place(request, kept) and "shown" in request.GET:
        return _row(request, roster, kept)
    return _form(request, roster, kept)


@require_http_methods(["GET", "HEAD", "POST"])
def row_new(request: HttpRequest, pk: int | None = None, ledger: int | None = None) -> HttpResponse:
    """Add a person."""
    roster = words.roster_of(request, pk, ledger)
    require(user_of(request), WRITE, roster)
    if not _mends(request, roster):
        return redirect(words.url_of(roster))
    return _form(request, roster, None)


@require_POST
def row_remove(request: HttpRequest, row: int, pk: int | None = None, ledger: int | None = None) -> HttpResponse:
    """Take a row out."""
    roster = words.roster_of(request, pk, ledger)
    require(user_of(request), WRITE, roster)
    try:
        row_delete(actor=user_of(request), roster=roster, row=row)
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, f"已删除第{row}行。")
    return redirect(words.url_of(roster, "rows"))


def _form(request: HttpRequest, roster: Roster, kept: RosterRow | None) -> HttpResponse:
    values = values_of(roster, kept) if kept else {"hours": _usual_hours(roster)}
    masks = {"id_number": mask_id(values.get("id_number", "")), "phone": mask_phone(values.get("phone", ""))}
    initial = {key: value for key, value in values.items() if key not in masks}
    in_place, kept_wrong = _in_place(request, kept), False
    ids = {"auto_id": f"id_{kept.row}_%s"} if kept and in_place else {}  # several rows may be open at once
    form = RowForm(posted(request), masks=masks, initial=initial, **ids)
    if request.method == "POST" and form.is_valid():
        try:
            saved = _saved(request, roster, kept, form.values())
        except DomainError as error:
            messages.error(request, error.message)
            return _away(request, roster)
        if saved.verdict != RowVerdict.ERROR and in_place:
            return _row(request, roster, saved, saved=saved)
        if saved.verdict != RowVerdict.ERROR:
            messages.success(request, f"第{saved.row}行已更正，核对结果：{saved.get_verdict_display()}。")
            return redirect(_next(roster))
        for problem in saved.problems:
            form.add_error(problem["column"] if problem["column"] in form.fields else None, problem["text"])
        kept, kept_wrong = saved, True
    context = {
        **around(request, roster),
        "form": form,
        "row": kept,
        "problems": words.said_of(roster, kept) if kept else [],
        "form_url": words.url_of(roster, "row", kept.row) if kept else words.url_of(roster, "row_new"),
        "delete_url": words.url_of(roster, "row_delete", kept.row) if kept else "",
    }
    if in_place:  # 200: htmx swaps nothing in that is refused
        more = {"kept_wrong": kept_wrong, **(_state(_now(roster)) if form.errors else {})}
        return _part(request, "_row_form", {**context, **more})
    return render(request, "courses/rosters/row.html", context, status=422 if form.errors else 200)


def _row(request: HttpRequest, roster: Roster, row: RosterRow, **more: Any) -> HttpResponse:
    """One row of the list; after it was saved with how the roster stands now."""
    state = _state(_now(roster)) if more else {}
    return _part(request, "_row", {"line": words.row_line(roster, row), "may_mend": True, **state, **more})


def _part(request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
    response = render(request, f"courses/rosters/{name}.html", context)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _state(roster: Roster) -> dict[str, Any]:
    """How many rows there are of each verdict."""
    return {"rows": roster.counts.get("rows", 0), "figures": words.figures(roster)}


def _now(roster: Roster) -> Roster:
    """The roster as a mended row has left it."""
    return Roster.objects.select_related("training_class").get(pk=roster.pk)


def _in_place(request: HttpRequest, kept: RosterRow | None) -> bool:
    """Whether a row is mended in the list."""
    return kept is not None and bool(request.htmx)  # type: ignore[attr-defined]  # django-htmx's middleware


def _away(request: HttpRequest, roster: Roster) -> HttpResponse:
    """To the roster's page, whoever asks."""
    address = words.url_of(roster)
    return HttpResponseClientRedirect(address) if request.htmx else redirect(address)  # type: ignore[attr-defined]


def _saved(request: HttpRequest, roster: Roster, kept: RosterRow | None, values: dict[str, Any]) -> RosterRow:
    actor = user_of(request)
    if kept is None:
        return row_add(actor=actor, roster=roster, values=values)
    return row_mend(actor=actor, roster=roster, row=kept.row, values=values)


def _usual_hours(roster: Roster) -> str:
    return f"{roster.training_class.hours.normalize():f}" if roster.training_class else ""


def _next(roster: Roster) -> str:
    """The other wrong rows, while there are some."""
    if _now(roster).counts.get(RowVerdict.ERROR.value):
        return words.rows_url(roster, verdict=RowVerdict.ERROR.value)
    return words.url_of(roster)


def _mends(request: HttpRequest, roster: Roster) -> bool:
    moves = ROSTER_MOVES[roster.state]
    return bool(roster.counts) and RosterState.CHECKING in moves and may(user_of(request), WRITE, roster)
