"""The sealed chain: what it covers, and that whatever is done to it behind the portal's back is named."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from office.audit import chain, verification
from office.audit.commands import record, seals
from office.audit.commands.notes import verification_noted
from office.audit.commands.seals import seal
from office.audit.models import Event, Seal
from office.audit.verification import ADDED, CHANGED, EVENT, REMOVED, SEAL, Anchor, Problem, verify
from tests.factories import UserFactory
from tests.office.audit.trail import by_hand, insert_by_hand, told

pytestmark = pytest.mark.django_db
OTHER = {
    "at": "at + interval '1 microsecond'",
    "actor_id": "NULL",
    "actor_name": "'别人'",
    "action": "'claim.accept'",
    "object_type": "'registry.claim'",
    "object_id": "'7'",
    "before": "'draft'",
    "after": "'accepted'",
    "reason": "'另一个理由'",
    "data": """'{"note": 99}'""",
    "request_id": "'c0ffee'",
}
OTHER_SEAL = {
    "version": "2",
    "sealed_at": "sealed_at + interval '1 microsecond'",
    "first_id": "first_id + 1",
    "last_id": "last_id - 1",
    "prints": "set_byte(prints, 20, get_byte(prints, 20) # 1)",
    "previous": "set_byte(previous, 0, get_byte(previous, 0) # 1)",
    "sha256": "set_byte(sha256, 0, get_byte(sha256, 0) # 1)",
    "mac": "set_byte(mac, 5, get_byte(mac, 5) # 1)",
}


@pytest.fixture
def sealed() -> list[Event]:
    """Nine events under three seals, with a gap of one id inside the second, and one event not sealed yet."""
    actor = UserFactory()
    events = []
    for _ in range(3):
        events += [*told(1), _by(actor), *_after_a_gap()]
        seal()
    told(1)
    return events


def _by(actor: Any) -> Event:
    with transaction.atomic():
        return record(actor=actor, action="user.create", obj=actor, before="a", after="b", reason="新来的", region="x")


def _after_a_gap() -> list[Event]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('audit_event_id_seq')")
    return told(1)


def test_seals_close_every_id_without_a_gap_and_bind_each_to_the_one_before(sealed: list[Event]) -> None:
    rows = list(Seal.objects.order_by("number"))
    assert [row.number for row in rows] == [1, 2, 3]
    assert rows[0].first_id == 1
    for before, after in zip(rows, rows[1:], strict=False):
        assert after.first_id == before.last_id + 1
        assert bytes(after.previous) == bytes(before.sha256)
    inside = [pk for row in rows for pk, _ in chain.entries(row.prints)]
    assert inside == [event.pk for event in sealed]


def test_a_whole_chain_is_found_whole_and_the_open_end_is_counted(sealed: list[Event]) -> None:
    report = verify()
    assert report.ok
    assert (report.seals, report.events, report.unsealed) == (3, 9, 1)
    assert report.oldest_unsealed == Event.objects.latest("pk").at
    assert report.last == Anchor(3, Seal.objects.get(number=3).sha256_hex)


def test_nothing_new_makes_no_seal(sealed: list[Event]) -> None:
    assert len(seal()) == 1
    assert seal() == []


def test_an_empty_trail_is_whole() -> None:
    assert seal() == []
    report = verify()
    assert (report.ok, report.seals, report.events, report.unsealed, report.last) == (True, 0, 0, 0, None)


def test_a_long_backlog_is_sealed_in_several_seals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seals, "MAX_EVENTS", 4)
    told(10)
    assert [len(list(chain.entries(row.prints))) for row in seal()] == [4, 4, 2]
    assert verify().events == 10


@pytest.mark.parametrize(("seals_a_page", "events_a_page"), [(1, 1), (1, 4), (2, 2), (2, 3), (50, 5)])
def test_page_by_page_the_same_is_found(
    sealed: list[Event], monkeypatch: pytest.MonkeyPatch, seals_a_page: int, events_a_page: int
) -> None:
    monkeypatch.setattr(verification, "SEALS_A_PAGE", seals_a_page)
    monkeypatch.setattr(verification, "EVENTS_A_PAGE", events_a_page)
    assert (verify().seals, verify().events, verify().unsealed) == (3, 9, 1)
    by_hand("DELETE FROM audit_event WHERE id = %s", sealed[7].pk)
    assert verify().problem == Problem(EVENT, sealed[7].pk, REMOVED)
    insert_by_hand(sealed[5].pk - 1)
    assert verify().problem == Problem(EVENT, sealed[5].pk - 1, ADDED)


def test_every_column_of_an_event_is_under_the_seal() -> None:
    columns = {field.attname for field in Event._meta.concrete_fields}
    assert set(chain.COLUMNS[chain.VERSION]) == columns == {"id", *OTHER}


def test_every_column_of_a_seal_is_under_it() -> None:
    assert {field.attname for field in Seal._meta.concrete_fields} == {"number", *OTHER_SEAL}


@pytest.mark.parametrize("column", OTHER)
def test_a_changed_event_is_named(sealed: list[Event], column: str) -> None:
    victim = sealed[4]
    by_hand(f"UPDATE audit_event SET {column} = {OTHER[column]} WHERE id = %s", victim.pk)
    assert verify().problem == Problem(EVENT, victim.pk, CHANGED)


@pytest.mark.parametrize("index", [0, 4, 8])
def test_a_deleted_event_is_named(sealed: list[Event], index: int) -> None:
    by_hand("DELETE FROM audit_event WHERE id = %s", sealed[index].pk)
    assert verify().problem == Problem(EVENT, sealed[index].pk, REMOVED)


@pytest.mark.parametrize("where", ["gap", "front"])
def test_an_event_put_in_later_is_named(sealed: list[Event], where: str) -> None:
    pk = sealed[5].pk - 1 if where == "gap" else -1
    insert_by_hand(pk)
    assert verify().problem == Problem(EVENT, pk, ADDED)


def test_an_event_replaced_under_its_own_number_is_named(sealed: list[Event]) -> None:
    by_hand("DELETE FROM audit_event WHERE id = %s", sealed[4].pk)
    insert_by_hand(sealed[4].pk)
    assert verify().problem == Problem(EVENT, sealed[4].pk, CHANGED)


def test_of_several_the_first_is_named(sealed: list[Event]) -> None:
    by_hand("DELETE FROM audit_event WHERE id IN (%s, %s)", sealed[7].pk, sealed[2].pk)
    assert verify().problem == Problem(EVENT, sealed[2].pk, REMOVED)


@pytest.mark.parametrize("column", OTHER_SEAL)
@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_changed_seal_is_named(sealed: list[Event], column: str, number: int) -> None:
    by_hand(f"UPDATE audit_seal SET {column} = {OTHER_SEAL[column]} WHERE number = %s", number)
    assert verify().problem == Problem(SEAL, number, CHANGED)


@pytest.mark.parametrize("number", [1, 2])
def test_a_deleted_seal_is_named(sealed: list[Event], number: int) -> None:
    by_hand("DELETE FROM audit_seal WHERE number = %s", number)
    assert verify().problem == Problem(SEAL, number, REMOVED)


@pytest.mark.parametrize("kept", [0, 2])
def test_an_end_cut_off_is_named_by_the_last_verification_noted(sealed: list[Event], kept: int) -> None:
    verification_noted(actor=None, report=verify())
    by_hand("DELETE FROM audit_seal WHERE number > %s", kept)
    assert verify().problem == Problem(SEAL, kept + 1, REMOVED)


def test_an_end_cut_off_and_sealed_anew_is_named_by_a_seal_noted_elsewhere(sealed: list[Event]) -> None:
    noted = verify().last
    by_hand("DELETE FROM audit_seal WHERE number > 1")
    by_hand("UPDATE audit_event SET reason = '另一个理由' WHERE id = %s", sealed[4].pk)
    seal()
    assert verify().ok  # the portal itself made these seals: only what stands outside tells
    assert verify(anchor=noted).problem == Problem(SEAL, 3, REMOVED)
    told(1)
    seal()
    assert verify(anchor=noted).problem == Problem(SEAL, 3, CHANGED)


def test_a_chain_computed_anew_without_the_key_is_named(sealed: list[Event]) -> None:
    """SHA-256 alone could be made to fit by whoever can write to the database."""
    by_hand("UPDATE audit_event SET after = 'forged' WHERE id = %s", sealed[4].pk)
    previous = b""
    for row in Seal.objects.order_by("number"):
        events = Event.objects.filter(pk__gte=row.first_id, pk__lte=row.last_id).order_by("pk").values()
        row.prints = b"".join(chain.entry(event) for event in events)
        row.previous = previous or row.previous
        previous = row.sha256 = chain.seal_sha256(row)
        by_hand(
            "UPDATE audit_seal SET prints = %s, previous = %s, sha256 = %s WHERE number = %s",
            row.prints,
            bytes(row.previous),
            row.sha256,
            row.number,
        )
    assert verify().problem == Problem(SEAL, 2, CHANGED)


@pytest.mark.parametrize("sql", ["UPDATE audit_seal SET version = 2", "DELETE FROM audit_seal", "TRUNCATE audit_seal"])
def test_seals_are_append_only(sealed: list[Event], sql: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_the_command_says_what_it_found(sealed: list[Event]) -> None:
    out = StringIO()
    call_command("verify_audit", stdout=out)
    assert "审计链完好：3次封存，9条记录；尚未封存1条。" in out.getvalue()
    assert f"3:{Seal.objects.get(number=3).sha256_hex}" in out.getvalue()


@pytest.mark.parametrize("as_json", [False, True])
def test_the_command_fails_when_the_chain_is_broken(sealed: list[Event], as_json: bool) -> None:
    by_hand("DELETE FROM audit_event WHERE id = %s", sealed[4].pk)
    out = StringIO()
    with pytest.raises(SystemExit) as stopped:
        call_command("verify_audit", as_json=as_json, stdout=out)
    assert stopped.value.code == 1
    if as_json:
        found = json.loads(out.getvalue())
        assert found["ok"] is False
        assert found["problem"] == {"what": "event", "number": sealed[4].pk, "kind": "removed"}
    else:
        assert f"第{sealed[4].pk}号审计记录被删除。" in out.getvalue()


@pytest.mark.parametrize("anchor", ["3", "x:" + "0" * 64, "3:abc"])
def test_the_command_refuses_an_anchor_that_is_none(anchor: str) -> None:
    with pytest.raises(CommandError, match="--anchor"):
        call_command("verify_audit", anchor=anchor)


def test_a_verification_tells_how_far_it_is(sealed: list[Event], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verification, "SEALS_A_PAGE", 1)
    steps: list[tuple[int, int, int]] = []
    verify(progress=lambda report, total: steps.append((report.seals, report.events, total)))
    assert steps == [(1, 3, 3), (2, 6, 3), (3, 9, 3)]


def test_a_verification_cut_off_goes_on_where_it_was(sealed: list[Event]) -> None:
    report = verify(done=(2, 6))
    assert (report.ok, report.seals, report.events, report.unsealed) == (True, 3, 9, 1)
    by_hand("DELETE FROM audit_event WHERE id = %s", sealed[6].pk)
    assert verify(done=(2, 6)).problem == Problem(EVENT, sealed[6].pk, REMOVED)
    by_hand("UPDATE audit_seal SET previous = set_byte(previous, 0, get_byte(previous, 0) # 1) WHERE number = 3")
    assert verify(done=(2, 6)).problem == Problem(SEAL, 3, CHANGED)
