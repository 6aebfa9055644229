"""Accounts: made, given a password."""

from __future__ import annotations

import re

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts import messenger, trail
from accounts.crypto import blind_index
from accounts.errors import InputError
from accounts.guard import require
from accounts.identity import check_phone
from accounts.models import User
from accounts.names import login_name
from accounts.texts import check_text

# The user name is stored and shown in clear, so it can be neither a phone nor an ID number: it starts with a letter.
_USERNAME = re.compile(r"[^\W\d_][\w.@]{2,39}")


@transaction.atomic
def user_create(
    *,
    actor: User | None,
    username: str,
    password: str | None,
    display_name: str,
    phone: str = "",
    email: str = "",
    must_change_password: bool = False,
) -> User:
    """Make an account; `actor` None is a person signing up (or the set-up), else the system administrator.

    Without a `password` nobody signs in before a one-time link was used. Raises Forbidden, and InputError
    `username_invalid`, `username_taken`, `phone_invalid`, `phone_taken`, `password_weak`, and those of `check_text`.
    """
    if actor is not None:
        require(actor, "accounts.user_create")
    user = User(
        username=_name(username),
        display_name=display_name.strip(),
        email=User.objects.normalize_email(email.strip()),
        must_change_password=must_change_password,
    )
    check_text(user.display_name, "display_name", "姓名", User._meta.get_field("display_name").max_length)
    check_text(user.email, "email", "电子邮箱", User._meta.get_field("email").max_length)
    if phone:
        user.phone = check_phone(phone)
        user.phone_hash = blind_index("phone", user.phone)
    _check_free(user)
    if password is not None:
        check_password_rules(password, user)
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError as error:  # two at once: the check above saw neither
        _check_free(user)
        raise InputError("username_taken", "用户名或手机号码已被使用。", "username") from error
    if actor is not None:  # a sign-up is told by the command that it is part of
        trail.record(actor=actor, action="user.create", obj=user)
    return user


@transaction.atomic
def password_change(*, actor: User, user: User, password: str) -> User:
    """Give one's own account a new password; a one-time link proves the owner as well as the old password does.

    Raises Forbidden and InputError `password_weak`. Other sessions end, as their hash no longer fits.
    """
    require(actor, "accounts.password_change", user)
    check_password_rules(password, user, "new_password1")
    user.set_password(password)
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])
    trail.record(actor=actor, action="user.password_change", obj=user)
    messenger.warn(user, "account.password_changed")
    return user


def check_password_rules(password: str, user: User, field: str = "password1") -> None:
    """The rules of the settings, and nothing that holds the phone; as one InputError `password_weak`."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise InputError("password_weak", " ".join(error.messages), field) from error
    if user.phone and user.phone in password:
        raise InputError("password_weak", "密码中不能包含手机号码。", field)


def _name(username: str) -> str:
    name = login_name(username)
    if not _USERNAME.fullmatch(name):
        raise InputError(
            "username_invalid", "用户名应为3至40个字符，以字母或汉字开头，可含数字、下划线、点和@。", "username"
        )
    return name


def _check_free(user: User) -> None:
    if User.objects.filter(username=user.username).exists():
        raise InputError("username_taken", "该用户名已被使用，请换一个。", "username")
    if user.phone_hash and User.objects.filter(phone_hash=user.phone_hash).exists():
        raise InputError("phone_taken", "该手机号码已注册，请直接登录或找回密码。", "phone")
