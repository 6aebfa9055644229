"""Accounts: made, given a password."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.crypto import blind_index
from accounts.errors import InputError
from accounts.identity import check_phone, normalise
from accounts.models import User


@transaction.atomic
def user_create(
    *, actor: User | None, username: str, password: str | None, display_name: str, phone: str = "", email: str = "",
    **fields: Any,
) -> User:
    """Make an account; `actor` None is a person signing up. InputError: `username_taken`, `phone_taken`, `password_weak`."""
    number = check_phone(phone) if phone else ""
    user = User(username=_name(username), display_name=display_name.strip(), email=email.strip(), **fields)
    if number:
        user.phone, user.phone_hash = number, blind_index("phone", number)
    _check_free(user)
    if password is not None:
        check_password_rules(password, user)
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError as error:  # two at once: the check above saw neither
        raise InputError("username_taken", "用户名或手机号码已被使用。", "username") from error
    return user


@transaction.atomic
def password_change(*, actor: User, user: User, password: str) -> User:
    """Give an account a new password. InputError `password_weak`; other sessions end, as their hash no longer fits."""
    check_password_rules(password, user, "new_password1")
    user.set_password(password)
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])
    return user


def check_password_rules(password: str, user: User, field: str = "password1") -> None:
    """The rules of the settings, as one InputError."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise InputError("password_weak", " ".join(error.messages), field) from error


def _name(username: str) -> str:
    name = normalise(username).lower()
    if not 3 <= len(name) <= 40 or not name.isprintable():
        raise InputError("username_invalid", "用户名应为3至40个字符。", "username")
    return name


def _check_free(user: User) -> None:
    if User.objects.filter(username=user.username).exists():
        raise InputError("username_taken", "该用户名已被使用，请换一个。", "username")
    if user.phone_hash and User.objects.filter(phone_hash=user.phone_hash).exists():
        raise InputError("phone_taken", "该手机号码已注册，请直接登录或找回密码。", "phone")
