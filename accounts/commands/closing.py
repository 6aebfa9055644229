"""Accounts kept by the system administrator: changed, closed and opened again, given a one-time password link."""

from __future__ import annotations

from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from accounts import trail
from accounts.errors import InputError
from accounts.guard import require
from accounts.models import Session, User


@transaction.atomic
def user_change(*, actor: User, user: User, display_name: str, email: str) -> User:
    """Correct a name or an e-mail address. Raises Forbidden, InputError `display_name_missing`."""
    require(actor, "accounts.user_change", user)
    if not display_name.strip():
        raise InputError("display_name_missing", "请填写姓名。", "display_name")
    user = User.objects.select_for_update().get(pk=user.pk)
    user.display_name, user.email = display_name.strip(), User.objects.normalize_email(email.strip())
    user.save(update_fields=["display_name", "email"])
    trail.record(actor=actor, action="user.change", obj=user)
    return user


@transaction.atomic
def user_close(*, actor: User, user: User, reason: str) -> User:
    """Close an account (停用): nobody signs in with it and its sign-ins end. Its history stays."""
    require(actor, "accounts.user_close", user)
    return _switch(actor, user, reason, active=False)


@transaction.atomic
def user_reopen(*, actor: User, user: User, reason: str) -> User:
    """Open a closed account again."""
    require(actor, "accounts.user_close", user)
    return _switch(actor, user, reason, active=True)


@transaction.atomic
def password_link(*, actor: User | None, user: User) -> str:
    """The path of a one-time link with which the user sets a new password; `actor` None is the server's console.

    It works once, and for PASSWORD_RESET_TIMEOUT seconds. Raises Forbidden, InputError `account_closed`.
    """
    if actor is not None:
        require(actor, "accounts.password_link", user)
    if not user.is_active:
        raise InputError("account_closed", "该账号已停用。")
    trail.record(actor=actor, action="user.password_link", obj=user)
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    return reverse("accounts:reset_confirm", args=[uid, default_token_generator.make_token(user)])


@transaction.atomic
def sessions_end(*, actor: User, user: User, keep: str = "", only: str = "") -> int:
    """End sign-ins: all of the user's but the session key `keep`, or the one session key `only`. How many ended."""
    require(actor, "accounts.sessions_end", user)
    rows = Session.objects.filter(user=user)
    rows = rows.filter(session_key=only) if only else rows.exclude(session_key=keep)
    ended, _ = rows.delete()
    if ended:
        trail.record(actor=actor, action="session.end", obj=user, count=ended)
    return ended


def _switch(actor: User, user: User, reason: str, *, active: bool) -> User:
    if not reason.strip():
        raise InputError("reason_missing", "请写明理由。", "reason")
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.is_active == active:
        return user
    user.is_active = active
    user.save(update_fields=["is_active"])
    if not active:
        Session.objects.filter(user=user).delete()
    action = "user.reopen" if active else "user.close"
    trail.record(actor=actor, action=action, obj=user, reason=reason.strip())
    return user
