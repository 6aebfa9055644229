"""One roster, from the workbook to its receipt: upload, progress, what the check found, the hand-in."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.errors import DomainError, InputError
from accounts.forms import add_domain_error
from accounts.guard import may, require
from accounts.middleware import polled
from courses.commands.rosters import files
from courses.commands.rosters.submitting import roster_submit
from courses.commands.rosters.uploads import roster_check_again, roster_upload
from courses.documents.roster_filling import PRINTABLE
from courses.forms.rosters import HandInForm, PaperForm, ReasonForm, RosterUploadForm
from courses.models import Roster, RowVerdict
from courses.queries.deadlines import deadline_of, is_late
from courses.queries.roster_sums import sums_of
from courses.states import ROSTER_MOVES, RosterState
from courses.views import roster_words as words
from office.jobs.models import Job
from office.jobs.registry import name_of
from office.jobs.states import JobState
from registry.commands.files import STORAGE_FULL
from registry.uploads import lost_uploads
from registry.views.own import posted, user_of

STOP_POLLING = 286
WRITE, CONFIRM, REVERSE = "courses.roster_write", "courses.roster_confirm", "courses.roster_reverse"


@require_safe
def roster_detail(request: HttpRequest, pk: int | None = None, ledger: int | None = None) -> HttpResponse:
    """Where the roster stands, what was found, and what can be done next."""
    return shown(request, words.roster_of(request, pk, ledger))


@require_http_methods(["GET", "HEAD", "POST"])
def roster_hand_over(request: HttpRequest, pk: int | None = None, ledger: int | None = None) -> HttpResponse:
    """Upload the workbook; the rest is done behind it."""
    roster = words.roster_of(request, pk, ledger)
    require(user_of(request), WRITE, roster)
    most = files.limits()
    given = request.FILES if request.method == "POST" else None
    form = RosterUploadForm(posted(request), given, megabytes=most.file_bytes // 2**20, rows=most.rows)
    if request.method == "POST" and form.is_valid():
        before = roster.job_id
        try:
            roster = roster_upload(actor=user_of(request), roster=roster, upload=form.cleaned_data["file"])
        except DomainError as error:
            add_domain_error(form, error)
        else:
            if roster.job_id == before:
                messages.info(request, "与现有文件相同，没有变化。")
            return redirect(words.url_of(roster))
    elif request.method == "POST" and lost_uploads(request):
        form.add_error("file", STORAGE_FULL)
    context = {**around(request, roster), "form": form, "deadline": words.deadline_said(roster)}
    return render(request, "courses/rosters/upload.html", context, status=422 if form.errors else 200)


@polled
@require_safe
def roster_progress(request: HttpRequest, pk: int | None = None, ledger: int | None = None) -> HttpResponse:
    """The job under way, asked for every two seconds (htmx); when it is over, the page is loaded anew."""
    roster = words.roster_of(request, pk, ledger)
    job = job_of(roster)
    response = render(request, "courses/rosters/_progress.html", {"roster": roster, **job})
    if not job["under_way"]:
        response.status_code = STOP_POLLING
        response["HX-Refresh"] = "true"
    return response


@require_POST
def roster_check(request: HttpRequest, pk: int | None = None, ledger: int | None = None) -> HttpResponse:
    """Check the file again."""
    roster = words.roster_of(request, pk, ledger)
    return done(request, roster, lambda: roster_check_again(actor=user_of(request), roster=roster), "")


@require_http_methods(["GET", "HEAD", "POST"])
def roster_hand_in(request: HttpRequest, pk: int | None = None, ledger: int | None = None) -> HttpResponse:
    """Look at what will be handed in, say by whom, and hand it in."""
    roster = words.roster_of(request, pk, ledger)
    require(user_of(request), WRITE, roster)
    late, warned = is_late(roster), bool(roster.counts.get(RowVerdict.WARNED.value) or words.of_file(roster))
    form = HandInForm(posted(request), late=late, warned=warned, initial=_filled_in(request, roster))
    if request.method == "POST" and form.is_valid():
        try:
            roster = roster_submit(actor=user_of(request), roster=roster, data=form.data_given())
        except InputError as error:
            add_domain_error(form, error)
        except DomainError as error:
            messages.error(request, error.message)
            return redirect(words.url_of(roster))
        else:
            messages.success(request, f"已报送，受理编号{roster.number}。")
            return redirect(words.url_of(roster))
    elif RosterState.SUBMITTED not in ROSTER_MOVES[roster.state]:
        return redirect(words.url_of(roster))
    sums = sums_of(roster)
    context = {
        **around(request, roster),
        "form": form,
        "sums": sums,
        "late": late,
        "facts": words.facts(roster, sums),
        "problems": words.problems(roster),
        "of_file": words.of_file(roster),
        "opens": _opens(roster),
    }
    return render(request, "courses/rosters/submit.html", context, status=422 if form.errors else 200)


def shown(
    request: HttpRequest, roster: Roster, *, reason: ReasonForm | None = None, paper: PaperForm | None = None
) -> HttpResponse:
    """The roster's page, with whatever form was refused."""
    user, moves = user_of(request), ROSTER_MOVES[roster.state]
    job, writes = job_of(roster), may(user, WRITE, roster)
    settled = not job["under_way"]
    sums = sums_of(roster) if roster.counts else None
    mends = writes and RosterState.CHECKING in moves and settled
    context = {
        **around(request, roster),
        **job,
        "sums": sums,
        "facts": words.facts(roster, sums),
        "deadline": words.deadline_said(roster),
        "figures": words.figures(roster),
        "problems": words.problems(roster),
        "of_file": words.of_file(roster),
        "steps": list(roster.steps.all()),
        "last_reason": _last_reason(roster),
        "may_upload": mends,
        "may_mend": mends and bool(roster.counts),
        "may_submit": writes and RosterState.SUBMITTED in moves,
        "may_confirm": RosterState.CONFIRMED in moves and settled and may(user, CONFIRM, roster),
        "may_print": roster.state in PRINTABLE and may(user, "courses.roster_export", roster),
        "may_reverse": RosterState.REVERSED in moves and may(user, REVERSE, roster),
        "may_tick": roster.training_class_id is not None
        and roster.submitted_at is not None
        and may(user, REVERSE, roster),
        "reason_form": reason or ReasonForm(),
        "paper_form": paper or PaperForm(initial={"received_on": roster.paper_received_on or timezone.localdate()}),
    }
    refused = any(form is not None and form.errors for form in (reason, paper))
    return render(request, "courses/rosters/detail.html", context, status=422 if refused else 200)


