"""A group claim before its office: the envelope, everybody in it, and one decision for all who still wait."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.errors import InputError
from accounts.forms import add_domain_error
from accounts.guard import may
from accounts.pages import page_for
from registry.commands.group_decisions import Decided, group_decide
from registry.forms.review import DecisionForm
from registry.models import GroupClaim
from registry.queries.evidence import group_rules_of
from registry.queries.groups import people_seen_by, reviewed_by
from registry.states import ClaimState
from registry.views import group_words, words
from registry.views.own import user_of

QUEUE = "registry.work_queue"
DONE = {"accept": "认定", "return": "退回", "refuse": "不予认定"}


@page_for(QUEUE)
@require_safe
def review_group(request: HttpRequest, pk: int) -> HttpResponse:
    """The envelope with everybody whose claim the office sees."""
    return _page(request, _group(request, pk), DecisionForm())


@page_for(QUEUE)
@require_POST
def review_group_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """One decision for all who wait; whom it could not be made for is told with the reason."""
    group = _group(request, pk)
    form = DecisionForm(request.POST)
    if form.is_valid():
        decision, reason = form.cleaned_data["decision"], form.cleaned_data["reason"]
        try:
            results = group_decide(actor=user_of(request), group=group, decision=decision, reason=reason)
        except InputError as error:
            add_domain_error(form, error)
        else:
            _tell(request, results, DONE[decision])
            return redirect("registry:review_group", pk=group.pk)
    return _page(request, group, form, status=422)


def _group(request: HttpRequest, pk: int) -> GroupClaim:
    return get_object_or_404(reviewed_by(user_of(request)).prefetch_related("evidence"), pk=pk)


def _tell(request: HttpRequest, results: list[Decided], done: str) -> None:
    decided = [result for result in results if not result.problem]
    if decided:
        messages.success(request, f"{done}{len(decided)}人。")
    elif not results:
        messages.warning(request, "没有待审核的人员。")
    for result in results:
        if result.problem:
            name = result.claim.practitioner.name
            messages.error(request, f"{name}（{result.claim.number}）未办理：{result.problem}")


def _page(request: HttpRequest, group: GroupClaim, form: DecisionForm, *, status: int = 200) -> HttpResponse:
    user = user_of(request)
    rules, rule = group_rules_of(group), words.rule_of(group)
    seen = people_seen_by(user, group).select_related("group").prefetch_related("evidence")
    lines: list[dict[str, Any]] = [
        {
            "claim": claim,
            "files": words.evidence(claim),
            "own": claim.practitioner.user_id == user.pk,
            "decidable": claim.state == ClaimState.SUBMITTED and may(user, "registry.claim_review", claim),
        }
        for claim in seen
    ]
    waiting = [line for line in lines if line["claim"].state == ClaimState.SUBMITTED]
    context = {
        "group": group,
        "rules": rules,
        "rule": rule,
        "activity": rule.name,
        "facts": group_words.facts(group),
        "files": group_words.own_files(group, rules),
        "lines": lines,
        "waiting": len(waiting),
        "decidable": sum(line["decidable"] for line in lines),
        "standing": group_words.standing(group),
        "outcome": group_words.outcome(group),
        "form": form,
    }
    return render(request, "registry/review/group.html", context, status=status)
