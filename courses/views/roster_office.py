"""What the city office does with a roster: confirm, return, reverse, tick off the paper copy."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.errors import Conflict, InputError
from accounts.forms import add_domain_error
from accounts.guard import require
from courses.commands.rosters.deciding import paper_received, roster_confirm, roster_return, roster_reverse
from courses.forms.rosters import PaperForm, ReasonForm
from courses.models import Roster
from courses.queries.roster_sums import sums_of
from courses.states import ROSTER_MOVES, RosterState
from courses.views import roster_words as words
from courses.views.rosters import CONFIRM, REVERSE, around, done, shown
from registry.views.own import posted, user_of


@require_http_methods(["GET", "HEAD", "POST"])
def roster_credit(request: HttpRequest, pk: int | None = None, ledger: int | None = None) -> HttpResponse:
    """Ask whether to register the hours, then have it done."""
    roster = words.roster_of(request, pk, ledger)
    require(user_of(request), CONFIRM, roster)
    if request.method == "POST":
        return _decided(request, roster, lambda: roster_confirm(actor=user_of(request), roster=roster))
    if RosterState.CONFIRMED not in ROSTER_MOVES[roster.state]:
        return redirect(words.url_of(roster))
    sums = sums_of(roster)
    context = {**around(request, roster), "sums": sums, "facts": words.facts(roster, sums)}
    return render(request, "courses/rosters/confirm.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def roster_send_back(request: HttpRequest, pk: int | None = None, ledger: int | None = None) -> HttpResponse:
    """Say why the roster goes back."""
    roster = words.roster_of(request, pk, ledger)
    require(user_of(request), CONFIRM, roster)
    form = ReasonForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            roster_return(actor=user_of(request), roster=roster, **form.cleaned_data)
        except InputError as error:
            add_domain_error(form, error)
        except Conflict as error:
            messages.error(request, error.message)
            return redirect(words.url_of(roster))
        else:
            messages.success(request, "已退回，培训单位会收到通知。")
            return redirect(words.url_of(roster))
    elif RosterState.RETURNED not in ROSTER_MOVES[roster.state]:
        return redirect(words.url_of(roster))
    context = {**around(request, roster), "form": form}
    return render(request, "courses/rosters/return.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def roster_undo(request: HttpRequest, pk: int | None = None, ledger: int | None = None) -> HttpResponse:
    """Say what reversing does, ask why, and reverse."""
    roster = words.roster_of(request, pk, ledger)
    require(user_of(request), REVERSE, roster)
    form = ReasonForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            roster_reverse(actor=user_of(request), roster=roster, **form.cleaned_data)
        except InputError as error:
            add_domain_error(form, error)
        except Conflict as error:
            messages.error(request, error.message)
            return redirect(words.url_of(roster))
        else:
            messages.success(request, "已撤销，学时全部冲销，有关人员会收到通知。")
            return redirect(words.url_of(roster))
    elif RosterState.REVERSED not in ROSTER_MOVES[roster.state]:
        return redirect(words.url_of(roster))
    context = {**around(request, roster), "form": form, "sums": sums_of(roster)}
    return render(request, "courses/rosters/reverse.html", context, status=422 if form.errors else 200)


@require_POST
def roster_paper(request: HttpRequest, pk: int) -> HttpResponse:
    """Tick off the paper copy, or take the tick back (`undo`)."""
    roster = words.roster_of(request, pk, None)
    require(user_of(request), REVERSE, roster)
    actor = user_of(request)
    if "undo" in request.POST:
        command = lambda: paper_received(actor=actor, roster=roster, received_on=None)  # noqa: E731
        return done(request, roster, command, "已撤回纸质件收到登记。")
    form = PaperForm(request.POST)
    if form.is_valid():
        try:
            paper_received(actor=actor, roster=roster, **form.cleaned_data)
        except InputError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, "已登记纸质件收到日期。")
            return redirect(words.url_of(roster))
    return shown(request, roster, paper=form)


def _decided(request: HttpRequest, roster: Roster, command: object) -> HttpResponse:
    try:
        return done(request, roster, command, "")
    except Conflict as error:
        messages.error(request, error.message)
        return redirect(words.url_of(roster))