def around(request: HttpRequest, roster: Roster) -> dict[str, Any]:
    """What every page of a roster names and links to."""
    pages = ("upload", "progress", "check", "submit", "rows", "rows_marked", "row_new", "confirm", "return", "reverse")
    return {
        "roster": roster,
        "title": words.title_of(roster),
        "url": words.url_of(roster),
        "may_list": may(user_of(request), "courses.work_queue"),
        "urls": {page: words.url_of(roster, page) for page in pages},
    }


def job_of(roster: Roster) -> dict[str, Any]:
    """The last job, while it is of interest: under way, or failed without an outcome."""
    job = Job.objects.filter(pk=roster.job_id).first() if roster.job_id else None
    open_state = roster.state in (RosterState.CHECKING, RosterState.SUBMITTED)
    if job is None or not open_state or job.state == JobState.DONE:
        return {"job": None, "under_way": False, "name": "", "may_retry": False}
    waits = job.state != JobState.FAILED
    return {"job": job, "under_way": waits, "name": name_of(job.kind), "may_retry": not waits}


def done(request: HttpRequest, roster: Roster, command: Any, said: str) -> HttpResponse:
    """Do what a button asks for and go back to the roster's page; Forbidden is the guard's own page."""
    try:
        command()
    except InputError as error:
        messages.error(request, error.message)
    else:
        if said:
            messages.success(request, said)
    return redirect(words.url_of(roster))


def _opens(roster: Roster) -> str:
    if roster.training_class is None or deadline_of(roster.training_class).is_open:
        return ""
    return words.deadline_said(roster).get("text", "培训班尚未结束。")


def _filled_in(request: HttpRequest, roster: Roster) -> dict[str, Any]:
    user = user_of(request)
    return {
        "filler": roster.filler or user.display_name,
        "phone": roster.filler_phone,
        "filled_on": _dated(roster),
        "late_reason": roster.late_reason,
    }


def _dated(roster: Roster) -> date:
    """填报日期 as the file has it; today where it has none, or that of an earlier hand-in."""
    said, before = roster.filled_on, roster.submitted_at
    return said if said and (before is None or said > timezone.localdate(before)) else timezone.localdate()


def _last_reason(roster: Roster) -> str:
    if roster.state not in (RosterState.RETURNED, RosterState.REVERSED):
        return ""
    last = roster.steps.order_by("-id").first()
    return last.reason if last else ""
