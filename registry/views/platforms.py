"""One import of a platform's file, from the upload to the ledger: every step of it, and undoing it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.errors import Conflict, DomainError, InputError
from accounts.forms import add_domain_error
from accounts.middleware import polled
from accounts.pages import page_for
from office.jobs.models import Job
from office.jobs.registry import name_of
from registry.commands.files import STORAGE_FULL
from registry.commands.platforms import files
from registry.commands.platforms.imports import (
    check_again,
    import_abandon,
    import_confirm,
    import_reverse,
    import_upload,
)
from registry.commands.platforms.undo import result_reverse
from registry.forms.platforms import ConfirmForm, UndoForm, UploadForm
from registry.models import PlatformImport, PlatformRow, RowVerdict
from registry.platform_states import IMPORT_MOVES, ImportState, ResultState
from registry.queries import platforms
from registry.queries.platforms import KEEP
from registry.uploads import lost_uploads
from registry.views import platform_words as words
from registry.views.own import posted, user_of

UNDER_WAY = (ImportState.READING, ImportState.CHECKING, ImportState.IMPORTING, ImportState.REVERSING)
STOP_POLLING = 286
SAMPLE = 5


@page_for(KEEP)
@require_http_methods(["GET", "HEAD", "POST"])
def platform_new(request: HttpRequest) -> HttpResponse:
    """Choose the platform and its file; the rest is done behind it."""
    most = files.limits()
    given = request.FILES if request.method == "POST" else None
    form = UploadForm(posted(request), given, megabytes=most.file_bytes // 2**20, rows=most.rows)
    if request.method == "POST" and form.is_valid():
        try:
            row = import_upload(
                actor=user_of(request), platform=form.cleaned_data["platform"], upload=form.cleaned_data["file"]
            )
        except InputError as error:
            add_domain_error(form, error)
        else:
            return redirect("registry:platform_detail", row.pk)
    elif request.method == "POST" and lost_uploads(request):
        form.add_error("file", STORAGE_FULL)
    return render(request, "registry/platforms/new.html", {"form": form}, status=422 if form.errors else 200)


@page_for(KEEP)
@require_safe
def platform_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Where the import stands, what was found, and what can be done next."""
    return _detail(request, _import(request, pk), ConfirmForm())


@polled
@page_for(KEEP)
@require_safe
def platform_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The job under way, asked for every two seconds (htmx); when it is over, the page is loaded anew."""
    row = _import(request, pk)
    response = render(request, "registry/platforms/_progress.html", {"import": row, **_job(row)})
    if row.state not in UNDER_WAY:
        response.status_code = STOP_POLLING
        response["HX-Refresh"] = "true"
    return response


@page_for(KEEP)
@require_POST
def platform_check(request: HttpRequest, pk: int) -> HttpResponse:
    """Check the rows again."""
    return _done(request, pk, lambda row: check_again(actor=user_of(request), row=row), "")


@page_for(KEEP)
@require_POST
def platform_abandon(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the import up."""
    said = "已放弃本次导入，文件和核对结果已删除，没有登记任何学时。"
    return _done(request, pk, lambda row: import_abandon(actor=user_of(request), row=row), said)


@page_for(KEEP)
@require_http_methods(["GET", "HEAD", "POST"])
def platform_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Import what was checked."""
    row = _import(request, pk)
    if request.method != "POST":
        return redirect("registry:platform_detail", pk)
    form = ConfirmForm(request.POST)
    if form.is_valid():
        try:
            import_confirm(actor=user_of(request), row=row, **form.cleaned_data)
        except Conflict as error:
            messages.error(request, error.message)
            return redirect("registry:platform_detail", pk)
        except InputError as error:
            add_domain_error(form, error)
        else:
            return redirect("registry:platform_detail", pk)
    return _detail(request, row, form)


@page_for(KEEP)
@require_http_methods(["GET", "HEAD", "POST"])
def platform_reverse(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo a whole import: says what will happen, asks for the reason."""
    row = _import(request, pk)
    form = UndoForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            import_reverse(actor=user_of(request), row=row, reason=form.cleaned_data["reason"])
        except Conflict as error:
            messages.error(request, error.message)
            return redirect("registry:platform_detail", pk)
        except InputError as error:
            add_domain_error(form, error)
        else:
            return redirect("registry:platform_detail", pk)
    elif ImportState.REVERSING not in IMPORT_MOVES[row.state]:
        return redirect("registry:platform_detail", pk)
    context = {"import": row, "years": words.years(row.counts["import"]["years"]), "form": form}
    return render(request, "registry/platforms/reverse.html", context, status=422 if form.errors else 200)


@page_for(KEEP)
@require_http_methods(["GET", "HEAD", "POST"])
def result_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo one course of one person."""
    result = get_object_or_404(platforms.results_visible_to(user_of(request)), pk=pk)
    form = UndoForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            result_reverse(actor=user_of(request), result=result, reason=form.cleaned_data["reason"])
        except InputError as error:
            add_domain_error(form, error)
        except Conflict as error:
            messages.error(request, error.message)
            return redirect("registry:platform_results", result.platform_import_id)
        else:
            messages.success(request, f"已撤销{result.practitioner.name}的“{result.course_name}”，学时已冲销。")
            return redirect("registry:platform_results", result.platform_import_id)
    elif result.state != ResultState.RECORDED:
        return redirect("registry:platform_results", result.platform_import_id)
    context = {"result": result, "import": result.platform_import, "form": form}
    return render(request, "registry/platforms/result_reverse.html", context, status=422 if form.errors else 200)


def _import(request: HttpRequest, pk: int) -> PlatformImport:
    return get_object_or_404(platforms.visible_to(user_of(request)), pk=pk)


def _done(request: HttpRequest, pk: int, command: Callable[[PlatformImport], object], said: str) -> HttpResponse:
    try:
        command(_import(request, pk))
    except DomainError as error:
        messages.error(request, error.message)
    else:
        if said:
            messages.success(request, said)
    return redirect("registry:platform_detail", pk)


def _detail(request: HttpRequest, row: PlatformImport, form: ConfirmForm) -> HttpResponse:
    moves = IMPORT_MOVES[row.state]
    staged = platforms.rows_of(row)
    context = {
        "import": row,
        "facts": words.facts(row),
        "under_way": row.state in UNDER_WAY,
        **_job(row),
        "earlier": platforms.earlier_of(row),
        "figures": words.figures(row),
        "problems": words.problems(row),
        "years": words.years(row.counts.get("years", {})),
        "credited": words.years(row.counts.get("import", {}).get("years", {})),
        "sample": _sample(staged) if row.state == ImportState.READY else [],
        "form": form,
        "may_confirm": ImportState.IMPORTING in moves,
        "may_map": ImportState.CHECKING in moves and bool(row.headings or row.profile_id),
        "may_check": ImportState.CHECKING in moves and row.profile_id is not None,
        "may_abandon": ImportState.ABANDONED in moves,
        "may_reverse": ImportState.REVERSING in moves,
    }
    return render(request, "registry/platforms/detail.html", context, status=422 if form.errors else 200)


def _sample(staged: Any) -> list[dict[str, Any]]:
    """The first rows that would be credited, as they would stand in the ledger."""
    ready: list[PlatformRow] = list(staged.filter(verdict=RowVerdict.READY).order_by("row")[:SAMPLE])
    return [words.row_line(row) for row in ready]


def _job(row: PlatformImport) -> dict[str, Any]:
    job = Job.objects.filter(pk=row.job).first() if row.job and row.state in UNDER_WAY else None
    return {"job": job, "name": name_of(job.kind) if job else "", "may_retry": job is not None}
