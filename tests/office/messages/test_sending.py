"""Telling somebody: once, with the change that it tells of, on the ways out that there are."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection, transaction

from accounts.crypto import unseal
from accounts.models import User
from office.messages.commands import send
from office.messages.commands.reading import email_wish
from office.messages.models import Delivery, Message
from office.messages.templates import TemplateError
from tests.factories import UserFactory, make_phone
from tests.office.messages.telling import PASSWORD, accepted, returned, warned

BOTH = {"email", "sms"}


@pytest.mark.django_db
def test_a_message_says_what_its_text_says(person: User) -> None:
    message = returned(person)
    assert (message.recipient, message.kind, message.link) == (person, "claim.returned", "/claims/1/")
    assert message.title == "申报SB20210000001被退回，请补正"
    assert "定海区住建局退回了您的申报SB20210000001（一级建造师考试）。\n理由：缺成绩单\n" in message.body
    assert message.read_at is None


@pytest.mark.django_db(transaction=True)
def test_a_message_stands_with_its_change_or_not_at_all() -> None:
    person = UserFactory(email="someone@example.com")
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        returned(person)
        raise ZeroDivisionError
    assert (Message.objects.count(), Delivery.objects.count()) == (0, 0)
    with pytest.raises(RuntimeError, match="transaction"):
        send(to=person, kind="account.password_changed", key="a", **PASSWORD)


@pytest.mark.django_db
def test_the_same_key_is_the_same_message_for_each_person(person: User) -> None:
    other = UserFactory()
    first = returned(person, key="claim_step:7")
    assert returned(person, key="claim_step:7", reason="又一次").pk == first.pk
    assert returned(other, key="claim_step:7").pk != first.pk
    assert Message.objects.count() == 2
    assert first.deliveries.count() == 2


@pytest.mark.django_db(transaction=True)
def test_told_by_twenty_at_once_it_is_one_message() -> None:
    person = UserFactory(email="someone@example.com")
    start, failures = threading.Barrier(20), []

    def tell() -> None:
        try:
            start.wait(30)
            returned(person, key="claim_step:7")
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=tell) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert (Message.objects.count(), Delivery.objects.count()) == (1, 2)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("tell", "wish", "email", "phone", "gateway", "ways"),
    [
        (returned, True, True, True, True, BOTH),
        (returned, True, False, True, True, {"sms"}),
        (returned, True, True, False, True, {"email"}),
        (returned, True, True, True, False, {"email"}),
        (returned, False, True, True, True, {"sms"}),
        (returned, True, False, False, True, set()),
        (accepted, True, True, True, True, {"email"}),
        (accepted, False, True, True, True, set()),
        (warned, True, True, True, True, BOTH),
        (warned, False, True, True, True, BOTH),
        (warned, False, False, True, True, {"sms"}),
    ],
)
def test_it_leaves_on_the_ways_that_text_person_and_installation_have(
    tell: Any, wish: bool, email: bool, phone: bool, gateway: bool, ways: set[str], settings: Any
) -> None:
    if not gateway:
        settings.SMS_BACKEND = ""
    person = UserFactory(email="a@example.com" if email else "", **({} if phone else {"phone": ""}))
    email_wish(actor=person, wanted=wish)
    message = tell(person)
    assert Message.objects.filter(recipient=person).count() == 1  # in the portal always
    assert set(message.deliveries.values_list("channel", flat=True)) == ways


@pytest.mark.django_db
def test_the_outbox_keeps_no_address_or_text_in_clear() -> None:
    person = UserFactory(email="someone@example.com", phone=make_phone(91_000_001))
    message = returned(person)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM office_messages_delivery")
        kept = b"|".join(
            bytes(cell) if isinstance(cell, memoryview) else str(cell).encode()
            for row in cursor.fetchall()
            for cell in row
        )
    for text in ("someone@example.com", person.phone, "请登录学时登记平台"):
        assert text.encode() not in kept
    sms = message.deliveries.get(channel="sms")
    assert (sms.target, sms.text[:7]) == (person.phone, "您的学时申报S")
    with pytest.raises(Exception, match=""):
        unseal(bytes(sms.data_key), bytes(sms.__dict__["target"].blob), "office_messages.delivery.text")


@pytest.mark.django_db
@pytest.mark.parametrize("link", ["https://example.com/", "//example.com/", "claims/1/", "javascript:alert(1)"])
def test_a_link_leads_into_the_portal_alone(person: User, link: str) -> None:
    with pytest.raises(ValueError, match="path of the portal"):
        returned(person, link=link)


@pytest.mark.django_db
def test_a_text_that_goes_out_alone_is_no_message(person: User) -> None:
    with pytest.raises(TemplateError, match="no place in the portal"), transaction.atomic():
        send(to=person, kind="phone_code", key="a", code="123456", minutes=10)
