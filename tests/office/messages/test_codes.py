"""Confirming a phone by a code: in time, in few tries, not too often, and neither phone nor code is kept."""

from __future__ import annotations

import re
import threading
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction

from accounts.errors import InputError
from office.audit.models import Event
from office.messages.commands.codes import A_DAY, MAX_TRIES, PAUSE, VALID_MINUTES, check_code, send_code
from office.messages.commands.delivering import deliver, sweep
from office.messages.models import Delivery, PhoneCode
from office.messages.states import DeliveryState
from tests.factories import make_phone
from tests.office.messages.conftest import Sent

PHONE = make_phone(77_000_001)
OTHER = make_phone(77_000_002)
Clock = time_machine.Coordinates if hasattr(time_machine, "Coordinates") else Any


@pytest.fixture
def clock(db: None) -> Any:
    """Ten in the morning, until it is shifted."""
    with time_machine.travel("2021-09-01T10:00:00+08:00", tick=False) as frozen:
        yield frozen


def sent_to(phone: str, texts: Sent, purpose: str = "phone") -> str:
    """Ask for a code, let it be delivered, and read it off the phone."""
    send_code(phone=phone, purpose=purpose)
    assert deliver(Delivery.objects.filter(state=DeliveryState.QUEUED).latest("created_at").pk) == DeliveryState.SENT
    found = re.search(r"验证码(\d{6})，10分钟内有效", texts()[-1]["text"])
    assert found is not None
    return found[1]


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


def refused(code: str, **given: str) -> str:
    """The code of the refusal, and its field."""
    with pytest.raises(InputError) as told:
        check_code(code=code, **({"phone": PHONE} | given))
    assert told.value.field == "code"
    return told.value.code


def test_the_code_sent_confirms_the_phone_once(clock: Any, texts: Sent) -> None:
    code = sent_to(PHONE, texts)
    check_code(phone=PHONE, code=code)
    assert refused(code) == "code_expired"
    assert list(Event.objects.order_by("pk").values_list("action", flat=True)) == [
        "phone_code.send",
        "phone_code.confirm",
    ]


@pytest.mark.parametrize("spelling", [f" {PHONE[:3]} {PHONE[3:7]} {PHONE[7:]}", f"+86{PHONE}"])
def test_phone_and_code_may_be_typed_as_people_type_them(clock: Any, texts: Sent, spelling: str) -> None:
    code = sent_to(PHONE, texts)
    full_width = code.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    check_code(phone=spelling, code=f" {full_width[:3]} {full_width[3:]} ")


@pytest.mark.parametrize("code", ["", "12345", "abcdef", "1234567", "验证码"])
def test_what_is_no_code_is_wrong(clock: Any, texts: Sent, code: str) -> None:
    sent_to(PHONE, texts)
    assert refused(code) == "code_wrong"


def test_a_code_is_good_for_ten_minutes(clock: Any, texts: Sent) -> None:
    code = sent_to(PHONE, texts)
    clock.shift(timedelta(minutes=VALID_MINUTES) - timedelta(seconds=1))
    assert refused(wrong(code)) == "code_wrong"
    clock.shift(timedelta(seconds=1))
    assert refused(code) == "code_expired"


def test_after_five_wrong_tries_the_right_code_is_refused_too(clock: Any, texts: Sent) -> None:
    code = sent_to(PHONE, texts)
    assert [refused(wrong(code)) for _ in range(MAX_TRIES)] == ["code_wrong"] * 5
    assert refused(code) == "code_tried_out"
    clock.shift(PAUSE)
    check_code(phone=PHONE, code=sent_to(PHONE, texts))


def test_a_new_code_takes_the_place_of_the_one_before(clock: Any, texts: Sent) -> None:
    first = sent_to(PHONE, texts)
    clock.shift(PAUSE)
    second = sent_to(PHONE, texts)
    if first != second:
        assert refused(first) == "code_wrong"
    check_code(phone=PHONE, code=second)


def test_a_code_is_for_its_phone_and_its_purpose(clock: Any, texts: Sent) -> None:
    code = sent_to(PHONE, texts, purpose="join")
    assert refused(code) == "code_expired"
    assert refused(code, phone=OTHER, purpose="join") == "code_expired"
    check_code(phone=PHONE, code=code, purpose="join")


def test_one_a_minute(clock: Any, texts: Sent) -> None:
    sent_to(PHONE, texts)
    clock.shift(PAUSE - timedelta(seconds=20))
    with pytest.raises(InputError, match="请20秒后") as told:
        send_code(phone=PHONE, purpose="join")
    assert (told.value.code, told.value.field) == ("code_too_soon", "phone")
    send_code(phone=OTHER)
    clock.shift(timedelta(seconds=20))
    send_code(phone=PHONE)


