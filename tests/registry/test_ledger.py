"""The ledger: what `post` and `reverse` write, what they refuse, and that nothing else can change a line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from accounts.errors import InputError
from accounts.models import User
from hours_rules import Activity, RuleError, notice_for
from registry.commands import ledger
from registry.commands.ledger import NewEntry
from registry.models import AnnualStanding, EntrySource, HourEntry, Practitioner
from tests.registry.people import PractitionerFactory

NOTICE = notice_for(date(2021, 6, 1))
EXAM = Activity("licence_exam", tier="national", quantity=2)
CPD = Activity("licence_cpd", hours=Decimal("50"))


def new(person: Practitioner, activity: Activity = EXAM, *, year: int = 2021, source_id: int = 1) -> NewEntry:
    return NewEntry(person, year, activity, NOTICE, EntrySource.CLAIM, source_id, {"title": "考试"})


def counted(person: Practitioner, year: int = 2021) -> Decimal | None:
    row = AnnualStanding.objects.filter(practitioner=person, year=year).first()
    return row and row.counted_total


def both() -> list[Any]:
    return [list(table.objects.order_by("pk").values()) for table in (HourEntry, AnnualStanding)]


def test_a_line_says_what_it_was_credited_on(person: Practitioner, county: User) -> None:
    (entry,) = ledger.post(actor=county, entries=[new(person)])
    entry = HourEntry.objects.get(pk=entry.pk)
    rule = NOTICE.activities["licence_exam"]
    assert (entry.hours, entry.activity, entry.category) == (Decimal(16), rule.number, 1)
    assert (entry.notice_id, entry.clause, entry.year) == (NOTICE.id, "二（二）1", 2021)
    assert entry.facts == {
        "tier": "national",
        "quantity": "2",
        "title": "考试",
        "explanation": "执业资格证书考试：全国住房和城乡建设执业资格证书考试2个合格科目，每合格科目8学时，共16学时"
        "（二（二）1）",
    }
    assert (entry.posted_by, entry.reverses, entry.reason) == (county, None, "")


def test_the_line_keeps_what_the_activity_was_worth_and_the_standing_counts_it(
    person: Practitioner, county: User
) -> None:
    (entry,) = ledger.post(actor=county, entries=[new(person, CPD)])
    standing = AnnualStanding.objects.get(practitioner=person, year=2021)
    assert (entry.hours, standing.recorded_total, standing.counted_total) == (Decimal(50), Decimal(50), Decimal(36))


def test_all_lines_are_posted_or_none(person: Practitioner, county: User) -> None:
    other = PractitionerFactory()
    bad = new(other, Activity("licence_exam", tier="galactic", quantity=1))
    with pytest.raises(RuleError):
        ledger.post(actor=county, entries=[new(person), bad])
    assert both() == [[], []]


def test_nothing_to_post_is_nothing(county: User) -> None:
    assert ledger.post(actor=county, entries=[]) == []
    assert both() == [[], []]


def test_a_row_of_a_source_is_credited_once(person: Practitioner, county: User) -> None:
    ledger.post(actor=county, entries=[new(person)])
    before = both()
    for entries in ([new(person)], [new(person, source_id=2), new(person, CPD)]):
        with pytest.raises(IntegrityError, match="entry_once_per_source"), transaction.atomic():
            ledger.post(actor=county, entries=entries)
        assert both() == before
    ledger.post(actor=county, entries=[new(PractitionerFactory()), new(person, source_id=2)])
    assert HourEntry.objects.count() == 3


def test_a_reversed_row_is_not_credited_again_by_itself(person: Practitioner, county: User) -> None:
    (entry,) = ledger.post(actor=county, entries=[new(person)])
    ledger.reverse(actor=county, entry=entry, reason="抽查不符")
    with pytest.raises(IntegrityError, match="entry_once_per_source"), transaction.atomic():
        ledger.post(actor=county, entries=[new(person)])


def test_a_reversal_is_the_negative_of_its_line(person: Practitioner, county: User) -> None:
    (entry,) = ledger.post(actor=county, entries=[new(person, CPD)])
    back = HourEntry.objects.get(pk=ledger.reverse(actor=county, entry=entry, reason="证书系他人").pk)
    same = ("practitioner_id", "year", "activity", "category", "source", "source_id", "notice_id", "clause", "facts")
    assert [getattr(back, name) for name in same] == [getattr(entry, name) for name in same]
    assert (back.hours, back.reverses, back.reason, back.posted_by) == (-entry.hours, entry, "证书系他人", county)
    assert counted(person) == 0


def test_reversed_twice_the_first_reversal_is_the_answer(person: Practitioner, county: User) -> None:
    (entry,) = ledger.post(actor=county, entries=[new(person)])
    first = ledger.reverse(actor=county, entry=entry, reason="一")
    assert ledger.reverse(actor=county, entry=entry, reason="二") == first
    assert (HourEntry.objects.count(), counted(person)) == (2, Decimal(0))


def test_a_reversal_itself_cannot_be_reversed(person: Practitioner, county: User) -> None:
    (entry,) = ledger.post(actor=county, entries=[new(person)])
    back = ledger.reverse(actor=county, entry=entry, reason="一")
    before = both()
    with pytest.raises(IntegrityError, match="entry_negative_only_to_reverse"), transaction.atomic():
        ledger.reverse(actor=county, entry=back, reason="二")
    assert both() == before


def test_each_year_has_its_standing(person: Practitioner, county: User) -> None:
    entries = [new(person, year=year, source_id=year) for year in (2021, 2022, 2024)]
    ledger.post(actor=county, entries=[*entries, new(person, CPD, year=2022)])
    assert [counted(person, year) for year in (2021, 2022, 2023, 2024)] == [16, 52, None, 16]
    ledger.reverse(actor=county, entry=HourEntry.objects.get(year=2024), reason="一")
    assert [counted(person, year) for year in (2021, 2022, 2023, 2024)] == [16, 52, None, 0]


def test_the_standing_is_refreshed_in_the_same_transaction(person: Practitioner, county: User) -> None:
    (entry,) = ledger.post(actor=county, entries=[new(person)])
    before = both()
    for act in (
        lambda: ledger.post(actor=county, entries=[new(person, CPD, source_id=2)]),
        lambda: ledger.reverse(actor=county, entry=entry, reason="一"),
    ):
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            act()
            assert both() != before
            raise ZeroDivisionError
        assert both() == before


def test_a_year_that_no_column_can_hold_is_refused_in_words(person: Practitioner, county: User) -> None:
    most = Activity("online_course", hours=Decimal(3000))
    (entry,) = ledger.post(actor=county, entries=[new(person, most)])
    before = both()
    with pytest.raises(InputError) as refused, transaction.atomic():
        ledger.post(actor=county, entries=[new(person, most, source_id=2)])
    assert (refused.value.code, both()) == ("year_too_large", before)
    ledger.reverse(actor=county, entry=entry, reason="录入有误")
    ledger.post(actor=county, entries=[new(person, most, source_id=2)])
    assert counted(person) == Decimal(3000)


WAYS: dict[str, Callable[[HourEntry], Any]] = {
    "save": lambda entry: entry.save(),
    "delete": lambda entry: entry.delete(),
    "update": lambda entry: HourEntry.objects.update(reason="改"),
    "delete all": lambda entry: HourEntry.objects.all().delete(),
    "bulk_update": lambda entry: HourEntry.objects.bulk_update([entry], ["hours"]),
    "UPDATE": "UPDATE registry_hourentry SET tenths = tenths + 10",
    "UPDATE to the same": "UPDATE registry_hourentry SET tenths = tenths",
    "DELETE": "DELETE FROM registry_hourentry",
    "TRUNCATE": "TRUNCATE registry_hourentry CASCADE",
    "TRUNCATE of the people": "TRUNCATE registry_practitioner CASCADE",
    "upsert": "INSERT INTO registry_hourentry SELECT * FROM registry_hourentry "
    "ON CONFLICT (id) DO UPDATE SET tenths = registry_hourentry.tenths + 10",
    "MERGE": "MERGE INTO registry_hourentry e USING registry_practitioner p ON p.id = e.practitioner_id "
    "WHEN MATCHED THEN UPDATE SET year = 2022",
}


@pytest.mark.parametrize("way", WAYS)
def test_a_line_is_never_changed_nor_taken_away(way: str, person: Practitioner, county: User) -> None:
    (entry,) = ledger.post(actor=county, entries=[new(person)])
    entry.hours = Decimal(99)
    before = both()
    how = WAYS[way]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # TRUNCATE would else stumble over what is still to be checked
        with pytest.raises(DatabaseError, match=r"append-only|Cannot update or delete"), transaction.atomic():
            cursor.execute(how) if isinstance(how, str) else how(entry)
    assert both() == before


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"hours": Decimal(0)}, "entry_negative_only_to_reverse"),
        ({"hours": Decimal(-8)}, "entry_negative_only_to_reverse"),
        ({"reverses_id": "itself", "hours": Decimal(8)}, "entry_negative_only_to_reverse"),
    ],
)
def test_hours_have_the_sign_of_their_line(
    change: dict[str, Any], constraint: str, person: Practitioner, county: User
) -> None:
    (entry,) = ledger.post(actor=county, entries=[new(person)])
    entry.pk, entry.source_id = None, 2
    for name, value in change.items():
        setattr(entry, name, HourEntry.objects.get().pk if value == "itself" else value)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        entry.save(force_insert=True)
