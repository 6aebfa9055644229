"""A sample of what was accepted is looked at once more: by chance, by somebody else, and undone by a third alone."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.errors import Conflict, Forbidden, InputError
from accounts.models import User
from office.audit.models import Event
from office.messages.models import Message
from registry.commands.decisions import claim_accept, claim_reverse
from registry.commands.sampling import is_drawn, rates_set
from registry.commands.second_looks import look_agree, look_disagree, look_dismiss, look_uphold
from registry.models import Claim, HourEntry, Practitioner, SampleRate, SecondLook
from registry.queries.second_looks import rate_of, to_act, visible_to
from registry.states import LOOK_MOVES, ClaimState, SecondLookState
from tests.factories import AppointmentFactory, region
from tests.registry.people import PractitionerFactory, submitted

REASON = "成绩单上不是本人"
COMMANDS: dict[str, Callable[..., SecondLook]] = {
    "agree": look_agree,
    "disagree": look_disagree,
    "uphold": look_uphold,
    "dismiss": look_dismiss,
}
ENDS = {
    "agree": SecondLookState.AGREED,
    "disagree": SecondLookState.DISAGREED,
    "uphold": SecondLookState.UPHELD,
    "dismiss": SecondLookState.DISMISSED,
}


@pytest.fixture
def every_claim(db: None) -> None:
    """Every accepted claim of 定海 and 市本级 is drawn."""
    for code in ("dinghai", "city"):
        SampleRate.objects.create(region=region(code), percent=100, reason="测试")


@pytest.fixture
def people(db: None) -> dict[str, User]:
    """First, second and third reviewer of 定海, the city office, another county's bureau."""
    found = {name: AppointmentFactory(user__display_name=name).user for name in ("first", "second", "third")}
    found["city"] = AppointmentFactory(city=True).user
    found["islands"] = AppointmentFactory(region=region("putuo")).user
    return found


def drawn(first: User, person: Practitioner | None = None) -> SecondLook:
    """The look at a claim that this reviewer has just accepted."""
    claim = claim_accept(actor=first, claim=submitted(person or PractitionerFactory()))
    return SecondLook.objects.get(claim=claim)


def in_state(state: SecondLookState, people: dict[str, User]) -> SecondLook:
    look = drawn(people["first"])
    for name in {
        SecondLookState.AGREED: ("agree",),
        SecondLookState.DISAGREED: ("disagree",),
        SecondLookState.UPHELD: ("disagree", "uphold"),
        SecondLookState.DISMISSED: ("disagree", "dismiss"),
    }.get(state, ()):
        actor = people["second" if name in ("agree", "disagree") else "third"]
        look = COMMANDS[name](actor=actor, look=look, reason=REASON)
    if state == SecondLookState.LAPSED:
        claim_reverse(actor=people["third"], claim=look.claim, reason=REASON)
        look.refresh_from_db()
    assert look.state == state
    return look


@pytest.mark.parametrize("percent", [0, 100])
def test_at_none_or_all_per_cent(people: dict[str, User], percent: int) -> None:
    SampleRate.objects.create(region=region(), percent=percent, reason="测试")
    claims = [claim_accept(actor=people["first"], claim=submitted(PractitionerFactory())) for _ in range(3)]
    looks = SecondLook.objects.filter(claim__in=claims)
    assert looks.count() == (3 if percent else 0)
    assert {(look.first_reviewer, look.state) for look in looks} == (
        {(people["first"], SecondLookState.OPEN)} if percent else set()
    )


@pytest.mark.parametrize(("percent", "least", "most"), [("5", 400, 600), ("0.1", 1, 40), ("50", 4700, 5300)])
def test_lots_fall_as_often_as_the_rate_says(percent: str, least: int, most: int) -> None:
    """Ten thousand lots: further off than this falls less than once in ten thousand runs."""
    assert least <= sum(is_drawn(Decimal(percent)) for _ in range(10_000)) <= most


def test_a_region_without_a_rate_has_the_default(db: None, settings: Any) -> None:
    settings.SECOND_LOOK_PERCENT = "5"
    assert rate_of(region()) == 5


def test_a_claim_is_drawn_once(every_claim: None, people: dict[str, User]) -> None:
    look = drawn(people["first"])
    claim_accept(actor=people["first"], claim=look.claim)
    with pytest.raises(Conflict):
        claim_accept(actor=people["second"], claim=look.claim)
    assert SecondLook.objects.count() == Event.objects.filter(action="second_look.draw").count() == 1


def test_the_lot_stands_or_falls_with_the_acceptance(every_claim: None, people: dict[str, User]) -> None:
    claim = submitted(PractitionerFactory())
    with pytest.raises(IntegrityError), transaction.atomic():
        claim_accept(actor=people["first"], claim=claim)
        raise IntegrityError
    assert (SecondLook.objects.count(), Message.objects.filter(kind="second_look.drawn").count()) == (0, 0)


