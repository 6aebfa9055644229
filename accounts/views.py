"""Sign-in, sign-out, passwords, and the page of one's own account."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote_plus

from axes.helpers import get_cool_off
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth import views as auth_views
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts import forms
from accounts.middleware import seen_now
from accounts.models import User
from accounts.personal import holds_personal

# Django's form views take PUT for POST, and redirect before they look at the method.
OPEN_FORM = (login_not_required, require_http_methods(["GET", "HEAD", "POST"]))


class SignedInRequest(HttpRequest):
    """A request that passed the sign-in check."""

    user: User


@method_decorator(OPEN_FORM, name="dispatch")
class SignIn(auth_views.LoginView):
    """Sign-in; who is signed in already goes to the home page."""

    form_class = forms.SignInForm
    template_name = "accounts/sign_in.html"
    redirect_authenticated_user = True
    extra_context = {"demo": settings.DEMO}

    def get_redirect_url(self) -> str:  # type: ignore[override]  # the stubs of a later Django take the request
        """Where one wanted to go, unless it names somebody by their number."""
        url = super().get_redirect_url()
        return "" if holds_personal(unquote_plus(url)) else url

    def form_valid(self, form: Any) -> HttpResponse:
        """A new session id (Django's login), and the idle limit counts from here."""
        response = super().form_valid(form)
        seen_now(self.request)
        return response


class SignOut(auth_views.LogoutView):
    """Sign-out by POST."""


def locked_out(request: HttpRequest, *_: Any) -> HttpResponse:
    """429: too many failures for this account or from this address (called by django-axes)."""
    cool_off = get_cool_off(request)
    minutes = int(cool_off.total_seconds() // 60) if cool_off else 15
    response = render(request, "accounts/locked_out.html", {"minutes": minutes}, status=429)
    response["Retry-After"] = str(minutes * 60)
    response["Cache-Control"] = "no-store"
    return response


@require_safe
def account(request: SignedInRequest) -> HttpResponse:
    """One's own account: name, masked phone, appointments in force."""
    return render(request, "accounts/account.html", {"appointments": request.user.appointments_now})


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def password_change(request: SignedInRequest) -> HttpResponse:
    """Change the password; this session goes on under a new id, all others end."""
    form = forms.ChangePasswordForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        update_session_auth_hash(request, form.save())
        messages.success(request, "密码已修改，其他设备上的登录已退出。")
        return redirect("accounts:account")
    return render(request, "accounts/password_change.html", {"form": form}, status=422 if form.errors else 200)


@method_decorator(OPEN_FORM, name="dispatch")
class ResetRequest(auth_views.PasswordResetView):
    """Ask for a reset link by e-mail; the answer is the same whether the address is known."""

    form_class = forms.ResetRequestForm
    template_name = "accounts/reset_request.html"
    email_template_name = "accounts/reset_mail.txt"
    subject_template_name = "accounts/reset_subject.txt"
    success_url = reverse_lazy("accounts:reset_sent")


@method_decorator(login_not_required, name="dispatch")
class ResetSent(auth_views.PasswordResetDoneView):
    """The link is on its way, if the address is known."""

    template_name = "accounts/reset_sent.html"


@method_decorator(OPEN_FORM, name="dispatch")
class ResetConfirm(auth_views.PasswordResetConfirmView):
    """A new password behind the one-time link, whether mailed or printed by `manage.py password_link`."""

    form_class = forms.NewPasswordForm
    template_name = "accounts/reset_confirm.html"
    success_url = reverse_lazy("accounts:reset_done")


@method_decorator(login_not_required, name="dispatch")
class ResetDone(auth_views.PasswordResetCompleteView):
    """Done; sign in with the new password."""

    template_name = "accounts/reset_done.html"
