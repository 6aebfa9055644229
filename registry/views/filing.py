"""From an activity to a claim handed in: choose, state the facts, check the answers, done."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.errors import Conflict, DomainError, InputError
from accounts.forms import add_domain_error
from hours_rules.types import ActivityRule
from registry.commands.claims import claim_draft, claim_submit, claim_update, input_of
from registry.forms.claims import RULE_FACTS, ClaimForm, DeclarationForm, facts_of
from registry.models import Claim, PrescribedCourse
from registry.queries.evidence import missing_evidence
from registry.queries.notices import notice_on
from registry.queries.platforms import platform_names
from registry.queries.yearly import courses_to_claim, windows_shown
from registry.states import EDITABLE, ClaimState
from registry.views import words
from registry.views.own import own_claim, own_record, posted, user_of

LONGEST_CARRIED = 20


@require_safe
def claim_new(request: HttpRequest) -> HttpResponse:
    """Choose the activity, grouped by clause, from the notice in force today."""
    practitioner = own_record(request)
    today = timezone.localdate()
    notice = notice_on(today)
    context = {
        "notice": notice,
        "groups": words.choices(notice),
        "windows": windows_shown(practitioner),
        "today": today,
    }
    return render(request, "registry/claim_new.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def claim_facts(request: HttpRequest, activity: str) -> HttpResponse:
    """State the facts of one activity; a POST makes the draft. The same form posted again is the same claim."""
    practitioner = own_record(request)
    rule = _rule(activity)
    courses = list(courses_to_claim(rule, timezone.localdate()))
    chosen = next((course for course in courses if str(course.pk) == request.GET.get("course")), None)
    initial = {"token": uuid.uuid4(), **_carried(request), **_as_listed(chosen)}
    form = ClaimForm(posted(request), rule=rule, initial=initial)
    if request.method == "POST" and "preview" not in request.POST and form.is_valid():
        try:
            claim = claim_draft(
                actor=user_of(request),
                practitioner=practitioner,
                data=form.claim_input(),
                token=form.cleaned_data["token"],
            )
            claim = _as_last_typed(request, claim, form)
        except InputError as error:
            add_domain_error(form, error)
        else:
            return redirect("registry:claim_evidence", pk=claim.pk)
    return _facts_page(request, form, {"rule": rule, "courses": courses, "chosen": chosen})


@require_http_methods(["GET", "HEAD", "POST"])
def claim_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the facts of a draft or a returned claim."""
    claim = own_claim(request, pk)
    if claim.state not in EDITABLE:
        return _no_longer_open(request, claim)
    form = ClaimForm(
        posted(request),
        rule=words.rule_of(claim),
        initial={"token": claim.token, **facts_of(input_of(claim))},
    )
    if request.method == "POST" and "preview" not in request.POST and form.is_valid():
        try:
            claim_update(actor=user_of(request), claim=claim, data=form.claim_input())
        except DomainError as error:
            add_domain_error(form, error)
        else:
            onwards = "registry:claim_evidence" if missing_evidence(claim) else "registry:claim_check"
            return redirect(onwards, pk=claim.pk)
    return _facts_page(request, form, {"rule": form.rule, "claim": claim})


@require_POST
def claim_hours(request: HttpRequest) -> HttpResponse:
    """What the facts typed so far are worth (htmx); nothing is saved."""
    own_record(request)
    rule = _rule(request.POST.get("activity", ""))
    return render(request, "registry/_hours.html", _preview(rule, request.POST))


@require_http_methods(["GET", "HEAD", "POST"])
def claim_check(request: HttpRequest, pk: int) -> HttpResponse:
    """Check the answers, promise that they are true, hand the claim in."""
    claim = own_claim(request, pk)
    if claim.state not in EDITABLE:
        return _no_longer_open(request, claim)
    form = DeclarationForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            claim_submit(actor=user_of(request), claim=claim)
        except Conflict as error:
            messages.error(request, error.message)
            return redirect("registry:claim_detail", pk=claim.pk)
        except InputError as error:
            add_domain_error(form, error)
        else:
            return redirect("registry:claim_submitted", pk=claim.pk)
    context = {
        "claim": claim,
        "form": form,
        "facts": words.facts(claim, change_url=_edit_url(claim)),
        "evidence": words.evidence(claim),
        "missing": missing_evidence(claim),
        "last": words.last_step(claim),
    }
    return render(request, "registry/claim_check.html", context, status=422 if form.errors else 200)


@require_safe
def claim_submitted(request: HttpRequest, pk: int) -> HttpResponse:
    """The 受理编号, and what happens next."""
    claim = own_claim(request, pk)
    if claim.state != ClaimState.SUBMITTED:
        return redirect("registry:claim_detail", pk=claim.pk)
    return render(request, "registry/claim_submitted.html", {"claim": claim, "activity": words.activity_name(claim)})


def _rule(activity: str) -> ActivityRule:
    rule = notice_on(timezone.localdate()).activities.get(activity)
    if rule is None:
        raise Http404
    return rule


def _as_listed(course: PrescribedCourse | None) -> dict[str, Any]:
    """What the year's list says of a prescribed course (§二（一）), for the form."""
    if course is None:
        return {}
    platform = platform_names().get(course.platform, course.platform)
    return {"title": course.name, "hours": f"{course.hours.normalize():f}", "organiser": platform}


def _carried(request: HttpRequest) -> dict[str, Any]:
    """Facts that an address brings along (试算), for the form; it judges them as if they were typed."""
    given = {name: request.GET.get(name, "") for name in (*RULE_FACTS, "ended_on")}
    return {name: value for name, value in given.items() if value and len(value) <= LONGEST_CARRIED}


def _as_last_typed(request: HttpRequest, claim: Claim, form: ClaimForm) -> Claim:
    """Somebody who went back, mended a figure and sent the same form again means the mended one."""
    data = form.claim_input()
    if claim.state in EDITABLE and input_of(claim) != data:
        return claim_update(actor=user_of(request), claim=claim, data=data)
    return claim


def _facts_page(request: HttpRequest, form: ClaimForm, context: dict[str, Any]) -> HttpResponse:
    if "preview" in request.POST:  # 计算学时 without JavaScript: what is not filled in yet is no error
        form = ClaimForm(rule=form.rule, initial=request.POST.dict())
    shown = _preview(form.rule, request.POST if request.method == "POST" else _as_typed(form))
    status = 422 if form.errors else 200
    return render(request, "registry/claim_facts.html", {**context, **shown, "form": form}, status=status)


def _as_typed(form: ClaimForm) -> QueryDict:
    """The values a fresh form shows, as they would come back."""
    typed = QueryDict(mutable=True)
    typed.update({name: value for name, value in form.initial.items() if value not in (None, "")})
    return typed


def _preview(rule: ActivityRule, typed: QueryDict) -> dict[str, Any]:
    form = ClaimForm(typed, rule=rule)
    form.full_clean()
    return {"credit": form.credit} if form.credit else {"message": form.waits_for()}


def _no_longer_open(request: HttpRequest, claim: Claim) -> HttpResponse:
    messages.info(request, f"申报{claim.get_state_display()}，不能再修改。")
    return redirect("registry:claim_detail", pk=claim.pk)


def _edit_url(claim: Claim) -> str:
    return reverse("registry:claim_edit", args=[claim.pk])