def test_ten_in_a_day(clock: Any, texts: Sent) -> None:
    for _ in range(A_DAY):
        sent_to(PHONE, texts)
        clock.shift(timedelta(hours=1))
    with pytest.raises(InputError) as told:
        send_code(phone=PHONE)
    assert told.value.code == "code_too_often"
    clock.shift(timedelta(hours=14))
    send_code(phone=PHONE)


def test_where_there_is_no_gateway_no_code_is_promised(clock: Any, settings: Any) -> None:
    settings.SMS_BACKEND = ""
    with pytest.raises(InputError) as told:
        send_code(phone=PHONE)
    assert told.value.code == "sms_unavailable"
    assert not PhoneCode.objects.exists()


@pytest.mark.parametrize("phone", ["", "12345", "0580-2021234", "not a phone"])
def test_what_is_no_mobile_gets_no_code(clock: Any, phone: str) -> None:
    with pytest.raises(InputError) as told:
        send_code(phone=phone)
    assert told.value.code == "phone_invalid"


def test_a_code_that_comes_too_late_is_not_sent(clock: Any, texts: Sent) -> None:
    send_code(phone=PHONE)
    row = Delivery.objects.get()
    clock.shift(timedelta(minutes=VALID_MINUTES))
    assert deliver(row.pk) is None
    row.refresh_from_db()
    assert (row.state, row.target, row.text) == (DeliveryState.EXPIRED, "", "")
    assert texts() == []


def test_neither_phone_nor_code_stands_anywhere(clock: Any, texts: Sent) -> None:
    send_code(phone=PHONE)
    tables = ("office_messages_phonecode", "office_messages_delivery", "audit_event")

    def kept() -> str:
        with connection.cursor() as cursor:
            found = []
            for table in tables:
                cursor.execute(f"SELECT {table}::text FROM {table}")
                found += [row[0] for row in cursor.fetchall()]
        return "|".join(found)

    waiting = kept()
    code = Delivery.objects.get().text[3:9]
    deliver(Delivery.objects.get().pk)
    assert code.isdigit()
    for text in (PHONE, PHONE.encode().hex(), f"验证码{code}", code.encode().hex()):
        assert text not in waiting + kept()
    assert Delivery.objects.get().text == Delivery.objects.get().target == ""


def test_old_codes_are_swept_away(clock: Any, texts: Sent) -> None:
    sent_to(PHONE, texts)
    clock.shift(timedelta(days=1, hours=23))
    sweep()
    assert PhoneCode.objects.count() == 1
    clock.shift(timedelta(hours=2))
    sweep()
    assert PhoneCode.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_try_is_counted_whatever_becomes_of_the_caller(texts: Sent) -> None:
    """A transaction around the check would take its count back with everything else, and so let anybody guess on."""
    code = sent_to(PHONE, texts)
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        check_code(phone=PHONE, code=code)
    assert refused(wrong(code)) == "code_wrong"
    assert PhoneCode.objects.get().tries == 1


@pytest.mark.django_db(transaction=True)
def test_asked_for_twenty_times_at_once_one_code_is_sent(texts: Sent) -> None:
    start, answers = threading.Barrier(20), []

    def ask() -> None:
        start.wait(30)
        try:
            send_code(phone=PHONE)
            answers.append("sent")
        except InputError as error:
            answers.append(error.code)
        finally:
            connection.close()

    _at_once([threading.Thread(target=ask) for _ in range(20)])
    assert sorted(answers) == ["code_too_soon"] * 19 + ["sent"]
    assert (PhoneCode.objects.count(), Delivery.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_guessed_at_twenty_times_at_once_it_is_five_tries(texts: Sent) -> None:
    code = sent_to(PHONE, texts)
    start, answers = threading.Barrier(20), []

    def guess() -> None:
        start.wait(30)
        try:
            check_code(phone=PHONE, code=wrong(code))
        except InputError as error:
            answers.append(error.code)
        finally:
            connection.close()

    _at_once([threading.Thread(target=guess) for _ in range(20)])
    assert sorted(answers) == ["code_tried_out"] * 15 + ["code_wrong"] * 5


@pytest.mark.django_db(transaction=True)
def test_given_back_ten_times_at_once_it_confirms_once(texts: Sent) -> None:
    code = sent_to(PHONE, texts)
    start, answers = threading.Barrier(10), []

    def give() -> None:
        start.wait(30)
        try:
            check_code(phone=PHONE, code=code)
            answers.append("confirmed")
        except InputError as error:
            answers.append(error.code)
        finally:
            connection.close()

    _at_once([threading.Thread(target=give) for _ in range(10)])
    assert sorted(answers) == ["code_expired"] * 9 + ["confirmed"]


def _at_once(threads: list[threading.Thread]) -> None:
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
