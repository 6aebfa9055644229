"""Jobs as people follow them: the list, one job with its progress, starting a failed one again."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.errors import Conflict
from accounts.guard import may
from accounts.keyset import PAGE_SIZE, page_of
from accounts.lists import address, own_parameters
from accounts.middleware import polled
from office.jobs import queries
from office.jobs.commands import job_retry
from office.jobs.forms import JobFilter
from office.jobs.models import Job
from office.jobs.registry import kind_of, name_of, names
from office.jobs.states import JobState

ORDER = ("-created_at", "-pk")
STOP_POLLING = 286  # what htmx takes as "the last answer": the page needs no further look


@require_safe
def job_list(request: HttpRequest) -> HttpResponse:
    """The jobs that the user may see, newest first; filtered, in pages."""
    found = JobFilter(request.GET, queries.visible_to(_user(request)).select_related("requested_by"))
    page = page_of(found.qs, ORDER, after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    query = own_parameters(request.GET, found.filters)
    context = {
        "filter": found,
        "lines": [(job, name_of(job.kind)) for job in page.rows],
        "newer_url": page.newer and address("", query, f"before={page.newer}"),
        "older_url": page.older and address("", query, f"after={page.older}"),
        "page_note": f"每页{PAGE_SIZE}项",
        "filtered": any(request.GET.get(name) for name in found.filters),
    }
    return render(request, "jobs/list.html", context)


@require_safe
def job_detail(request: HttpRequest, pk: Any) -> HttpResponse:
    """One job: progress while it runs, then its result; may be left and come back to."""
    return render(request, "jobs/detail.html", _context(request, _job(request, pk)))


@polled
@require_safe
def job_progress(request: HttpRequest, pk: Any) -> HttpResponse:
    """The part of the page that changes, asked for every two seconds (htmx) until the job is finished."""
    job = _job(request, pk)
    status = STOP_POLLING if job.is_finished else 200
    return render(request, "jobs/_progress.html", _context(request, job), status=status)


@require_POST
def job_again(request: HttpRequest, pk: Any) -> HttpResponse:
    """Start a failed job anew."""
    job = _job(request, pk)
    try:
        job_retry(actor=_user(request), job=job)
    except Conflict as error:
        messages.info(request, error.message)
    else:
        messages.success(request, "任务已重新排队，将从中断处继续。")
    return redirect("jobs:detail", job.pk)


def _user(request: HttpRequest) -> Any:
    return request.user  # the login middleware lets nobody else through


def _job(request: HttpRequest, pk: Any) -> Job:
    return get_object_or_404(queries.visible_to(_user(request)).select_related("requested_by"), pk=pk)


def _context(request: HttpRequest, job: Job) -> dict[str, Any]:
    known = job.kind in names()
    return {
        "job": job,
        "name": name_of(job.kind),
        "result_template": kind_of(job.kind).result_template if known else "jobs/_result.html",
        "may_retry": job.state == JobState.FAILED and may(_user(request), "jobs.retry", job),
    }
