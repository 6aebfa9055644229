"""The outbox: each text leaves once, is tried again where that is safe, and leaves no address behind."""

from __future__ import annotations

import threading
import uuid
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.utils import timezone

from accounts.models import User
from office.messages.commands.delivering import BACK_OFF, MAX_ATTEMPTS, deliver, sweep
from office.messages.commands.sending import KEEP_TRYING
from office.messages.models import Channel, Delivery
from office.messages.states import DELIVERY_MOVES, FINISHED, DeliveryState, move
from tests.factories import UserFactory
from tests.office.messages.conftest import Sent
from tests.office.messages.telling import accepted, delivery, returned, warned

GATEWAYS = "tests.office.messages.gateways."
S = DeliveryState


def state(row: Delivery) -> str:
    row.refresh_from_db()
    return row.state


def is_empty(row: Delivery) -> bool:
    row.refresh_from_db()
    return not (row.target or row.text or row.data_key)


@pytest.mark.django_db
def test_a_mail_says_what_the_message_says_and_where_to_look(person: User, settings: Any) -> None:
    settings.PORTAL_URL = "https://hours.example"
    row = delivery(returned(person), Channel.EMAIL)
    assert deliver(row.pk) == S.SENT
    (sent,) = mail.outbox
    assert sent.to == ["someone@example.com"]
    assert sent.subject == "【学时登记平台】申报SB20210000001被退回，请补正"
    assert "理由：缺成绩单" in sent.body
    assert "https://hours.example/claims/1/" in sent.body
    assert "消息设置中关闭" in sent.body
    assert sent.message()["Message-ID"] == f"<{row.pk}@localhost>"
    assert sent.message()["Auto-Submitted"] == "auto-generated"
    assert is_empty(row)


@pytest.mark.django_db
def test_a_mail_of_security_cannot_be_refused_and_says_nothing_of_it(person: User) -> None:
    deliver(delivery(warned(person), Channel.EMAIL).pk)
    assert "消息设置" not in mail.outbox[0].body
    assert "http" not in mail.outbox[0].body


@pytest.mark.django_db
def test_an_sms_goes_to_the_phone_and_the_outbox_forgets_it(person: User, texts: Sent) -> None:
    row = delivery(returned(person), Channel.SMS)
    assert deliver(row.pk) == S.SENT
    (sent,) = texts()
    assert sent["text"].startswith("您的学时申报SB20210000001被退回")
    assert sent["phone"] == person.phone_masked
    assert sent["reference"] == str(row.pk)
    assert is_empty(row)
    assert row.finished_at is not None


@pytest.mark.django_db
def test_the_file_of_sms_is_for_its_owner_alone(person: User, sms_file: Any) -> None:
    deliver(delivery(returned(person), Channel.SMS).pk)
    assert sms_file.stat().st_mode & 0o777 == 0o600
    assert person.phone not in sms_file.read_text()


@pytest.mark.django_db
@pytest.mark.parametrize("channel", Channel.values)
def test_what_was_sent_is_not_sent_again(person: User, texts: Sent, channel: str) -> None:
    row = delivery(returned(person), channel)
    assert [deliver(row.pk) for _ in range(3)] == [S.SENT, None, None]
    sweep()
    assert len(texts()) + len(mail.outbox) == 1


@pytest.mark.django_db(transaction=True)
def test_of_many_workers_at_once_one_sends(texts: Sent) -> None:
    row = delivery(returned(UserFactory()), Channel.SMS)
    start, answers = threading.Barrier(8), []

    def work() -> None:
        start.wait(30)
        answers.append(deliver(row.pk))
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, answers)) == ["None"] * 7 + ["sent"]
    assert len(texts()) == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("channel", "setting", "backend"),
    [(Channel.SMS, "SMS_BACKEND", "Refusing"), (Channel.EMAIL, "EMAIL_BACKEND", "BrokenMail")],
)
def test_what_certainly_did_not_leave_is_tried_again_later_and_later_then_given_up(
    person: User, settings: Any, channel: str, setting: str, backend: str
) -> None:
    setattr(settings, setting, GATEWAYS + backend)
    with time_machine.travel("2021-09-01T10:00:00+08:00", tick=False) as clock:
        row = delivery(returned(person), channel)
        for pause in BACK_OFF:
            assert deliver(row.pk) == S.QUEUED
            assert deliver(row.pk) is None, "not before its time"
            row.refresh_from_db()
            assert row.next_at == timezone.now() + pause
            clock.shift(pause)
        assert deliver(row.pk) == S.FAILED
        clock.shift(timedelta(days=1))
        assert deliver(row.pk) is None
    row.refresh_from_db()
    assert row.attempts == MAX_ATTEMPTS == len(BACK_OFF) + 1
    assert is_empty(row)


