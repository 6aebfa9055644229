"""Two reviewers at once, a hundred times: one decision, one audit row, one ledger line; the other is told by whom."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections
from django.db.models import Sum
from django.urls import reverse
from django.utils import timezone

from accounts.errors import Conflict
from accounts.models import User
from office.audit.models import Event
from registry.commands.decisions import claim_accept, claim_refuse, claim_return, claim_reverse
from registry.models import AnnualStanding, Claim, ClaimStep, EntrySource, HourEntry, Practitioner
from registry.states import ClaimState
from tests.clients import PortalClient
from tests.factories import AppointmentFactory
from tests.faults.crowd import PATIENCE, at_once, browsers
from tests.registry.conftest import own_media
from tests.registry.people import PractitionerFactory, submitted

__all__ = ["own_media"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("open_2021")]

TIMES = 100
REASON = "成绩单看不清"
COMMANDS: dict[str, Callable[..., Claim]] = {
    "accept": claim_accept,
    "refuse": claim_refuse,
    "return": claim_return,
    "reverse": claim_reverse,
}
ENDS = {
    "accept": ClaimState.ACCEPTED,
    "refuse": ClaimState.REFUSED,
    "return": ClaimState.RETURNED,
    "reverse": ClaimState.REVERSED,
}
Outcome = Claim | Exception


@pytest.fixture
def reviewers(db: None) -> tuple[User, User]:
    """Two reviewers of 定海's county bureau."""
    return tuple(AppointmentFactory(user__display_name=name).user for name in ("王科长", "林科员"))


def waiting(number: int) -> list[Claim]:
    """Claims of four people, so that posting for one person meets posting for the same one."""
    people = [PractitionerFactory() for _ in range(4)]
    return [submitted(people[place % 4]) for place in range(number)]


def decide_all(reviewers: tuple[User, User], names: tuple[str, str], claims: list[Claim]) -> list[list[Outcome]]:
    """Both go through the claims, deciding each at the same moment; the outcomes of each of the two."""
    together = threading.Barrier(2)
    outcomes: list[list[Outcome]] = [[], []]

    def one(place: int) -> None:
        for claim in claims:
            together.wait(PATIENCE)
            try:
                outcomes[place].append(COMMANDS[names[place]](actor=reviewers[place], claim=claim, reason=REASON))
            except Exception as error:
                outcomes[place].append(error)
        connections.close_all()

    threads = [threading.Thread(target=one, args=(place,)) for place in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    return outcomes


def told(claim: Claim) -> str:
    """What whoever came second should read."""
    step = claim.steps.latest("pk")
    when = timezone.localtime(step.at).strftime("%Y年%-m月%-d日 %H:%M")
    return f"本申报已由{step.actor_name}于{when}变更为“{ClaimState(step.after).label}”，不能再进行此操作。"


def look_at(claim: Claim, names: tuple[str, str], reviewers: tuple[User, User], pair: tuple[Outcome, Outcome]) -> None:
    """One decision stands, by the one who was told that it does."""
    (winner,) = [place for place in (0, 1) if isinstance(pair[place], Claim)]
    loss = pair[1 - winner]
    assert isinstance(loss, Conflict), loss
    claim.refresh_from_db()
    assert (claim.state, loss.code, loss.message) == (ENDS[names[winner]], "state_moved", told(claim))
    decided = ClaimStep.objects.filter(claim=claim).exclude(after=ClaimState.SUBMITTED)
    assert decided.latest("pk").actor == reviewers[winner]
    events = Event.objects.filter(object_id=str(claim.pk), action__in=[f"claim.{name}" for name in names])
    assert list(events.values_list("actor", "action")) == [(reviewers[winner].pk, f"claim.{names[winner]}")]


@pytest.mark.parametrize("names", [("accept", "accept"), ("accept", "refuse")], ids="/".join)
def test_one_of_two_decisions_stands(names: tuple[str, str], reviewers: tuple[User, User]) -> None:
    claims = waiting(TIMES)
    first, second = decide_all(reviewers, names, claims)
    assert (len(first), len(second)) == (TIMES, TIMES)
    for claim, *pair in zip(claims, first, second, strict=True):
        look_at(claim, names, reviewers, tuple(pair))
        accepted = claim.state == ClaimState.ACCEPTED
        lines = HourEntry.objects.filter(source=EntrySource.CLAIM, source_id=claim.pk)
        assert list(lines.values_list("hours", flat=True)) == ([claim.hours] if accepted else [])
        assert claim.steps.count() == 2
    standings_equal_the_ledger()


@pytest.mark.parametrize("names", [("reverse", "reverse"), ("return", "refuse"), ("accept", "return")], ids="/".join)
def test_the_other_pairs_too(names: tuple[str, str], reviewers: tuple[User, User]) -> None:
    claims = waiting(10)
    if "reverse" in names:
        claims = [claim_accept(actor=reviewers[0], claim=claim) for claim in claims]
    first, second = decide_all(reviewers, names, claims)
    for claim, *pair in zip(claims, first, second, strict=True):
        look_at(claim, names, reviewers, tuple(pair))
    standings_equal_the_ledger()


def standings_equal_the_ledger() -> None:
    for person in Practitioner.objects.all():
        recorded = person.entries.filter(year=2021).aggregate(hours=Sum("hours"))["hours"] or 0
        standing = AnnualStanding.objects.filter(practitioner=person, year=2021).first()
        assert (standing.recorded_total if standing else 0) == recorded


def both_post(*posts: tuple[PortalClient, str, dict[str, str]]) -> list[Any]:
    """The answers to forms posted at the same moment, each in its own window."""
    return at_once([lambda post=post: post[0].post(post[1], post[2]) for post in posts])


def test_a_withdrawal_and_a_decision_at_once(reviewers: tuple[User, User]) -> None:
    (desk,) = browsers(reviewers[0], 1)
    for claim in waiting(20):
        (own,) = browsers(claim.practitioner.user, 1)
        both_post(
            (desk, reverse("registry:review_decide", args=[claim.pk]), {"decision": "accept"}),
            (own, reverse("registry:claim_withdraw", args=[claim.pk]), {"reason": ""}),
        )
        claim.refresh_from_db()
        assert claim.state in {ClaimState.ACCEPTED, ClaimState.WITHDRAWN}
        lines = HourEntry.objects.filter(source_id=claim.pk).count()
        assert (claim.steps.count(), lines) == (2, claim.state == ClaimState.ACCEPTED)


def test_the_page_says_who_was_first_and_when(reviewers: tuple[User, User]) -> None:
    windows = [browsers(reviewer, 1)[0] for reviewer in reviewers]
    for claim in waiting(10):
        url = reverse("registry:review_decide", args=[claim.pk])
        answers = both_post(
            (windows[0], url, {"decision": "accept", "reason": ""}),
            (windows[1], url, {"decision": "refuse", "reason": REASON}),
        )
        assert sorted(answer.status_code for answer in answers) == [302, 409]
        (second,) = [answer for answer in answers if answer.status_code == 409]
        assert told(claim) in second.content.decode()
        assert Event.objects.filter(object_id=str(claim.pk), action__in=["claim.accept", "claim.refuse"]).count() == 1
