"""Checked rows kept: numbers sealed, statements as they were understood, problems in words; again and one by one."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from accounts.crypto import blind_index
from accounts.errors import InputError
from courses.commands.roster_check import read_and_stage
from courses.commands.roster_rows import numbers_of, put
from courses.models import Roster, RosterRow
from courses.roster.check import check_row
from courses.roster.columns import KEYS
from courses.roster.facts import facts_of
from tests.courses.made import training_class
from tests.courses.sheets import EMPLOYER, row, xlsx
from tests.factories import OrganisationFactory, make_id_number, make_phone
from tests.registry.people import PractitionerFactory

pytestmark = pytest.mark.django_db
ID = make_id_number(serial=0)


@pytest.fixture
def roster(db: None) -> Roster:
    """The roster that a class awaits."""
    roster: Roster = training_class(planned_number=None).roster
    return roster


def staged(roster: Roster, rows: list[list[Any]], **how: Any) -> Any:
    """A file read into the roster."""
    facts = facts_of(roster.training_class)
    return read_and_stage(roster=roster, data=xlsx(rows), name="花名册.xlsx", facts=facts, **how)


def own(roster: Roster, n: int = 0, **changed: Any) -> list[Any]:
    """A row of the roster's own class."""
    given = {"organiser": roster.training_class.organisation.name, "class_name": roster.training_class.title}
    return row(n, **{**given, **changed})


def test_a_good_row_is_kept_as_it_was_understood(roster: Roster) -> None:
    unit, person = OrganisationFactory(name=EMPLOYER), PractitionerFactory(name="江听澜", id_number=ID)
    outcome = staged(roster, [own(roster, hours=7.5, level="副高", title="高级工程师")])
    kept = RosterRow.objects.get()
    assert (kept.roster, kept.revision, kept.row, kept.verdict, kept.problems) == (roster, 1, 3, "ready", [])
    assert (kept.practitioner, kept.employer, kept.employer_name) == (person, unit, EMPLOYER)
    assert (kept.name, kept.sex, kept.title_level, kept.title) == ("江听澜", "male", "senior", "高级工程师")
    assert (kept.series, kept.hours, kept.is_municipal, kept.mended) == ("建筑施工", Decimal("7.5"), False, False)
    assert (kept.training_unit, kept.class_title) == (
        roster.training_class.organisation.name,
        roster.training_class.title,
    )
    assert (bytes(kept.id_hash), kept.id_last4) == (blind_index("id", ID), ID[-4:])
    assert numbers_of(roster, kept) == (ID, make_phone(70_000_000))
    assert (outcome.has_errors, outcome.headings["id_number"]) == (False, "身份证号")
    assert outcome.counts == {
        "rows": 1,
        "ready": 1,
        "warned": 0,
        "error": 0,
        "codes": {},
        "file": [],
    }


def test_a_bad_row_keeps_what_its_cells_say_for_whoever_mends_it(roster: Roster) -> None:
    outcome = staged(
        roster, [own(roster, id_number="3309021985", phone="1380000", name="张\\三3", hours="x", employer="甲\\乙")]
    )
    kept = RosterRow.objects.get()
    assert (kept.verdict, kept.practitioner, kept.id_hash, kept.id_last4, kept.hours) == ("error", None, None, "", None)
    assert numbers_of(roster, kept) == ("3309021985", "1380000")
    assert (kept.name, kept.employer_name) == ("张\\三3", "甲\\乙")
    assert [(each["code"], each["column"]) for each in kept.problems] == [
        ("id_length", "id_number"),
        ("hours_wrong", "hours"),
        ("name_wrong", "name"),
        ("phone_wrong", "phone"),
        ("employer_unknown", "employer"),
    ]
    assert kept.problems[0]["text"] == "身份证号应为18位。"
    assert outcome.has_errors


def test_nothing_in_clear_lies_in_the_table(roster: Roster) -> None:
    columns = ("name", "sex", "employer", "series", "level", "title", "municipal")
    numbers = [make_id_number(serial=n) for n in range(len(columns))]
    staged(roster, [own(roster, n, **{column: numbers[n]}) for n, column in enumerate(columns)])
    table = "\n".join(str(values) for values in RosterRow.objects.values())
    assert not any(number in table for number in (*numbers, make_phone(70_000_000)))


def test_checking_again_replaces_the_rows_of_this_revision_alone(roster: Roster) -> None:
    staged(roster, [own(roster, n) for n in range(3)])
    roster.revision = 2
    staged(roster, [own(roster, 3)])
    staged(roster, [own(roster, 4), own(roster, 5)])
    assert list(RosterRow.objects.order_by("revision", "row").values_list("revision", "row")) == [
        (1, 3),
        (1, 4),
        (1, 5),
        (2, 3),
        (2, 4),
    ]


def test_a_row_mended_in_the_browser_takes_the_place_of_the_file_s(roster: Roster) -> None:
    staged(roster, [own(roster), own(roster, 1, phone="1")])
    values = dict(zip(KEYS, map(str, own(roster, 1)), strict=True))
    mended = put(roster, check_row(4, values, facts_of(roster.training_class)))
    assert (mended.verdict, mended.mended, mended.row) == ("warned", True, 4)  # its unit is not registered
    assert numbers_of(roster, mended)[1] == make_phone(70_000_001)
    assert RosterRow.objects.count() == 2


def test_a_file_that_cannot_be_read_leaves_the_rows_alone(roster: Roster) -> None:
    staged(roster, [own(roster)])
    with pytest.raises(InputError) as refused:
        read_and_stage(roster=roster, data=b"PK\x03\x04", name="花名册.xlsx", facts=facts_of(roster.training_class))
    assert (refused.value.field, RosterRow.objects.count()) == ("file", 1)


def test_a_file_that_turns_out_too_long_after_its_first_rows_leaves_the_rows_alone(
    roster: Roster, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    staged(roster, [own(roster)])
    monkeypatch.setattr("courses.roster.check.AT_ONCE", 10)  # so that rows are kept long before the last is read
    settings.SHEETS_LIMITS = {**settings.SHEETS_LIMITS, "rows": 4_000}
    with pytest.raises(InputError) as refused:
        staged(roster, [own(roster, n % 400) for n in range(4_100)])
    assert refused.value.code == "sheet_rows"
    assert RosterRow.objects.get().row == 3


def test_an_error_of_the_file_as_a_whole_is_an_error(roster: Roster) -> None:
    outcome = staged(roster, [])
    assert (outcome.has_errors, [each["code"] for each in outcome.counts["file"]]) == (True, ["no_people"])


@pytest.mark.parametrize("many", [1, 40])
def test_a_check_asks_the_same_however_many_rows(many: int, roster: Roster, django_assert_num_queries: Any) -> None:
    staged(roster, [own(roster)])
    PractitionerFactory(name="江听澜", id_number=ID)
    rows, facts = xlsx([own(roster, n) for n in range(many)]), facts_of(roster.training_class)
    with django_assert_num_queries(9):
        read_and_stage(roster=roster, data=rows, name="花名册.xlsx", facts=facts)
