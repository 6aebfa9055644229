"""One event: in its command's transaction, without anybody's numbers, never changed, read by auditors alone."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.models import User
from accounts.personal import HIDDEN
from office.audit.commands import PersonalDataRefused, record
from office.audit.models import Event
from office.audit.queries import visible_to
from tests.factories import AppointmentFactory, UserFactory, make_id_number, make_phone
from tests.office.audit.trail import told

pytestmark = pytest.mark.django_db
ID_NUMBER, PHONE = make_id_number(serial=7), make_phone(12_345_678)
ID_IN_GROUPS = f"{ID_NUMBER[:6]} {ID_NUMBER[6:14]} {ID_NUMBER[14:]}"


@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit_event SET reason = '改了'", "DELETE FROM audit_event", "TRUNCATE audit_event CASCADE"],
)
def test_the_database_refuses_to_change_the_trail(statement: str) -> None:
    [event] = told(reason="原因")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(DatabaseError, match="append-only|Cannot (update|delete)"), transaction.atomic():
            cursor.execute(statement)
    assert Event.objects.get() == event
    assert Event.objects.get().reason == "原因"


def test_the_models_own_ways_are_refused_as_well() -> None:
    [event] = told()
    for way in (event.save, event.delete, lambda: Event.objects.update(reason="改了")):
        with pytest.raises(DatabaseError), transaction.atomic():
            way()
    assert Event.objects.filter(reason="").count() == 1


@pytest.mark.django_db(transaction=True)
def test_without_a_transaction_nothing_is_recorded() -> None:
    with pytest.raises(RuntimeError, match="transaction of its command"):
        record(actor=None, action="job.retry")
    assert not Event.objects.exists()


def test_an_event_goes_with_its_command() -> None:
    with pytest.raises(ValueError, match="the command failed"), transaction.atomic():
        told()
        raise ValueError("the command failed")
    assert not Event.objects.exists()


def test_it_tells_who_what_on_what_and_why() -> None:
    actor, on = UserFactory(display_name="王工"), UserFactory()
    with transaction.atomic():
        event = record(
            actor=actor, action="user.lock", obj=on, before="open", after="locked", reason="多次输错", year=2021
        )
    event.refresh_from_db()
    assert (event.actor, event.actor_name, event.action) == (actor, "王工", "user.lock")
    assert (event.object_type, event.object_id) == ("accounts.user", str(on.pk))
    assert (event.before, event.after, event.reason, event.data) == ("open", "locked", "多次输错", {"year": 2021})
    assert told()[0].actor_name == "系统"


@pytest.mark.parametrize(
    "number", [ID_NUMBER, PHONE, f"+86 {PHONE}", f"{ID_NUMBER[:6]} {ID_NUMBER[6:14]} {ID_NUMBER[14:]}"]
)
@pytest.mark.parametrize(
    "place",
    [
        lambda number: {"action": f"claim.{number}"},
        lambda number: {"before": number},
        lambda number: {"after": f"见{number}"},
        lambda number: {"note": number},
        lambda number: {"rows": [{"deep": {"down": (1, f"电话{number}，")}}]},
        lambda number: {"names": {number}},
    ],
    ids=["action", "before", "after", "data", "deep in data", "a set"],
)
def test_nobodys_number_gets_in(place: Any, number: str) -> None:
    with pytest.raises(PersonalDataRefused), transaction.atomic():
        record(**{"actor": None, "action": "job.retry"} | place(number))
    assert not Event.objects.exists()


def test_a_number_typed_into_a_reason_is_hidden() -> None:
    [event] = told(reason=f"身份证{ID_NUMBER}有误，请电{PHONE}")
    assert event.reason == f"身份证{HIDDEN}有误，请电{HIDDEN}"


@pytest.mark.parametrize("data", [{"sha256": "1" * 64}, {"id": "138000" * 4}, {"receipt": "XS20210000001"}])
def test_other_long_numbers_are_none(data: dict[str, str]) -> None:
    assert told(**data)[0].data.items() >= data.items()


def test_auditors_read_all_of_it_and_nobody_else_any() -> None:
    event = told()[0]
    traits: list[dict[str, bool]] = [{}, {"city": True}, {"sysadmin": True}, {"employer_admin": True}]
    others: list[User] = [UserFactory(), *(AppointmentFactory(**trait).user for trait in traits)]
    assert [list(visible_to(user)) for user in others] == [[]] * len(others)
    assert list(visible_to(AppointmentFactory(auditor=True).user)) == [event]
