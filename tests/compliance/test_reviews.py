"""A year's review: every move of the table, who may make it, what it saw, and that it falls open when that changes."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.errors import Conflict, Forbidden, InputError
from accounts.models import User
from compliance.models import AnnualReview, AnnualReviewStep
from compliance.queries.seen import fingerprint, seen_of
from compliance.states import REVIEW_MOVES, ReviewState
from office.audit.models import Event
from office.messages.models import Message
from registry.commands import ledger
from registry.commands.standing import lock_people, refresh_people
from registry.models import AnnualStanding, EntrySource, Practitioner
from tests.compliance.signing import (
    CLASS,
    COMMANDS,
    GENERAL,
    MORE,
    REASON,
    WAY_TO,
    WHOLE,
    meeting,
    post,
    review,
    review_fail,
    review_open,
    review_pass,
    signed,
)
from tests.factories import AppointmentFactory, OrganisationFactory, UserFactory, region
from tests.registry.people import PractitionerFactory

pytestmark = pytest.mark.django_db
LEADS_TO = {"pass": ReviewState.PASSED, "fail": ReviewState.FAILED, "open": ReviewState.OPEN}


@pytest.fixture
def colleague(db: None) -> User:
    """A second reviewer of 定海's county bureau."""
    return AppointmentFactory(user__display_name="王科长").user


def steps(person: Practitioner) -> list[tuple[str, str, str]]:
    """From, to, who: a review's history."""
    found = AnnualReviewStep.objects.filter(review__practitioner=person).order_by("id")
    return list(found.values_list("before", "after", "actor_name"))


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("state", list(ReviewState))
def test_a_move_is_made_exactly_when_the_table_has_it(
    county: User, colleague: User, state: ReviewState, command: str
) -> None:
    person = signed(county, state)
    to, before = LEADS_TO[command], steps(person)
    if to in REVIEW_MOVES[state]:
        moved = COMMANDS[command](colleague, person)
        assert (moved.state, steps(person)) == (to, [*before, (state, to, "王科长")])
        return
    with pytest.raises(Conflict) as refused:
        COMMANDS[command](colleague, person)
    assert (refused.value.code, steps(person)) == ("state_moved", before)


@pytest.mark.parametrize("command", ["pass", "fail"])
def test_asked_twice_by_one_person_is_one_decision(county: User, command: str) -> None:
    person = meeting(county)
    first, second = COMMANDS[command](county, person), COMMANDS[command](county, person)
    assert (first.pk, len(steps(person))) == (second.pk, 1)
    assert Event.objects.filter(action=f"review.{command}").count() == 1
    assert Message.objects.filter(recipient=person.user, kind__startswith="review.").count() == 1


@pytest.mark.parametrize("activities", [(), (GENERAL, CLASS), (*WHOLE[:2], MORE)])
def test_nobody_passes_a_deficit(county: User, activities: Any) -> None:
    person = PractitionerFactory()
    post(person, county, *activities)
    with pytest.raises(InputError) as refused:
        COMMANDS["pass"](county, person)
    assert refused.value.code == "deficit"
    assert not AnnualReview.objects.exists()
    assert COMMANDS["fail"](county, person).state == ReviewState.FAILED


@pytest.mark.parametrize("command", ["fail", "open"])
@pytest.mark.parametrize(
    ("reason", "code"), [(" ", "reason_missing"), ("电话13800000005", "personal"), ("x" * 501, "too_long")]
)
def test_a_reason_is_needed_and_looked_at(county: User, command: str, reason: str, code: str) -> None:
    person = signed(county, ReviewState.OPEN if command == "fail" else ReviewState.PASSED)
    done = review_fail if command == "fail" else review_open
    with pytest.raises(InputError) as refused:
        done(actor=county, practitioner=person, year=2021, reason=reason)
    assert (refused.value.code, refused.value.field) == (code, "reason")


@pytest.mark.parametrize("year", [2020, 2022])
def test_a_year_without_notice_or_to_come_is_not_reviewed(county: User, year: int) -> None:
    with pytest.raises(InputError) as refused:
        review_pass(actor=county, practitioner=PractitionerFactory(), year=year)
    assert refused.value.code == "year_without_notice"


def test_only_the_own_office_decides_and_never_on_its_own_year(county: User) -> None:
    person, own = meeting(county), meeting(county, user=county)
    city = AppointmentFactory(city=True).user
    far = AppointmentFactory(region=region("putuo")).user
    others = [city, far, person.user, AppointmentFactory(employer_admin=True, organisation=person.organisation).user]
    for actor in (*others, AppointmentFactory(auditor=True).user, UserFactory()):
        for command in COMMANDS.values():
            with pytest.raises(Forbidden):
                command(actor, person)
    with pytest.raises(Forbidden):
        COMMANDS["pass"](county, own)
    municipal = meeting(county, organisation=OrganisationFactory(region=region("city")))
    assert COMMANDS["pass"](city, municipal).region.code == "city"
    assert not AnnualReviewStep.objects.exclude(actor=city).exists()