def test_the_offices_others_are_told_that_a_claim_was_drawn(every_claim: None, people: dict[str, User]) -> None:
    drawn(people["first"])
    told = set(Message.objects.filter(kind="second_look.drawn").values_list("recipient", flat=True))
    assert told == {people["second"].pk, people["third"].pk}


def test_where_the_office_has_no_other_the_city_office_is_told(every_claim: None, db: None) -> None:
    alone, city = AppointmentFactory().user, AppointmentFactory(city=True).user
    AppointmentFactory(valid_to="2021-08-31")
    drawn(alone)
    assert list(Message.objects.filter(kind="second_look.drawn").values_list("recipient", flat=True)) == [city.pk]


@pytest.mark.parametrize("name", ["agree", "disagree"])
@pytest.mark.parametrize(
    ("who", "may"), [("first", False), ("second", True), ("third", True), ("city", True), ("islands", False)]
)
def test_who_looks_once_more(every_claim: None, people: dict[str, User], name: str, who: str, may: bool) -> None:
    look = drawn(people["first"])
    assert to_act(people[who]).filter(pk=look.pk).exists() == may
    if not may:
        with pytest.raises(Forbidden):
            COMMANDS[name](actor=people[who], look=look, reason=REASON)
        return
    look = COMMANDS[name](actor=people[who], look=look, reason=REASON)
    assert (look.state, look.looked_by, look.opinion) == (ENDS[name], people[who], REASON)
    look.claim.refresh_from_db()
    assert look.claim.state == ClaimState.ACCEPTED


@pytest.mark.parametrize("name", ["uphold", "dismiss"])
@pytest.mark.parametrize(
    ("who", "may"), [("first", False), ("second", False), ("third", True), ("city", True), ("islands", False)]
)
def test_who_decides_between_two(every_claim: None, people: dict[str, User], name: str, who: str, may: bool) -> None:
    look = in_state(SecondLookState.DISAGREED, people)
    assert to_act(people[who]).filter(pk=look.pk).exists() == may
    if not may:
        with pytest.raises(Forbidden):
            COMMANDS[name](actor=people[who], look=look, reason=REASON)
        return
    look = COMMANDS[name](actor=people[who], look=look, reason=REASON)
    claim = Claim.objects.get(pk=look.claim_id)
    upheld = name == "uphold"
    assert (look.state, claim.state) == (ENDS[name], ClaimState.REVERSED if upheld else ClaimState.ACCEPTED)
    assert sum(entry.hours for entry in HourEntry.objects.filter(source_id=claim.pk)) == (0 if upheld else claim.hours)
    told = Message.objects.filter(recipient=claim.practitioner.user, kind="claim.reversed")
    assert told.count() == (1 if upheld else 0)
    if upheld:
        assert REASON in told.get().body


def test_the_disagreement_is_told_to_who_may_decide(every_claim: None, people: dict[str, User]) -> None:
    in_state(SecondLookState.DISAGREED, people)
    told = Message.objects.filter(kind="second_look.disagreed")
    assert list(told.values_list("recipient", flat=True)) == [people["third"].pk]


def test_a_county_of_two_asks_the_city_office(every_claim: None, db: None) -> None:
    first, second = AppointmentFactory().user, AppointmentFactory().user
    city = AppointmentFactory(city=True).user
    look = look_disagree(actor=second, look=drawn(first), reason=REASON)
    told = Message.objects.filter(kind="second_look.disagreed")
    assert list(told.values_list("recipient", flat=True)) == [city.pk]
    assert look_uphold(actor=city, look=look, reason=REASON).state == SecondLookState.UPHELD


def test_nobody_looks_at_their_own_claim(every_claim: None, people: dict[str, User]) -> None:
    look = drawn(people["first"], PractitionerFactory(user=people["second"]))
    assert not visible_to(people["second"]).exists()
    with pytest.raises(Forbidden):
        look_agree(actor=people["second"], look=look)


def test_the_database_too_wants_other_people(every_claim: None, people: dict[str, User]) -> None:
    look = in_state(SecondLookState.DISAGREED, people)
    for column, user in (("looked_by", "first"), ("decided_by", "first"), ("decided_by", "second")):
        with pytest.raises(IntegrityError), transaction.atomic():
            SecondLook.objects.filter(pk=look.pk).update(**{column: people[user]})


@pytest.mark.parametrize("state", SecondLookState)
@pytest.mark.parametrize("name", COMMANDS)
def test_only_the_moves_of_the_table(
    every_claim: None, people: dict[str, User], state: SecondLookState, name: str
) -> None:
    look = in_state(state, people)
    if ENDS[name] in LOOK_MOVES[state]:
        assert COMMANDS[name](actor=people["city"], look=look, reason=REASON).state == ENDS[name]
        return
    with pytest.raises(Conflict) as refused:
        COMMANDS[name](actor=people["city"], look=look, reason=REASON)
    look.refresh_from_db()
    assert (refused.value.code, look.state) == ("state_moved", state)
    if state == SecondLookState.AGREED:
        assert "second于2021年9月1日 10:00" in refused.value.message


