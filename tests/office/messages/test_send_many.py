"""Telling thousands: what `send` would write for each, in a few statements."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.personal import PersonalDataRefused
from office.messages.commands import send, send_many
from office.messages.commands.reading import email_wish
from office.messages.models import Delivery, Message
from office.messages.templates import TemplateError
from tests.factories import UserFactory, make_id_number
from tests.office.messages.telling import RETURNED

pytestmark = pytest.mark.django_db


def tell(users: list[User], key: str = "claim_step:7", **changed: Any) -> int:
    """The same news of each user's own claim."""
    to = {user: RETURNED | {"number": f"SB{user.pk:011d}"} | changed for user in users}
    return send_many(to=to, kind="claim.returned", key=key, link="/claims/")


def test_each_is_told_as_if_alone() -> None:
    alone, together = UserFactory(email="a@example.com"), UserFactory(email="b@example.com")
    one = send(to=alone, kind="claim.returned", key="k", link="/claims/", **RETURNED)
    send_many(to={together: RETURNED}, kind="claim.returned", key="k", link="/claims/")
    other = Message.objects.get(recipient=together)
    same = ("kind", "key", "title", "body", "link")
    assert [getattr(one, name) for name in same] == [getattr(other, name) for name in same]
    ways = [sorted((way.channel, way.text, way.kind) for way in message.deliveries.all()) for message in (one, other)]
    assert ways[0] == ways[1]
    assert {way.target for way in other.deliveries.all()} == {"b@example.com", together.phone}


def test_who_was_told_is_not_told_again_and_wishes_are_kept() -> None:
    first, quiet, nowhere = (
        UserFactory(email="a@example.com"),
        UserFactory(email="q@example.com"),
        UserFactory(phone=""),
    )
    email_wish(actor=quiet, wanted=False)
    assert tell([first]) == 1
    assert tell([first, quiet, nowhere]) == 2
    assert tell([first, quiet, nowhere]) == 0
    ways = Delivery.objects.values_list("message__recipient", "channel")
    assert set(ways) == {(first.pk, "email"), (first.pk, "sms"), (quiet.pk, "sms")}
    assert Message.objects.count() == 3


def test_a_hundred_cost_as_many_questions_as_two() -> None:
    asked = []
    for many in (2, 100):
        users = [UserFactory(email=f"{many}-{n}@example.com") for n in range(many)]
        with CaptureQueriesContext(connection) as queries:
            tell(users)
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_mistakes_of_a_programmer_are_told(person: User) -> None:
    with pytest.raises(TemplateError):
        send_many(to={person: {}}, kind="claim.returned", key="k")
    with pytest.raises(PersonalDataRefused):
        tell([person], number=make_id_number())
    with pytest.raises(ValueError, match="path of the portal"):
        send_many(to={person: RETURNED}, kind="claim.returned", key="k", link="https://example.com/")
    assert not Message.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_it_belongs_to_the_transaction_of_the_change() -> None:
    person = UserFactory()
    with pytest.raises(RuntimeError, match="transaction"):
        tell([person])
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        tell([person])
        raise ZeroDivisionError
    assert not Message.objects.exists()
