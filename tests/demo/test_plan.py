"""The demo as planned, without a database: on any day of the year it lies in the past, in order, and is nobody's."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from accounts.errors import InputError
from accounts.identity import check_id_number, check_org_code, check_phone, check_uscc
from accounts.models import Business, OrganisationKind
from hours_rules import Activity, Entry, compose, credit, notice_for
from registry.models import Specialty, TitleLevel
from registry.states import ClaimState
from zsjxjy.demo.activities import SAMPLES, Facts, any_facts, stated
from zsjxjy.demo.claims import Claims
from zsjxjy.demo.clock import turned
from zsjxjy.demo.days import Days, demo_days, start_of
from zsjxjy.demo.filings import Filing
from zsjxjy.demo.load import plan
from zsjxjy.demo.numbers import org_code, unit_code
from zsjxjy.demo.people import Person, make_people
from zsjxjy.demo.units import UNITS
from zsjxjy.demo.years import MET, NEARLY

NOTICE = notice_for(date(2021, 6, 1))
# The first day with a notice, the turns of the year, a day in February that most years lack, and a common one.
AWKWARD = ("2021-01-01", "2022-01-01", "2023-12-31", "2024-02-29", "2026-09-15")


@pytest.fixture(params=AWKWARD)
def days(request: pytest.FixtureRequest) -> Any:
    """The calendar at ten past midnight of an awkward day."""
    with time_machine.travel(f"{request.param}T00:10:00+08:00", tick=False):
        yield demo_days()


def people_and_claims(days: Days) -> tuple[list[Person], list[Filing]]:
    """Everybody, and every claim."""
    rng = Random(1)
    people = make_people(days, rng)
    return people, list(Claims(people, days, rng).all())


def test_nothing_lies_in_the_future_or_before_the_first_notice(days: Days) -> None:
    moments = [step.at for step in plan(days)]
    assert moments == sorted(moments)
    assert start_of(days.first) <= moments[0] <= moments[-1] == days.now


def test_every_claim_is_begun_after_its_activity_by_somebody_registered(days: Days) -> None:
    _, filings = people_and_claims(days)
    assert len(filings) > 250
    for filing in filings:
        ended = filing.data.ended_on
        assert days.first <= ended <= timezone.localdate(filing.begun)
        assert filing.person.registered <= filing.begun <= days.now
        assert filing.person.username


def test_the_same_day_makes_the_same_city(days: Days) -> None:
    first, second = people_and_claims(days), people_and_claims(days)
    assert first == second


@pytest.mark.parametrize(
    ("portal_today", "now", "today"),
    [
        (None, "2024-05-06T09:00:00", "2024-05-06"),
        (date(2024, 5, 6), "2024-05-06T09:00:00", "2024-05-06"),
        (date(2023, 7, 1), "2024-05-06T09:00:00", "2023-07-01"),
        (date(2024, 5, 7), "2024-05-06T23:59:59", None),
        (date(2020, 12, 31), "2024-05-06T09:00:00", None),
    ],
)
def test_the_demo_is_dated_around_portal_today(
    settings: Any, portal_today: date | None, now: str, today: str | None
) -> None:
    settings.PORTAL_TODAY = portal_today
    with time_machine.travel(f"{now}+08:00", tick=False):
        if today is None:
            with pytest.raises(InputError, match="PORTAL_TODAY"):
                demo_days()
        else:
            days = demo_days()
            assert (days.today.isoformat(), days.now <= timezone.now()) == (today, True)


def test_the_clock_turns_forward_only_and_is_the_real_one_again_afterwards() -> None:
    real, past = timezone.now, start_of(date(2021, 3, 1))
    with pytest.raises(ValueError, match="is past"), turned(past) as clock:
        assert timezone.localdate() == date(2021, 3, 1)
        clock.turn_to(past + timedelta(days=1))
        assert timezone.localdate() == date(2021, 3, 2)
        clock.turn_to(past)
    assert timezone.now is real


def test_numbers_pass_every_check_and_were_never_given_to_anybody() -> None:
    people, _ = people_and_claims(Days(date(2021, 1, 1), start_of(date(2026, 9, 15))))
    assert 450 <= len(people) <= 550
    for person in people:
        found = check_id_number(person.id_number)
        assert person.id_number[14:17] in {"996", "997", "998", "999"}  # kept for people over a hundred
        assert 1960 <= found.birth.year <= 2004
        assert check_phone(person.phone).startswith("154")  # no carrier's prefix
    assert len({person.id_number for person in people}) == len({person.name for person in people}) == len(people)
    for n, unit in enumerate(UNITS):
        assert "DEM0" in check_org_code(org_code(n)) and "DEM0" in check_uscc(unit_code(unit.region, n))


def test_people_are_of_every_sort() -> None:
    people, _ = people_and_claims(Days(date(2021, 1, 1), start_of(date(2026, 9, 15))))
    assert {person.specialty for person in people} == set(Specialty)
    assert {person.level for person in people} == set(TitleLevel)
    assert Counter(bool(person.specialty_other) for person in people) == Counter(
        person.specialty == Specialty.OTHER for person in people
    )
    initials = {letter for person in people for letter in person.name[0]}
    assert len(initials) > 60
    assert {int(person.id_number[16]) % 2 for person in people} == {0, 1}
    assert len([person for person in people if person.unit is None]) > 20


def test_units_are_of_every_kind_and_business_in_every_region() -> None:
    assert {unit.kind for unit in UNITS} == set(OrganisationKind)
    assert {unit.business for unit in UNITS} == set(Business)
    assert {unit.region for unit in UNITS} == {"city", "dinghai", "putuo", "daishan", "shengsi"}
    assert {unit.old for unit in UNITS} == {True, False}
    assert len({unit.name for unit in UNITS}) == len(UNITS) == 31
    assert all("演示" in unit.name for unit in UNITS)


def test_every_activity_comes_in_every_state() -> None:
    _, filings = people_and_claims(Days(date(2021, 1, 1), start_of(date(2026, 9, 15))))
    found = {(filing.data.activity, filing.state) for filing in filings}
    assert found == {(activity, state) for activity in NOTICE.activities for state in ClaimState}


@pytest.mark.parametrize("activity", sorted(SAMPLES))
def test_samples_are_what_the_notice_asks_for(activity: str) -> None:
    rng = Random(activity)
    for _ in range(40):
        data = stated(any_facts(activity, rng), date(2024, 2, 29), rng)
        assert credit(data.as_activity(), NOTICE).hours > 0
        assert data.title.endswith("（演示）") and "{" not in data.title


def year_of(facts: tuple[Facts, ...]) -> Any:
    """The composition of a year of the demo."""
    entries = []
    for fact in facts:
        hours = Decimal(fact.hours) if fact.hours else None
        activity = Activity(fact.activity, fact.tier or None, fact.quantity, hours, fact.days)
        entries.append(Entry(fact.activity, credit(activity, NOTICE).hours))
    return compose(entries, NOTICE)


@pytest.mark.parametrize(("years", "meets"), [(MET, True), (NEARLY, False)])
def test_whole_years_meet_the_notice_and_others_nearly_do(years: tuple[tuple[Facts, ...], ...], meets: bool) -> None:
    found = [year_of(facts) for facts in years]
    assert [year.meets for year in found] == [meets] * len(years)
    assert any(year.caps for year in found)
    assert all(sum(year.deficits.values()) <= 30 for year in found)
