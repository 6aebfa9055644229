"""The system administrator's desk: accounts, and who holds which role where. No page of it shows an ID number."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import desk_forms as forms
from accounts.commands.appointments import appointment_create, appointment_end, appointment_hand_over
from accounts.commands.closing import password_link, sessions_end, user_change, user_close, user_reopen
from accounts.commands.two_step import two_step_reset
from accounts.commands.users import user_create
from accounts.errors import DomainError
from accounts.forms import add_domain_error
from accounts.keyset import PAGE_SIZE, page_of
from accounts.lists import address, own_parameters
from accounts.models import Appointment, User
from accounts.pages import page_for
from accounts.queries import accounts_visible_to, appointments_visible_to, sign_ins

DESK = "accounts.desk"
ORDER = ("display_name", "pk")


@page_for(DESK)
@require_safe
def account_list(request: HttpRequest) -> HttpResponse:
    """Accounts by name with their roles of today; filtered, in pages."""
    found = forms.AccountFilter(request.GET, accounts_visible_to(_actor(request)))
    page = page_of(
        found.qs.prefetch_related("appointments__region", "appointments__organisation"),
        ORDER,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    today = timezone.localdate()
    lines = [(user, [one for one in user.appointments.all() if _in_force(one, today)]) for user in page.rows]
    query = own_parameters(request.GET, found.filters)
    context = {
        "filter": found,
        "lines": lines,
        "newer_url": page.newer and address("", query, f"before={page.newer}"),
        "older_url": page.older and address("", query, f"after={page.older}"),
        "page_note": f"每页{PAGE_SIZE}个",
        "filtered": any(request.GET.get(name) for name in found.filters),
    }
    return render(request, "accounts/desk/list.html", context)


@page_for(DESK)
@require_http_methods(["GET", "HEAD", "POST"])
def account_new(request: HttpRequest) -> HttpResponse:
    """Make an account; its page then gives out the link for the password."""
    form = forms.AccountForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            user = user_create(actor=_actor(request), password=None, **form.cleaned_data)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, f"已新建账号“{user.username}”。请任命角色，并发放密码链接。")
            return redirect("accounts:desk_account", user.pk)
    return render(request, "accounts/desk/new.html", {"form": form}, status=422 if form.errors else 200)


@page_for(DESK)
@require_safe
def account_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One account: details, appointments past and present, sign-ins, and what may be done with it."""
    return _account_page(request, _account(request, pk))


@page_for(DESK)
@require_http_methods(["GET", "HEAD", "POST"])
def account_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct name and e-mail address."""
    user = _account(request, pk)
    initial = {"display_name": user.display_name, "email": user.email}
    form = forms.ChangeForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            user_change(actor=_actor(request), user=user, **form.cleaned_data)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, "已保存。")
            return redirect("accounts:desk_account", pk)
    return _form_page(request, form, user, "修改账号资料", "保存")


@page_for(DESK)
@require_POST
def account_link(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the one-time link, once: it is kept nowhere."""
    user = _account(request, pk)
    try:
        path = password_link(actor=_actor(request), user=user)
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("accounts:desk_account", pk)
    return render(request, "accounts/desk/link.html", {"account": user, "link": request.build_absolute_uri(path)})


@page_for(DESK)
@require_http_methods(["GET", "HEAD", "POST"])
def account_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close an account, or open a closed one again, for a reason."""
    user = _account(request, pk)
    command, title = (user_close, "停用账号") if user.is_active else (user_reopen, "恢复账号")
    return _with_reason(request, user, command, title, danger=user.is_active)


@page_for(DESK)
@require_http_methods(["GET", "HEAD", "POST"])
def account_two_step(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the second step away from somebody who lost phone and codes."""
    return _with_reason(request, _account(request, pk), two_step_reset, "重置双因素认证", danger=True)


