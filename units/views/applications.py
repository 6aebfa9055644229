"""A unit's application for registration: filled in by anybody, followed by its applicant, decided by an office."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.errors import Conflict, InputError
from accounts.forms import add_domain_error
from accounts.guard import may
from accounts.keyset import PAGE_SIZE, page_of
from accounts.pages import page_for
from registry.views.lists import kept_query, page_urls
from registry.views.own import posted, user_of
from registry.views.sign_up import BACKEND
from units.commands.applications import (
    application_accept,
    application_refuse,
    application_resubmit,
    application_return,
    application_submit,
    application_withdraw,
)
from units.forms.lists import ApplicationFilter
from units.forms.papers import ACCEPTED, REFUSED, RETURNED, DecisionForm
from units.forms.units import ApplyForm, UnitForm, VisitorApplyForm
from units.models import UnitApplication
from units.queries import applications
from units.states import APPLICATION_MOVES, ApplicationState

COMMANDS = {ACCEPTED: application_accept, RETURNED: application_return, REFUSED: application_refuse}
DONE = {ACCEPTED: "已准予登记，申请人为单位管理员", RETURNED: "已退回", REFUSED: "不予登记"}
TABS = [
    *((state.value, state.label) for state in ApplicationState if state != ApplicationState.WITHDRAWN),
    ("all", "全部"),
]


@login_not_required
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: HttpRequest) -> HttpResponse:
    """Apply for a unit; a visitor gets an account with it and is signed in."""
    visitor = not request.user.is_authenticated
    form = VisitorApplyForm(posted(request)) if visitor else ApplyForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            application = application_submit(
                actor=None if visitor else user_of(request),
                data=form.unit(),
                token=form.cleaned_data["token"],
                account=form.account() if isinstance(form, VisitorApplyForm) else None,
            )
        except InputError as error:
            add_domain_error(form, error)
        else:
            if visitor:
                login(request, application.applicant, backend=BACKEND)
            messages.success(request, f"申请已提交，受理编号{application.number}。")
            return redirect("units:application_detail", pk=application.pk)
    known = any(error.code == "unit_registered" for found in form.errors.as_data().values() for error in found)
    account = [form[name] for name in VisitorApplyForm.ACCOUNT] if visitor else []
    context = {"form": form, "account": account, "unit": _unit_fields(form), "known": known, "visitor": visitor}
    return render(request, "units/apply.html", context, status=422 if form.errors else 200)


@page_for("units.list")
@require_safe
def application_list(request: HttpRequest) -> HttpResponse:
    """The office's applications by state, oldest first."""
    user = user_of(request)
    found = ApplicationFilter(request.GET, applications.office_sees(user).exclude(applicant=user))
    state = request.GET.get("state", "")
    state = state if state in dict(TABS) else ApplicationState.SUBMITTED.value
    rows = found.qs if state == "all" else found.qs.filter(state=state)
    order = ("submitted_at", "id") if state == ApplicationState.SUBMITTED else ("-submitted_at", "-id")
    page = page_of(rows, order, after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    query = kept_query(request, found)
    context = {
        "filter": found,
        "page": page,
        **page_urls(page, query, state=state),
        "tabs": [
            {"label": label, "url": f"?state={code}", "count": None, "current": code == state} for code, label in TABS
        ],
        "keep": {"state": state},
        "page_note": f"每页{PAGE_SIZE}件",
        "filtered": bool(request.GET.get("q")),
    }
    return render(request, "units/application_list.html", context, status=422 if found.form.errors else 200)


@require_safe
def application_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One application with its history; the office's decision beside it."""
    return _page(request, _application(request, pk), DecisionForm())


@require_http_methods(["GET", "HEAD", "POST"])
def application_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Mend a returned application and hand it in again."""
    application = _own(request, pk)
    if application.state != ApplicationState.RETURNED:
        return redirect("units:application_detail", pk=pk)
    form = UnitForm(posted(request), initial=UnitForm.initial_of(application))
    if request.method == "POST" and form.is_valid():
        try:
            application_resubmit(actor=user_of(request), application=application, data=form.unit())
        except InputError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, "申请已重新提交。")
            return redirect("units:application_detail", pk=pk)
    context = {"form": form, "application": application, "last": _last(application)}
    return render(request, "units/application_edit.html", context, status=422 if form.errors else 200)


@require_POST
def application_take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the application back."""
    application = _own(request, pk)
    try:
        application_withdraw(actor=user_of(request), application=application)
    except Conflict as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "申请已撤回。")
    return redirect("units:application_detail", pk=pk)


@page_for("units.list")
@require_POST
def application_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept, return or refuse."""
    application = get_object_or_404(applications.office_sees(user_of(request)), pk=pk)
    form = DecisionForm(request.POST)
    if form.is_valid():
        decision = form.cleaned_data["decision"]
        command: Any = COMMANDS[decision]
        try:
            command(actor=user_of(request), application=application, reason=form.cleaned_data["reason"])
        except Conflict as error:
            return _page(request, _application(request, pk), DecisionForm(), conflict=error.message, status=409)
        except InputError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, f"{application.number}（{application.name}）{DONE[decision]}。")
            return redirect("units:application_detail", pk=pk)
    return _page(request, _application(request, pk), form, status=422)


def _application(request: HttpRequest, pk: int) -> UnitApplication:
    return get_object_or_404(applications.visible_to(user_of(request)).prefetch_related("steps"), pk=pk)


def _own(request: HttpRequest, pk: int) -> UnitApplication:
    return get_object_or_404(applications.own(user_of(request)).select_related("region"), pk=pk)


def _last(application: UnitApplication) -> Any:
    steps = list(application.steps.all())
    return steps[-1] if steps else None


def _unit_fields(form: UnitForm) -> list[Any]:
    return [form[name] for name in UnitForm.base_fields]


def _page(
    request: HttpRequest, application: UnitApplication, form: DecisionForm, *, conflict: str = "", status: int = 200
) -> HttpResponse:
    user = user_of(request)
    own = application.applicant_id == user.pk
    known = applications.known_unit(name=application.name, uscc=application.uscc, old_code=application.old_code)
    waiting = application.state == ApplicationState.SUBMITTED
    context = {
        "application": application,
        "own": own,
        "last": _last(application),
        "form": form,
        "conflict": conflict,
        "decidable": waiting and may(user, "units.application_decide", application),
        "withdrawable": own and ApplicationState.WITHDRAWN in APPLICATION_MOVES[application.state],
        "known": known if waiting and known is not None else None,
    }
    return render(request, "units/application_detail.html", context, status=status)
