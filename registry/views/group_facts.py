"""The facts that everybody of a group claim shares: choose the activity, state them, change them."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.errors import DomainError
from accounts.forms import add_domain_error
from accounts.models import Organisation, Role
from accounts.pages import page_for
from accounts.queries import organisations_run
from hours_rules.types import ActivityRule
from registry.commands.claim_input import input_of
from registry.commands.groups import group_draft, group_update
from registry.forms.claims import facts_of
from registry.forms.groups import GroupForm
from registry.queries.notices import notice_on
from registry.views import words
from registry.views.group_page import WORK, own_group
from registry.views.own import posted, user_of


@page_for(WORK)
@require_safe
def group_new(request: HttpRequest) -> HttpResponse:
    """Choose the activity, of those that the notice takes from a unit (§三（三）)."""
    notice = notice_on(timezone.localdate())
    rules = notice.group_claims
    offered = [notice.activities[code] for code in rules.activities] if rules else []
    choices = [(rule, words.worth(rule)) for rule in offered]
    return render(request, "registry/groups/new.html", {"notice": notice, "rules": rules, "choices": choices})


@page_for(WORK)
@require_http_methods(["GET", "HEAD", "POST"])
def group_facts(request: HttpRequest, activity: str) -> HttpResponse:
    """State the common facts; a POST makes the envelope. The same form posted again is the same envelope."""
    rule = _rule(activity)
    form = GroupForm(posted(request), rule=rule, units=_units(request), initial={"token": uuid.uuid4()})
    if request.method == "POST" and "preview" not in request.POST and form.is_valid():
        try:
            token, data = form.cleaned_data["token"], form.claim_input()
            group = group_draft(actor=user_of(request), organisation=form.unit, data=data, token=token)
            if input_of(group) != data and group.submitted_at is None:  # went back, mended a figure, sent it again
                group = group_update(actor=user_of(request), group=group, data=data)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            return redirect("registry:group_files", pk=group.pk)
    return _facts_page(request, form, {"rule": rule})


@page_for(WORK)
@require_http_methods(["GET", "HEAD", "POST"])
def group_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the common facts, while nobody's claim waits at an office or was accepted."""
    group = own_group(request, pk)
    rule, initial = words.rule_of(group), {"token": group.token, **facts_of(input_of(group))}
    form = GroupForm(posted(request), rule=rule, units=[group.organisation], initial=initial)
    if request.method == "POST" and "preview" not in request.POST and form.is_valid():
        try:
            group_update(actor=user_of(request), group=group, data=form.claim_input())
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, "共同信息已保存。")
            return redirect("registry:group_detail", pk=group.pk)
    return _facts_page(request, form, {"rule": rule, "group": group})


@page_for(WORK)
@require_POST
def group_hours(request: HttpRequest) -> HttpResponse:
    """What the facts typed so far are worth (htmx); nothing is saved."""
    rule = _rule(request.POST.get("activity", ""))
    return render(request, "registry/_hours.html", _preview(rule, request.POST))


def _units(request: HttpRequest) -> list[Organisation]:
    run = organisations_run(user_of(request), Role.EMPLOYER_ADMIN)
    return list(Organisation.objects.filter(pk__in=run).order_by("name"))


def _rule(activity: str) -> ActivityRule:
    notice = notice_on(timezone.localdate())
    if notice.group_claims is None or activity not in notice.group_claims.activities:
        raise Http404
    return notice.activities[activity]


def _facts_page(request: HttpRequest, form: GroupForm, context: dict[str, Any]) -> HttpResponse:
    units = form.units
    if "preview" in request.POST:  # 计算学时 without JavaScript: what is not filled in yet is no error
        form = GroupForm(rule=form.rule, units=units, initial=request.POST.dict())
    typed = request.POST if request.method == "POST" else _as_typed(form)
    shown = {**context, **_preview(form.rule, typed), "form": form}
    return render(request, "registry/groups/facts.html", shown, status=422 if form.errors else 200)


def _as_typed(form: GroupForm) -> QueryDict:
    typed = QueryDict(mutable=True)
    typed.update({name: value for name, value in form.initial.items() if value not in (None, "")})
    return typed


def _preview(rule: ActivityRule, typed: QueryDict) -> dict[str, Any]:
    form = GroupForm(typed, rule=rule, units=[])
    form.full_clean()
    return {"credit": form.credit} if form.credit else {"message": form.waits_for()}
