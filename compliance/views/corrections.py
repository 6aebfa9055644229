"""更正: the city office's corrections of years already in use, proposed by one person and agreed to by a second."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.errors import DomainError
from accounts.forms import add_domain_error
from accounts.keyset import PAGE_SIZE, page_of
from accounts.lists import address
from accounts.models import User
from accounts.pages import page_for
from compliance.commands.corrections import (
    correction_agree,
    correction_propose,
    correction_refuse,
    correction_withdraw,
)
from compliance.forms.corrections import AGREE, REFUSE, WITHDRAW, ActForm, CorrectionForm
from compliance.models import Correction
from compliance.queries import corrections, draft_trials
from compliance.states import CorrectionState
from hours_rules.notices import load
from registry.views.own import posted, user_of

CORRECT = "compliance.correct"
LATEST = ("-proposed_at", "-id")
DONE = {
    AGREE: "已同意，更正后的标准即时生效，有关年度正在重新登记。",
    REFUSE: "已不同意，标准退回草稿。",
    WITHDRAW: "已撤回，标准退回草稿。",
}


@page_for(CORRECT)
@require_safe
def correction_list(request: HttpRequest) -> HttpResponse:
    """Every correction, the latest first."""
    rows = corrections.visible_to(user_of(request))
    page = page_of(rows, LATEST, after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    context = {
        "lines": [(row, draft_trials.sums(row.trial)) for row in page.rows],
        "newer_url": page.newer and address("", f"before={page.newer}"),
        "older_url": page.older and address("", f"after={page.older}"),
        "page_note": f"每页{PAGE_SIZE}项",
    }
    return render(request, "compliance/corrections/list.html", context)


@page_for(CORRECT)
@require_http_methods(["GET", "HEAD", "POST"])
def correction_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose the draft of trial `pk` as a correction of the years tried."""
    user = user_of(request)
    trial = get_object_or_404(draft_trials.visible_to(user).exclude(finished_at=None), pk=pk)
    form = CorrectionForm(posted(request))
    if request.method != "POST" and not corrections.can_be_proposed(trial, load(trial.version.text)):
        raise Http404
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            row = correction_propose(actor=user, trial=trial, authority=said["authority"], reason=said["reason"])
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, "已提出，待另一人复核后登记。")
            return redirect("compliance:correction", row.pk)
    context = {
        "trial": trial,
        "sums": draft_trials.named_sums(trial),
        "entries": draft_trials.named_entries(trial),
        "form": form,
    }
    return render(request, "compliance/corrections/new.html", context, status=422 if form.errors else 200)


@page_for(CORRECT)
@require_safe
def correction(request: HttpRequest, pk: int) -> HttpResponse:
    """One correction: what it would do or did, and what this user may do about it."""
    return _page(request, get_object_or_404(corrections.visible_to(user_of(request)), pk=pk))


@page_for(CORRECT)
@require_POST
def correction_act(request: HttpRequest, pk: int) -> HttpResponse:
    """Agree, refuse or withdraw; what is refused says why on the page."""
    user = user_of(request)
    row = get_object_or_404(corrections.visible_to(user), pk=pk)
    form = ActForm(request.POST)
    if not form.is_valid():
        return _page(request, row, error=str(next(iter(form.errors.values()))[0]), act=request.POST.get("act", ""))
    act = form.cleaned_data["act"]
    try:
        _do(user, row, act, form.cleaned_data["reason"])
    except DomainError as error:
        if error.field != "reason":
            messages.error(request, error.message)
            return redirect("compliance:correction", row.pk)
        return _page(request, row, error=error.message, act=act)
    messages.success(request, DONE[act])
    return redirect("compliance:correction", row.pk)


def _do(user: User, row: Correction, act: str, reason: str) -> None:
    if act == AGREE:
        correction_agree(actor=user, correction=row)
    elif act == REFUSE:
        correction_refuse(actor=user, correction=row, reason=reason)
    else:
        correction_withdraw(actor=user, correction=row)


def _page(request: HttpRequest, row: Correction, *, error: str = "", act: str = "") -> HttpResponse:
    proposed, own = row.state == CorrectionState.PROPOSED, row.proposed_by_id == user_of(request).pk
    context = {
        "row": row,
        "trial": row.trial,
        "sums": draft_trials.named_sums(row.trial),
        "entries": draft_trials.named_entries(row.trial),
        "decides": proposed and not own,
        "withdraws": proposed and own,
        "error": error,
        "act": act,
        "reason": request.POST.get("reason", ""),
    }
    return render(request, "compliance/corrections/detail.html", context, status=422 if error else 200)