def test_a_sign_off_names_the_standing_it_saw(county: User) -> None:
    person = meeting(county)
    standing = AnnualStanding.objects.get(practitioner=person)
    done = COMMANDS["pass"](county, person)
    seen = {name: done.seen[name] for name in ("counted_total", "counted_professional", "deficit_total", "meets")}
    assert seen == {"counted_total": 900, "counted_professional": 600, "deficit_total": 0, "meets": True}
    assert done.seen == seen_of(standing) == done.steps.get().seen
    assert (done.decided_by, done.organisation, done.region) == (county, person.organisation, region())
    event = Event.objects.get(action="review.pass")
    assert event.data == {"year": 2021, "practitioner": person.pk, "seen": fingerprint(done.seen)}


def test_what_changed_since_the_page_was_opened_is_not_signed(county: User) -> None:
    person = meeting(county)
    shown = fingerprint(seen_of(AnnualStanding.objects.get(practitioner=person)))
    post(person, county, MORE)
    with pytest.raises(Conflict) as refused:
        review_pass(actor=county, practitioner=person, year=2021, expected=shown)
    assert refused.value.code == "figures_changed"
    now = fingerprint(seen_of(AnnualStanding.objects.get(practitioner=person)))
    assert review_pass(actor=county, practitioner=person, year=2021, expected=now).state == ReviewState.PASSED


@pytest.mark.parametrize("state", [ReviewState.PASSED, ReviewState.FAILED])
def test_a_decided_year_falls_open_when_hours_are_posted_or_reversed(county: User, state: ReviewState) -> None:
    person = signed(county, state)
    post(person, county, MORE)
    fallen = review(person)
    assert (fallen.state, fallen.changed, fallen.decided_by) == (ReviewState.OPEN, True, county)
    assert fallen.steps.last().reason == "审核后学时有变动：合计由90变为96学时，专业科目由60变为66学时。"
    assert (fallen.steps.last().actor, fallen.steps.last().seen["counted_total"]) == (None, 960)
    COMMANDS["pass"](county, person)
    assert (review(person).state, review(person).changed) == (ReviewState.PASSED, False)
    entry = person.entries.filter(source=EntrySource.PLATFORM).order_by("id")[2]
    ledger.reverse(actor=county, entry=entry, reason="证书无效")
    assert (review(person).state, review(person).changed) == (ReviewState.OPEN, True)
    with pytest.raises(InputError):
        COMMANDS["pass"](county, person)
    told = Message.objects.filter(recipient=person.user, kind="review.changed")
    assert [("合计由96变为36学时" in message.body) for message in told.order_by("pk")] == [False, True]
    events = Event.objects.filter(action="review.changed")
    assert [(event.actor, event.object_id) for event in events] == [(None, str(fallen.pk))] * 2


def test_only_a_change_of_what_was_seen_reopens(county: User) -> None:
    person, other = signed(county), signed(county)
    lock_people([person.pk])
    refresh_people([person.pk], 2021)
    post(other, county, MORE)
    assert (review(person).state, len(steps(person))) == (ReviewState.PASSED, 1)
    assert review(other).state == ReviewState.OPEN


def test_a_change_undone_behind_the_portals_back_reopens_nothing(county: User) -> None:
    """The annual check puts a wrong standing right again: it is what was signed."""
    person = signed(county)
    AnnualStanding.objects.filter(practitioner=person).update(counted_total=1)
    lock_people([person.pk])
    refresh_people([person.pk], 2021)
    assert review(person).state == ReviewState.PASSED


def test_many_fall_open_together_in_few_statements(county: User, django_assert_max_num_queries: Any) -> None:
    people = [signed(county) for _ in range(12)]
    AnnualReview.objects.update(seen={"counted_total": 1})
    AnnualStanding.objects.update(counted_total=1)
    ids = [person.pk for person in people]
    lock_people(ids)
    with django_assert_max_num_queries(24):
        refresh_people(ids, 2021)
    assert set(AnnualReview.objects.values_list("state", "changed")) == {(ReviewState.OPEN, True)}
    assert Message.objects.filter(kind="review.changed").count() == 12
    (event,) = Event.objects.filter(action="review.changed")
    assert event.data == {"year": 2021, "rows": 12}


def test_the_person_is_told_each_step_and_why(county: User) -> None:
    person = signed(county, ReviewState.FAILED)
    COMMANDS["open"](county, person)
    COMMANDS["pass"](county, person)
    told = list(Message.objects.filter(recipient=person.user).order_by("pk").values_list("kind", "body"))
    assert [kind for kind, _ in told] == ["review.failed", "review.opened", "review.passed"]
    assert REASON in told[0][1]
    assert "发现材料有误" in told[1][1]


def test_every_state_has_its_way(county: User) -> None:
    assert set(WAY_TO) == set(ReviewState) == set(REVIEW_MOVES)
