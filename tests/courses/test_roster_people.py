"""Whose rows these are: people of the register, twice in a sheet, on one day elsewhere; and the roster as a whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import User
from courses.commands.roster_rows import stage
from courses.models import RowVerdict
from courses.roster.check import check_row
from courses.roster.columns import KEYS
from courses.roster.facts import NO_CLASS, facts_of
from courses.states import RosterState
from registry.commands.spans import hold
from registry.models import SpanSource
from registry.queries.spans import Span
from tests.courses.made import training_class
from tests.courses.sheets import CLASS, EMPLOYER, checked, checking, found, row
from tests.factories import OrganisationFactory, make_id_number, make_phone
from tests.registry.people import PractitionerFactory

pytestmark = pytest.mark.django_db
FIRST, SECOND = sorted(CLASS.days or ())


@pytest.fixture(autouse=True)
def unit() -> None:
    """The unit of every row."""
    OrganisationFactory(name=EMPLOYER)


def registered(n: int = 0, **how: Any) -> Any:
    """The nth row's person, registered under the row's name."""
    return PractitionerFactory(name="江听澜", id_number=make_id_number(serial=n), **how)


def spent(
    source: SpanSource, source_id: int, person: int, first: date, last: date, *, day_measured: bool = True
) -> None:
    """Days of a person that something else holds."""
    span = Span(first, last, (last - first).days + 1, Decimal(8), day_measured)
    hold(source=source, source_id=source_id, spans={person: [span]})


def test_who_is_not_registered_is_no_finding_and_who_is_is_found() -> None:
    person = registered(1)
    unknown, known = checked([row(0), row(1)])
    assert (unknown.person, unknown.verdict) == (None, RowVerdict.READY)
    assert known.person is not None
    assert (known.person.pk, known.verdict) == (person.pk, RowVerdict.READY)


def test_another_name_than_the_register_has_is_an_error() -> None:
    registered()
    (one,) = checked([row(name="江听涛")])
    assert found(one) == [("name_differs", "name")]
    assert "江听澜" not in one.findings[0].text  # the sheet's author is not told whose number it is


def test_a_name_may_be_written_in_another_manner() -> None:
    registered()
    PractitionerFactory(name="阿依古丽·买买提", id_number=make_id_number(serial=1))
    one, other = checked([row(name="江 听　澜"), row(1, name="阿依古丽•买买提")])
    assert (one.verdict, other.verdict) == (RowVerdict.READY, RowVerdict.READY)
    assert other.name == "阿依古丽·买买提"


def test_nobody_credits_themselves() -> None:
    person = registered()
    (own,) = checked([row()], actor=person.user_id)
    (others,) = checked([row()], actor=person.user_id + 1)
    assert (found(own), others.verdict) == ([("own_row", "")], RowVerdict.READY)


def test_a_person_twice_in_the_sheet_is_told_with_the_first_row() -> None:
    first, _, again, spelt = checked([row(), row(1), row(), row(id_number=f" {make_id_number(serial=0)} ")])
    assert first.verdict == RowVerdict.READY
    assert found(again) == found(spelt) == [("person_twice", "id_number")]
    assert again.findings == spelt.findings
    assert "与第3行是同一人" in again.findings[0].text


def test_one_phone_for_two_people_is_a_warning() -> None:
    _, other = checked([row(), row(1, phone=make_phone(70_000_000))])
    assert (found(other), other.verdict) == ([("phone_twice", "phone")], RowVerdict.WARNED)
    assert "第3行" in other.findings[0].text


@pytest.mark.parametrize(
    ("source", "first", "last", "day_measured", "codes"),
    [
        (SpanSource.ROSTER, FIRST, FIRST, True, [("class_overlap", "")]),
        (SpanSource.ROSTER, SECOND, SECOND, True, [("class_overlap", "")]),
        (SpanSource.ROSTER, date(2021, 8, 25), date(2021, 8, 25), True, []),
        (SpanSource.ROSTER, date(2021, 8, 28), date(2021, 8, 28), True, []),
        (SpanSource.CLAIM, date(2021, 8, 20), SECOND, True, [("day_claimed", "")]),
        (SpanSource.CLAIM, FIRST, SECOND, False, []),
    ],
)
def test_a_day_belongs_once(
    source: SpanSource, first: date, last: date, day_measured: bool, codes: list[tuple[str, str]]
) -> None:
    spent(source, 77, registered().pk, first, last, day_measured=day_measured)
    facts = replace(CLASS, roster=9)
    (one,) = checked([row()], facts)
    assert found(one) == codes
    if codes:
        assert str(max(first, FIRST)) in one.findings[0].text


def test_a_roster_does_not_overlap_with_itself() -> None:
    spent(SpanSource.ROSTER, 9, registered().pk, FIRST, FIRST)
    (one,) = checked([row()], replace(CLASS, roster=9))
    assert one.verdict == RowVerdict.READY


def test_days_between_those_of_a_class_are_free() -> None:
    spent(SpanSource.ROSTER, 77, registered().pk, date(2021, 8, 27), date(2021, 8, 27))
    facts = replace(CLASS, days=frozenset({date(2021, 8, 26), date(2021, 8, 28)}))
    (one,) = checked([row()], facts)
    assert one.verdict == RowVerdict.READY


def test_a_person_on_a_roster_that_waits_for_the_office_is_found_before_anybody_is_registered() -> None:
    other, own = training_class(), training_class()
    stage(other.roster, checking([row(hours=8)], NO_CLASS))
    for state, codes in ((RosterState.READY, []), (RosterState.SUBMITTED, [("class_overlap", "")])):
        type(other.roster).objects.filter(pk=other.roster.pk).update(state=state)
        (one,) = checked([row(organiser="", class_name="")], facts_of(own))
        assert found(one) == codes
    (same,) = checked([row(organiser="", class_name="")], facts_of(other))
    assert same.verdict == RowVerdict.READY


def test_the_facts_of_a_class_are_those_that_the_office_approved() -> None:
    approved = training_class(planned_number=2)
    facts = facts_of(approved)
    assert (facts.name, facts.organiser, facts.hours) == (approved.title, approved.organisation.name, approved.hours)
    assert facts.days == {date(2021, 10, 11), date(2021, 10, 12)}
    assert (facts.planned, facts.roster) == (2, approved.roster.pk)


@pytest.mark.parametrize(("planned", "codes"), [(None, []), (2, []), (1, ["people_count"]), (3, ["people_count"])])
def test_the_number_of_people_is_held_against_the_plan(planned: int | None, codes: list[str]) -> None:
    check = checking([row(), row(1)], replace(CLASS, planned=planned))
    assert [one.verdict for one in check.rows()] == [RowVerdict.READY] * 2
    assert [finding.code for finding in check.of_file()] == codes


def test_a_roster_without_people_is_an_error() -> None:
    check = checking([["", CLASS.organiser, CLASS.name]])
    assert list(check.rows()) == []
    assert [finding.code for finding in check.of_file()] == ["no_people"]


@pytest.mark.parametrize(
    ("changed", "codes"),
    [
        ({}, []),
        ({"id_number": "1"}, [("id_length", "id_number")]),
        ({"hours": "17"}, [("hours_above", "hours")]),
        ({"phone": "１３８００００００００"}, []),
        ({"name": "江听涛"}, [("name_differs", "name")]),
        ({"id_number": make_id_number(serial=5)}, [("person_twice", "id_number")]),
    ],
)
def test_a_mended_row_goes_through_the_same_checks(changed: dict[str, str], codes: list[tuple[str, str]]) -> None:
    registered()
    values = dict(zip(KEYS, map(str, row(**changed)), strict=True))
    (other,) = checked([row(5)])
    one = check_row(8, values, CLASS, others={other.identity.id_hash: 4})
    assert (found(one), one.row) == (codes, 8)
    assert one.verdict == (RowVerdict.ERROR if codes else RowVerdict.READY)


def test_the_check_asks_the_same_for_one_and_for_sixty(django_assert_num_queries: Any, city: User) -> None:
    facts = facts_of(training_class())
    registered()
    for many in (1, 60):
        rows = [row(n, organiser="", class_name="", employer=f"{EMPLOYER}{n}") for n in range(many)]
        with django_assert_num_queries(5):  # units, notices, people, their days, other rosters
            assert len(checked(rows, facts)) == many
