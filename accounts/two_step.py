"""Pages of the second step of sign-in: set it up, pass it, keep the recovery codes."""

from __future__ import annotations

from base64 import b32encode
from typing import Any
from urllib.parse import quote

import django_otp
import segno
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.commands import two_step
from accounts.errors import Conflict, InputError
from accounts.forms import CodeForm, add_domain_error
from accounts.middleware import passed_two_steps
from accounts.models import User


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Ask for a code of the app or a recovery code; who has not set it up yet goes there."""
    user = _user(request)
    if passed_two_steps(request):
        return redirect(_next(request))
    if not TOTPDevice.objects.filter(user=user, confirmed=True).exists():
        return redirect("accounts:two_step_set_up")
    form = CodeForm(request.POST or None, recovery=True)
    if request.method == "POST" and form.is_valid():
        try:
            device = two_step.two_step_verify(actor=user, code=form.cleaned_data["code"])
        except InputError as error:
            add_domain_error(form, error)
        else:
            _let_in(request, device)
            _warn_of_few_codes(request, user)
            return redirect(_next(request))
    context = {"form": form, "next": request.GET.get("next", "")}
    return render(request, "accounts/two_step.html", context, status=422 if form.errors else 200)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def set_up(request: HttpRequest) -> HttpResponse:
    """Scan the code with an authenticator app, type the first code in; then the recovery codes are shown, once."""
    user = _user(request)
    form = CodeForm(request.POST or None)
    try:
        if request.method == "POST" and form.is_valid():
            device, codes = two_step.two_step_confirm(actor=user, code=form.cleaned_data["code"])
            _let_in(request, device)
            return _codes_page(request, codes)
        device = two_step.two_step_begin(actor=user)
    except Conflict as error:
        messages.info(request, error.message)
        return redirect("accounts:two_step")
    except InputError as error:
        add_domain_error(form, error)
        device = two_step.two_step_begin(actor=user)
    context = {"form": form, "key": _readable_key(device), "picture": _picture(user, device)}
    return render(request, "accounts/two_step_set_up.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def codes(request: HttpRequest) -> HttpResponse:
    """How many recovery codes are left; a POST makes new ones and shows them, once."""
    user = _user(request)
    if not passed_two_steps(request):
        return redirect("accounts:two_step")
    if request.method == "POST":
        return _codes_page(request, two_step.recovery_codes_renew(actor=user))
    return render(request, "accounts/two_step_codes.html", {"left": two_step.recovery_codes_left(user)})


def _codes_page(request: HttpRequest, fresh: list[str]) -> HttpResponse:
    return render(request, "accounts/two_step_codes.html", {"fresh": fresh, "left": len(fresh)})


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - the login middleware lets nobody else through
    return request.user


def _let_in(request: HttpRequest, device: Any) -> None:
    """A new session id, as at every step up, and the device noted in the session."""
    request.session.cycle_key()
    django_otp.login(request, device)


def _warn_of_few_codes(request: HttpRequest, user: User) -> None:
    left = two_step.recovery_codes_left(user)
    if left < 3:
        messages.warning(request, f"备用恢复码只剩{left}个，请在“我的账号”中重新生成。")


def _next(request: HttpRequest) -> str:
    """The page one wanted, when it is one of ours and an address of its own."""
    target = request.GET.get("next", "")
    hosts = {request.get_host()}
    here = url_has_allowed_host_and_scheme(target, allowed_hosts=hosts, require_https=request.is_secure())
    return target if here and target.startswith("/") else reverse("home")


def _readable_key(device: TOTPDevice) -> str:
    key = b32encode(device.bin_key).decode().rstrip("=")
    return " ".join(key[start : start + 4] for start in range(0, len(key), 4))


def _picture(user: User, device: TOTPDevice) -> str:
    """The QR code as a data address, made here: the key travels to nobody."""
    key = b32encode(device.bin_key).decode().rstrip("=")
    label = f"{settings.OTP_TOTP_ISSUER}:{user.username}"
    address = f"otpauth://totp/{quote(label)}?secret={key}&issuer={quote(settings.OTP_TOTP_ISSUER)}&digits=6&period=30"
    return segno.make(address, error="m").svg_data_uri(scale=5, border=2)
