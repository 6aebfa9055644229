"""Confirming a phone: a code of six digits sent to it, and given back in time."""

from __future__ import annotations

import hmac
import math
import secrets
from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from accounts.commands.attempts import attempt_note
from accounts.crypto import blind_index
from accounts.errors import InputError
from accounts.identity import check_phone, normalise
from office.audit.commands import record
from office.messages.commands.sending import send_alone
from office.messages.models import PhoneCode

VALID_MINUTES = 10
MAX_TRIES = 5
A_DAY = 10
PAUSE = timedelta(minutes=1)
AN_HOUR = timedelta(hours=1)


@transaction.atomic
def send_code(*, phone: str, purpose: str = "phone", whence: str = "") -> None:
    """Send a code to a phone; it takes the place of an earlier one for the same purpose.

    `whence` is the address that asks for it: somebody who goes through everybody's phones is stopped there. Raises
    InputError (field `phone`): `phone_invalid`, `sms_unavailable`, `code_too_soon` (one a minute), `code_too_often`
    (ten in 24 hours, whatever they were for); and TooOften `too_often` (`settings.CODES_PER_ADDRESS` in an hour).
    """
    number = check_phone(phone)
    if not settings.SMS_BACKEND:
        raise InputError("sms_unavailable", "本平台尚未开通短信，请联系所在单位或属地建设主管部门办理。", "phone")
    index = blind_index("phone", number)
    _one_at_a_time(index)
    _check_pace(index)
    attempt_note(kind="phone_code", who=whence, most=settings.CODES_PER_ADDRESS, within=AN_HOUR)
    code, now = f"{secrets.randbelow(10**6):06d}", timezone.now()
    row = PhoneCode(purpose=purpose, phone_hash=index, expires_at=now + timedelta(minutes=VALID_MINUTES))
    row.code_hash = _kept(row, code)
    row.save(force_insert=True)
    send_alone(kind="phone_code", phone=number, expires_at=row.expires_at, code=code, minutes=VALID_MINUTES)
    record(actor=None, action="phone_code.send", obj=row, purpose=purpose)


def check_code(*, phone: str, code: str, purpose: str = "phone") -> None:
    """Return when the code is the one last sent to this phone; it is used up then.

    Raises InputError (field `code`): `code_wrong`, `code_expired` (none sent, too old, or used), `code_tried_out` (five
    tries). A failed try is counted whatever the caller does next, so no transaction may stand around this call.
    """
    index = blind_index("phone", check_phone(phone))
    with transaction.atomic(durable=True):
        problem = _try(index, normalise(code), purpose)
    if problem is not None:
        raise problem


def _try(index: bytes, given: str, purpose: str) -> InputError | None:
    sent = PhoneCode.objects.select_for_update().filter(phone_hash=index, purpose=purpose)
    row = sent.order_by("-created_at").first()
    if row is None or row.used_at is not None or row.expires_at <= timezone.now():
        return InputError("code_expired", "验证码已失效，请重新获取。", "code")
    if row.tries >= MAX_TRIES:
        return InputError("code_tried_out", "输错次数过多，请重新获取验证码。", "code")
    row.tries += 1
    right = hmac.compare_digest(_kept(row, given), bytes(row.code_hash))
    row.used_at = timezone.now() if right else None
    row.save(update_fields=["tries", "used_at"])
    if not right:
        return InputError("code_wrong", "验证码不正确，请核对后重新输入。", "code")
    record(actor=None, action="phone_code.confirm", obj=row, purpose=purpose)
    return None


def _one_at_a_time(index: bytes) -> None:
    """Of two requests for one phone the second waits and sees the first one's code."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"phone_code:{index.hex()}"])


def _check_pace(index: bytes) -> None:
    now = timezone.now()
    times = list(
        PhoneCode.objects.filter(phone_hash=index, created_at__gt=now - timedelta(days=1))
        .order_by("-created_at")
        .values_list("created_at", flat=True)[:A_DAY]
    )
    if times and now - times[0] < PAUSE:
        seconds = math.ceil((PAUSE - (now - times[0])).total_seconds())
        raise InputError("code_too_soon", f"验证码刚刚发送过，请{seconds}秒后再获取。", "phone")
    if len(times) >= A_DAY:
        raise InputError("code_too_often", "该手机号码今天获取验证码的次数过多，请明天再试。", "phone")


def _kept(row: PhoneCode, code: str) -> bytes:
    """What is kept of a code: a keyed hash bound to its row."""
    return blind_index("phone_code", f"{row.pk}:{code}")
