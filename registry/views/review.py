"""The reviewer's pages of one claim: its evidence and findings beside it, a decision, and undoing one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.errors import Conflict, InputError
from accounts.forms import add_domain_error
from accounts.guard import may
from accounts.lists import own_parameters
from accounts.models import User
from accounts.pages import page_for
from registry.commands.decisions import claim_accept, claim_refuse, claim_return, claim_reverse
from registry.forms.review import ACCEPT, NEWEST, REFUSE, RETURN, DecisionForm, ReversalForm, ReviewFilter
from registry.models import Claim
from registry.queries import claims, review
from registry.queries.findings import findings_of
from registry.states import CLAIM_MOVES, LOOK_UNFINISHED, ClaimState, SecondLookState
from registry.views import findings, words
from registry.views.look_panel import LookForm, panel
from registry.views.own import user_of
from registry.views.preview import previewed
from registry.views.queue import OUR_PARAMETERS

COMMANDS = {ACCEPT: claim_accept, RETURN: claim_return, REFUSE: claim_refuse}
DONE = {ACCEPT: "已认定，学时已登记", RETURN: "已退回", REFUSE: "不予认定"}


@page_for("registry.work_queue")
@require_safe
def review_claim(request: HttpRequest, pk: int) -> HttpResponse:
    """One claim: what was stated and proved, what the notice grants, what it makes of the year."""
    return claim_page(request, claim_seen(request, pk), DecisionForm())


@page_for("registry.work_queue")
@require_http_methods(["GET", "HEAD", "POST"])
def review_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept, return or refuse; then the next claim of the list one came from, or back to it."""
    claim = claim_seen(request, pk)
    query = own_parameters(request.GET, OUR_PARAMETERS)
    if request.method != "POST":
        return redirect(_address("registry:review_claim", query, pk))
    form = DecisionForm(request.POST)
    if form.is_valid():
        decision = form.cleaned_data["decision"]
        try:
            COMMANDS[decision](actor=user_of(request), claim=claim, reason=form.cleaned_data["reason"])
        except Conflict as error:
            return claim_page(request, claim_seen(request, pk), DecisionForm(), conflict=error.message, status=409)
        except InputError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, f"{claim.number}（{claim.practitioner.name}）{DONE[decision]}。")
            return _onwards(request, claim, form.cleaned_data["go_on"])
    return claim_page(request, claim, form, status=422)


@page_for("registry.work_queue")
@require_http_methods(["GET", "HEAD", "POST"])
def review_reverse(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo an accepted claim: says what will happen, asks for the reason, writes the reversing entry."""
    claim = claim_seen(request, pk)
    form = ReversalForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            claim_reverse(actor=user_of(request), claim=claim, reason=form.cleaned_data["reason"])
        except Conflict as error:
            return claim_page(request, claim_seen(request, pk), DecisionForm(), conflict=error.message, status=409)
        except InputError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, f"{claim.number}（{claim.practitioner.name}）已撤销认定，学时已冲销。")
            return redirect("registry:review_claim", pk=claim.pk)
    elif not _reversible(user_of(request), claim):
        return redirect("registry:review_claim", pk=claim.pk)
    context = {"claim": claim, "activity": words.activity_name(claim), "form": form}
    return render(request, "registry/review/reverse.html", context, status=422 if form.errors else 200)


def claim_seen(request: HttpRequest, pk: int) -> Claim:
    return get_object_or_404(claims.with_details(claims.queue(user_of(request))), pk=pk)


def _reversible(user: User, claim: Claim) -> bool:
    look = getattr(claim, "second_look", None)
    if look is not None and look.state == SecondLookState.DISAGREED:  # a third person decides, in the panel of the look
        return False
    return ClaimState.REVERSED in CLAIM_MOVES[claim.state] and may(user, "registry.claim_reverse", claim)


def claim_page(
    request: HttpRequest,
    claim: Claim,
    form: DecisionForm | None = None,
    *,
    conflict: str = "",
    look_form: LookForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of one claim: to decide on it, to look at it once more, or to read."""
    user = user_of(request)
    query = own_parameters(request.GET, OUR_PARAMETERS)
    waiting = claim.state == ClaimState.SUBMITTED
    rule = words.rule_of(claim)
    look = getattr(claim, "second_look", None)
    looking = waiting or (look is not None and look.state in LOOK_UNFINISHED)
    found = findings.lines(user, findings_of(claim)) if looking else []
    context = {
        "claim": claim,
        "activity": rule.name,
        "rule": rule,
        "facts": words.facts(claim),
        "group_text": f"{claim.group.organisation.name}，{claim.group.number}" if claim.group else "",
        "files": [previewed(claim, file) for file in claim.evidence.all()],
        "outlook": review.outlook(claim),
        "waiting": waiting,
        "days": review.waiting_days(claim) if waiting else None,
        "steps": claim.steps.all(),
        "handed": next((step for step in reversed(claim.steps.all()) if step.moved_to_id == claim.region_id), None),
        "elsewhere": waiting and claim.practitioner.region_id != claim.region_id,
        "others": [(other, words.activity_name(other)) for other in review.other_claims(user, claim)],
        **panel(user, look, look_form),
        "looking": looking,
        "findings": found,
        "must_reason": any(line.serious for line in found),
        "decidable": waiting and may(user, "registry.claim_review", claim),
        "reversible": _reversible(user, claim),
        "form": form or DecisionForm(),
        "conflict": conflict,
        "next": _next(request, claim),
        "query": f"?{query}" if query else "",
    }
    return render(request, "registry/review/claim.html", context, status=status)


def _next(request: HttpRequest, claim: Claim) -> Claim | None:
    """The claim that follows among those of the list that the user's own office has to decide."""
    user = user_of(request)
    found = ReviewFilter(request.GET, claims.to_decide(user), user=user)
    return review.next_after(found.qs, claim, newest_first=found.data.get("sort") == NEWEST)


def _onwards(request: HttpRequest, claim: Claim, go_on: bool) -> HttpResponse:
    query = own_parameters(request.GET, OUR_PARAMETERS)
    following = _next(request, claim) if go_on else None
    if following is not None:
        return redirect(_address("registry:review_claim", query, following.pk))
    if go_on:
        messages.info(request, "待审核的申报已全部办理。")
    return redirect(_address("registry:review_queue", query))


def _address(name: str, query: str, *args: int) -> str:
    return f"{reverse(name, args=args)}{'?' + query if query else ''}"
