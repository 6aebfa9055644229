"""Who is told what today: decisions on claims, changes to signing in; in the same transaction as the change."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.db import transaction

from accounts.commands.two_step import two_step_begin, two_step_reset
from accounts.commands.users import password_change
from accounts.models import User
from office.messages.models import Message
from registry.commands.claims import claim_submit, claim_withdraw
from registry.commands.decisions import claim_accept, claim_refuse, claim_return, claim_reverse
from registry.models import Claim, Practitioner
from tests.factories import AppointmentFactory, UserFactory, make_phone
from tests.registry.people import PractitionerFactory, draft, submitted


@pytest.fixture(autouse=True)
def autumn_2021(tmp_path: Any, settings: Any) -> Iterator[None]:
    """1 September 2021, and files in a folder of the test."""
    settings.MEDIA_ROOT = tmp_path / "media"
    with time_machine.travel("2021-09-01T10:00:00+08:00", tick=False):
        yield


@pytest.fixture
def engineer(db: None) -> Practitioner:
    """An engineer of a unit in 定海."""
    return PractitionerFactory(user=UserFactory(email="engineer@example.com"))


@pytest.fixture
def county(db: None) -> User:
    """定海's county bureau."""
    return AppointmentFactory().user


def _reverse(*, actor: User, claim: Claim, reason: str) -> Claim:
    return claim_reverse(actor=actor, claim=claim_accept(actor=actor, claim=claim), reason=reason)


def _returned() -> list[Message]:
    return list(Message.objects.filter(kind="claim.returned").order_by("pk"))


@pytest.mark.parametrize(
    ("decide", "kind", "ways"),
    [
        (claim_accept, "claim.accepted", {"email"}),
        (claim_return, "claim.returned", {"email", "sms"}),
        (claim_refuse, "claim.refused", {"email"}),
        (_reverse, "claim.reversed", {"email", "sms"}),
    ],
)
def test_the_practitioner_is_told_of_a_decision(
    engineer: Practitioner, county: User, decide: Callable[..., Claim], kind: str, ways: set[str]
) -> None:
    claim = submitted(engineer)
    decide(actor=county, claim=claim, reason="材料不符")
    message = Message.objects.get(kind=kind)
    assert message.recipient == engineer.user
    assert message.link == f"/claims/{claim.pk}/"
    for text in (claim.number, claim.title, "舟山市定海区住房和城乡建设局"):
        assert text in message.body
    assert ("理由：材料不符" in message.body) is (kind != "claim.accepted")
    assert set(message.deliveries.values_list("channel", flat=True)) == ways


def test_asked_twice_for_the_same_decision_the_person_is_told_once(engineer: Practitioner, county: User) -> None:
    claim = submitted(engineer)
    for _ in range(3):
        claim_accept(actor=county, claim=claim)
    assert Message.objects.filter(kind="claim.accepted").count() == 1


def test_returned_twice_the_person_is_told_twice(engineer: Practitioner, county: User) -> None:
    claim = submitted(engineer)
    for reason in ("缺成绩单", "成绩单不清楚"):
        claim_return(actor=county, claim=claim, reason=reason)
        claim = claim_submit(actor=engineer.user, claim=claim)
    reasons = [message.body.split("理由：")[1].splitlines()[0] for message in _returned()]
    assert reasons == ["缺成绩单", "成绩单不清楚"]


def test_a_receipt_for_each_hand_in_and_for_what_is_taken_back(engineer: Practitioner, county: User) -> None:
    drafted = draft(engineer)
    claim_withdraw(actor=engineer.user, claim=drafted, reason="填错了")
    assert not Message.objects.exists()  # an office never heard of it
    claim = submitted(engineer)
    claim_return(actor=county, claim=claim, reason="缺成绩单")
    claim = claim_submit(actor=engineer.user, claim=claim)
    claim_withdraw(actor=engineer.user, claim=claim, reason="改由单位申报")
    told = list(Message.objects.order_by("pk"))
    assert [message.kind for message in told] == [
        "claim.submitted",
        "claim.returned",
        "claim.submitted",
        "claim.withdrawn",
    ]
    assert "由舟山市定海区住房和城乡建设局审核" in told[0].body
    assert f"由{engineer.user.display_name}撤回（原因：改由单位申报）" in told[3].body
    assert not told[0].deliveries.exists()  # a receipt stands in the portal; it costs nobody an SMS


def test_a_decision_about_somebody_without_an_account_is_told_to_nobody(engineer: Practitioner, county: User) -> None:
    claim = submitted(engineer)
    Message.objects.all().delete()
    Practitioner.objects.filter(pk=engineer.pk).update(user=None)
    claim_accept(actor=county, claim=claim)
    assert not Message.objects.exists()


def test_a_decision_that_fails_tells_nothing(engineer: Practitioner, county: User) -> None:
    claim = submitted(engineer)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        claim_return(actor=county, claim=claim, reason="缺成绩单")
        raise ZeroDivisionError
    assert not _returned()


@pytest.mark.django_db
def test_the_owner_is_told_of_every_new_password() -> None:
    user = UserFactory(username="linhai", email="l@example.com")
    for password in ("Sea-Bridge-2022", "Sea-Bridge-2023"):
        password_change(actor=user, user=user, password=password)
    told = Message.objects.filter(recipient=user, kind="account.password_changed")
    assert told.count() == 2
    message = told.first()
    assert "账号linhai的登录密码于2021年9月1日 10:00修改" in message.body
    assert set(message.deliveries.values_list("channel", flat=True)) == {"email", "sms"}


@pytest.mark.django_db
def test_the_owner_is_told_that_the_second_step_was_taken_away() -> None:
    user, administrator = AppointmentFactory().user, AppointmentFactory(sysadmin=True).user
    two_step_begin(actor=user)
    two_step_reset(actor=administrator, user=user, reason=f"手机丢失，新号{make_phone(1)}")
    message = Message.objects.get(recipient=user, kind="account.two_step_reset")
    assert make_phone(1) not in message.body
    assert not Message.objects.filter(recipient=administrator).exists()
