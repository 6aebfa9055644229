"""Two-step sign-in (双因素认证) of staff: an authenticator app (TOTP, RFC 6238), and recovery codes for a lost phone.

Outside the demo every holder of a staff role passes it (`accounts.middleware.TwoStepMiddleware`). django-otp checks the
codes, takes each one once, and slows down who keeps guessing. Recovery codes are kept as keyed hashes.
"""

from __future__ import annotations

import secrets

from django.db import transaction
from django_otp.models import Device
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts import messenger, trail
from accounts.crypto import blind_index
from accounts.errors import Conflict, InputError
from accounts.guard import require
from accounts.identity import normalise
from accounts.models import User

APP, RECOVERY = "app", "recovery"
RECOVERY_CODES = 10
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # without those that are misread: I O 0 1


@transaction.atomic
def two_step_begin(*, actor: User) -> TOTPDevice:
    """The device that the user is about to set up; the same one until it is confirmed, so that a reload keeps its key.

    Conflict `two_step_on` when a confirmed one is there: the system administrator takes it away first.
    """
    _locked(actor)
    if TOTPDevice.objects.filter(user=actor, confirmed=True).exists():
        raise Conflict("two_step_on", "双因素认证已经启用。更换手机的，请联系系统管理员重置。")
    device, _ = TOTPDevice.objects.get_or_create(user=actor, confirmed=False, defaults={"name": APP})
    return device


@transaction.atomic
def two_step_confirm(*, actor: User, code: str) -> tuple[TOTPDevice, list[str]]:
    """Turn it on with a first code of the app; answers the recovery codes, which are shown this once.

    Raises InputError `code_wrong` or `code_too_soon` (field `code`).
    """
    device = TOTPDevice.objects.select_for_update().get(pk=two_step_begin(actor=actor).pk)
    _check(device, _digits(code))
    device.confirmed = True
    device.save(update_fields=["confirmed"])
    codes = _fresh_codes(actor)
    trail.record(actor=actor, action="two_step.turn_on", obj=actor)
    return device, codes


def two_step_verify(*, actor: User, code: str) -> Device:
    """The second step of a sign-in: a code of the app, or a recovery code, which is then used up.

    Raises InputError `code_wrong`, or `code_too_soon` while django-otp holds off somebody who guesses. A failure is
    counted whatever happens afterwards, so this opens no transaction around the whole.
    """
    with transaction.atomic():
        kind = TOTPDevice if len(_digits(code)) == 6 and _digits(code).isdigit() else StaticDevice
        device = kind.objects.select_for_update().filter(user=actor, confirmed=True).first()
        if device is None:
            raise _wrong()
        given = _digits(code) if kind is TOTPDevice else _kept(actor, code)
        problem = _problem(device, given)
        if problem is None:
            trail.record(actor=actor, action="two_step.pass", obj=actor, by=device.name)
    if problem is not None:
        raise problem
    return device


@transaction.atomic
def recovery_codes_renew(*, actor: User) -> list[str]:
    """New recovery codes; the old ones no longer work."""
    _locked(actor)
    codes = _fresh_codes(actor)
    trail.record(actor=actor, action="two_step.renew_codes", obj=actor)
    return codes


@transaction.atomic
def two_step_reset(*, actor: User | None, user: User, reason: str) -> None:
    """Take the second step away from somebody who lost phone and codes; they set it up anew at the next sign-in.

    `actor` None is somebody at the server's own console (`manage.py two_step_reset`).
    """
    if actor is not None:
        require(actor, "accounts.two_step_reset", user)
    if not reason.strip():
        raise InputError("reason_missing", "请写明理由。", "reason")
    for model in (TOTPDevice, StaticDevice):
        model.objects.filter(user=user).delete()
    trail.record(actor=actor, action="two_step.reset", obj=user, reason=reason.strip())
    messenger.warn(user, "account.two_step_reset")


def recovery_codes_left(user: User) -> int:
    """How many recovery codes are unused."""
    return int(StaticToken.objects.filter(device__user=user).count())


def _locked(user: User) -> None:
    """Of two requests of one user the second waits: otherwise each would make a device of its own."""
    User.objects.select_for_update().get(pk=user.pk)


def _fresh_codes(user: User) -> list[str]:
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name=RECOVERY)
    codes = ["".join(secrets.choice(_LETTERS) for _ in range(10)) for _ in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=device, token=_kept(user, code)) for code in codes)
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def _kept(user: User, code: str) -> str:
    """What is kept of a recovery code (10 letters, 50 bits): 16 characters of a keyed hash."""
    return blind_index("recovery", f"{user.pk}:{_digits(code)}").hex()[2:18]


def _digits(code: str) -> str:
    return normalise(code)


def _check(device: Device, given: str) -> None:
    if problem := _problem(device, given):
        raise problem


def _problem(device: Device, given: str) -> InputError | None:
    allowed, _ = device.verify_is_allowed()
    if not allowed:
        return InputError("code_too_soon", "尝试过于频繁，请稍候再输入。", "code")
    return None if device.verify_token(given) else _wrong()


def _wrong() -> InputError:
    return InputError("code_wrong", "验证码不正确或已用过，请核对手机时间后输入新的验证码。", "code")