@pytest.mark.django_db
def test_after_a_failure_the_next_attempt_sends_the_same_mail(person: User, settings: Any) -> None:
    with time_machine.travel("2021-09-01T10:00:00+08:00", tick=False) as clock:
        row = delivery(accepted(person), Channel.EMAIL)
        good, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, GATEWAYS + "BrokenMail"
        assert deliver(row.pk) == S.QUEUED
        settings.EMAIL_BACKEND = good
        clock.shift(BACK_OFF[0])
        assert deliver(row.pk) == S.SENT
    assert [one.message()["Message-ID"] for one in mail.outbox] == [f"<{row.pk}@localhost>"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("gateway", "left", "expected"),
    [("RefusingForGood", 0, S.FAILED), ("Vanishing", 1, S.UNKNOWN)],
)
def test_an_sms_that_may_have_left_or_never_will_is_not_tried_again(
    person: User, settings: Any, texts: Sent, gateway: str, left: int, expected: str
) -> None:
    settings.SMS_BACKEND = GATEWAYS + gateway
    row = delivery(returned(person), Channel.SMS)
    assert deliver(row.pk) == expected
    settings.SMS_BACKEND = "office.messages.sms.FileBackend"
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        sweep()
        assert deliver(row.pk) is None
    assert len(texts()) == left
    assert is_empty(row)


@pytest.mark.django_db
def test_a_gateway_taken_out_of_the_settings_sends_nothing(person: User, settings: Any) -> None:
    row = delivery(returned(person), Channel.SMS)
    settings.SMS_BACKEND = ""
    assert deliver(row.pk) == S.QUEUED


@pytest.mark.django_db
@pytest.mark.parametrize("channel", Channel.values)
def test_old_news_is_not_sent(person: User, texts: Sent, channel: str) -> None:
    row = delivery(returned(person), channel)
    with time_machine.travel(timezone.now() + KEEP_TRYING):
        assert deliver(row.pk) is None
    assert state(row) == S.EXPIRED
    assert is_empty(row)
    assert (texts(), mail.outbox) == ([], [])


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("channel", "attempts", "expected"),
    [(Channel.EMAIL, 1, S.QUEUED), (Channel.EMAIL, MAX_ATTEMPTS, S.FAILED), (Channel.SMS, 1, S.UNKNOWN)],
)
def test_what_lost_its_worker_is_settled_by_the_sweep(person: User, channel: str, attempts: int, expected: str) -> None:
    row = delivery(returned(person), channel)
    now = timezone.now()
    move(row, S.SENDING, attempts=attempts, worker=uuid.uuid4(), lease_until=now + timedelta(seconds=5))
    sweep()
    assert state(row) == S.SENDING, "its lease still runs"
    with time_machine.travel(now + timedelta(seconds=6)):
        sweep()
    assert state(row) == expected
    assert row.worker is None


@pytest.mark.django_db
def test_a_worker_that_comes_back_late_changes_nothing(person: User) -> None:
    row = delivery(returned(person), Channel.SMS)
    late = uuid.uuid4()
    move(row, S.SENDING, worker=late, lease_until=timezone.now() - timedelta(seconds=1))
    sweep()
    row.state = S.SENDING  # as the late worker still holds it
    assert move(row, S.SENT, held_by=late) is False
    assert state(row) == S.UNKNOWN


@pytest.mark.django_db
def test_the_sweep_rings_for_what_is_due_alone(person: User, settings: Any) -> None:
    settings.SMS_BACKEND = GATEWAYS + "Refusing"
    late = delivery(returned(person), Channel.SMS)
    deliver(late.pk)
    due = [returned(person).deliveries.count() for _ in range(3)]
    assert sweep() == sum(due) + 1  # the e-mail of the first is due too, its SMS is not


@pytest.mark.django_db
@pytest.mark.parametrize("before", S)
@pytest.mark.parametrize("after", S)
def test_only_the_moves_of_the_table_are_made(person: User, before: str, after: str) -> None:
    row = delivery(accepted(person), Channel.EMAIL)
    Delivery.objects.filter(pk=row.pk).update(state=before)
    row.refresh_from_db()
    if after in DELIVERY_MOVES[before]:
        assert move(row, after) is True
        assert state(row) == after
        assert is_empty(row) is (after in FINISHED)
    else:
        with pytest.raises(ValueError, match="does not move"):
            move(row, after)


@pytest.mark.django_db
@pytest.mark.parametrize("unknown", [uuid.uuid4()])
def test_a_delivery_that_is_not_there_is_nothing_to_do(unknown: uuid.UUID) -> None:
    assert deliver(unknown) is None