@pytest.mark.parametrize("name", COMMANDS)
def test_asking_twice_answers_the_same(every_claim: None, people: dict[str, User], name: str) -> None:
    open_or = SecondLookState.OPEN if name in ("agree", "disagree") else SecondLookState.DISAGREED
    look = in_state(open_or, people)
    once = COMMANDS[name](actor=people["city"], look=look, reason=REASON)
    assert COMMANDS[name](actor=people["city"], look=look, reason=REASON) == once
    assert Event.objects.filter(action=f"second_look.{name}").count() == 1


@pytest.mark.parametrize("name", ["disagree", "uphold", "dismiss"])
@pytest.mark.parametrize(("reason", "code"), [(" ", "reason_missing"), ("字" * 501, "too_long")])
def test_a_reason_is_needed(every_claim: None, people: dict[str, User], name: str, reason: str, code: str) -> None:
    look = in_state(SecondLookState.OPEN if name == "disagree" else SecondLookState.DISAGREED, people)
    with pytest.raises(InputError) as refused:
        COMMANDS[name](actor=people["city"], look=look, reason=reason)
    assert (refused.value.code, refused.value.field) == (code, "reason")


@pytest.mark.parametrize("state", [SecondLookState.OPEN, SecondLookState.AGREED, SecondLookState.DISMISSED])
def test_a_claim_reversed_otherwise_leaves_nothing_to_look_at(
    every_claim: None, people: dict[str, User], state: SecondLookState
) -> None:
    look = in_state(state, people)
    claim_reverse(actor=people["city"], claim=look.claim, reason=REASON)
    look.refresh_from_db()
    was_open = state == SecondLookState.OPEN
    assert look.state == (SecondLookState.LAPSED if was_open else state)
    assert Event.objects.filter(action="second_look.lapse").count() == (1 if was_open else 0)


@pytest.mark.parametrize("who", ["first", "second", "third", "city"])
def test_nobody_goes_round_the_third_person(every_claim: None, people: dict[str, User], who: str) -> None:
    look = in_state(SecondLookState.DISAGREED, people)
    with pytest.raises(Conflict) as refused:
        claim_reverse(actor=people[who], claim=look.claim, reason=REASON)
    look.refresh_from_db()
    assert (refused.value.code, look.state) == ("look_disputed", SecondLookState.DISAGREED)
    assert HourEntry.objects.filter(source_id=look.claim_id).count() == 1


def test_drawing_costs_one_question_where_nothing_is_drawn(people: dict[str, User]) -> None:
    claim = submitted(PractitionerFactory())
    with CaptureQueriesContext(
        connection,
    ) as asked:
        claim_accept(actor=people["first"], claim=claim)
    assert sum("registry_samplerate" in query["sql"] for query in asked) == 1
    assert not any("registry_secondlook" in query["sql"] for query in asked)


def percents(**changed: str) -> dict[Any, Decimal]:
    codes = ("city", "dinghai", "putuo", "daishan", "shengsi")
    return {region(code): Decimal(changed.get(code, "0")) for code in codes}


def test_rates_are_set_by_the_city_office(people: dict[str, User]) -> None:
    changed = rates_set(actor=people["city"], percents=percents(dinghai="12.5", city="100"), reason="年度抽查方案")
    assert {(row.region.code, row.percent) for row in changed} == {("dinghai", Decimal("12.5")), ("city", Decimal(100))}
    events = Event.objects.filter(action="sample_rate.set")
    assert {(event.before, event.after) for event in events} == {
        ("定海区0%", "定海区12.5%"),
        ("市本级0%", "市本级100%"),
    }
    assert rates_set(actor=people["city"], percents=percents(dinghai="12.5", city="100"), reason="再来") == []
    with pytest.raises(Forbidden):
        rates_set(actor=people["first"], percents=percents(), reason="x")


@pytest.mark.parametrize(
    ("given", "reason", "code", "field"),
    [
        ("-1", "方案", "percent_wrong", "percent_dinghai"),
        ("100.1", "方案", "percent_wrong", "percent_dinghai"),
        ("5.25", "方案", "percent_wrong", "percent_dinghai"),
        ("NaN", "方案", "percent_wrong", "percent_dinghai"),
        ("5", "", "reason_missing", "reason"),
    ],
)
def test_rates_that_cannot_be(people: dict[str, User], given: str, reason: str, code: str, field: str) -> None:
    with pytest.raises(InputError) as refused:
        rates_set(actor=people["city"], percents=percents(dinghai=given), reason=reason)
    assert (refused.value.code, refused.value.field) == (code, field)
    assert SampleRate.objects.count() == 0