@page_for(DESK)
@require_POST
def account_sign_out(request: HttpRequest, pk: int) -> HttpResponse:
    """End every sign-in of an account."""
    ended = sessions_end(actor=_actor(request), user=_account(request, pk), keep=request.session.session_key or "")
    messages.success(request, f"已退出{ended}处登录。")
    return redirect("accounts:desk_account", pk)


@page_for(DESK)
@require_http_methods(["GET", "HEAD", "POST"])
def appointment_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the account a role."""
    user = _account(request, pk)
    form = forms.AppointmentForm(
        request.POST if request.method == "POST" else None,
        initial={"valid_from": timezone.localdate()},
    )
    if request.method == "POST" and form.is_valid():
        try:
            appointment_create(actor=_actor(request), user=user, **form.appointment())
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, "已任命。")
            return redirect("accounts:desk_account", pk)
    return _form_page(request, form, user, "任命角色", "任命")


@page_for(DESK)
@require_http_methods(["GET", "HEAD", "POST"])
def appointment_finish(request: HttpRequest, pk: int) -> HttpResponse:
    """Let an appointment end."""
    appointment = _appointment(request, pk)
    form = forms.EndForm(request.POST if request.method == "POST" else None, initial={"last_day": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            appointment_end(actor=_actor(request), appointment=appointment, **form.cleaned_data)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, "已设定截止日期。")
            return redirect("accounts:desk_account", appointment.user_id)
    return _form_page(request, form, appointment.user, f"结束任职：{appointment}", "结束任职", danger=True)


@page_for(DESK)
@require_http_methods(["GET", "HEAD", "POST"])
def appointment_pass_on(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand a role at its place over to somebody else, in one step."""
    appointment = _appointment(request, pk)
    form = forms.HandOverForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            appointment_hand_over(actor=_actor(request), appointment=appointment, **form.cleaned_data)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, "已移交。")
            return redirect("accounts:desk_account", appointment.user_id)
    return _form_page(request, form, appointment.user, f"移交任职：{appointment}", "移交")


def _actor(request: HttpRequest) -> Any:
    return request.user  # the login middleware lets nobody else through


def _account(request: HttpRequest, pk: int) -> User:
    return get_object_or_404(accounts_visible_to(_actor(request)), pk=pk)


def _appointment(request: HttpRequest, pk: int) -> Appointment:
    return get_object_or_404(appointments_visible_to(_actor(request)), pk=pk)


def _account_page(request: HttpRequest, user: User) -> HttpResponse:
    today = timezone.localdate()
    appointments = user.appointments.select_related("region", "organisation").order_by("-valid_from", "-pk")
    context = {
        "account": user,
        "appointments": [(one, _in_force(one, today), one.valid_from > today) for one in appointments],
        "sign_ins": sign_ins(user),
        "two_step": user.totpdevice_set.filter(confirmed=True).exists(),  # type: ignore[attr-defined]
        "own": user.pk == _actor(request).pk,
    }
    return render(request, "accounts/desk/account.html", context)


def _with_reason(request: HttpRequest, user: User, command: Any, title: str, *, danger: bool) -> HttpResponse:
    form = forms.ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            command(actor=_actor(request), user=user, reason=form.cleaned_data["reason"])
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, f"已{title}。")
            return redirect("accounts:desk_account", user.pk)
    return _form_page(request, form, user, title, title, danger=danger)


def _form_page(
    request: HttpRequest,
    form: Any,
    user: User,
    title: str,
    submit: str,
    *,
    danger: bool = False,
) -> HttpResponse:
    context = {
        "form": form,
        "account": user,
        "title": title,
        "submit": submit,
        "danger": danger,
        "back": reverse("accounts:desk_account", args=[user.pk]),
    }
    return render(request, "accounts/desk/form.html", context, status=422 if form.errors else 200)


def _in_force(appointment: Appointment, today: Any) -> bool:
    return bool(appointment.valid_from <= today and (appointment.valid_to is None or appointment.valid_to >= today))
