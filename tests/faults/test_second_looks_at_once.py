"""Second looks and batches at once: one outcome each time, whoever else is at the same claim."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
import time_machine
from django.db.models import Sum

from accounts.errors import DomainError
from accounts.models import User
from office.audit.models import Event
from office.jobs.commands import run
from office.jobs.models import Job
from registry.commands.batches import batch_request
from registry.commands.decisions import claim_accept, claim_refuse, claim_reverse
from registry.commands.second_looks import look_agree, look_disagree, look_dismiss, look_uphold
from registry.models import Claim, HourEntry, SampleRate, SecondLook
from registry.states import ClaimState, SecondLookState
from tests.factories import AppointmentFactory, region
from tests.faults.crowd import at_once
from tests.registry.conftest import own_media
from tests.registry.people import PractitionerFactory, submitted

__all__ = ["own_media"]
pytestmark = pytest.mark.django_db(transaction=True)

REASON = "与原件不符"
TIMES = 6


@pytest.fixture(autouse=True)
def autumn_2021() -> Any:
    """Within the registration window of what is claimed."""
    with time_machine.travel("2021-09-01T10:00:00+08:00", tick=False):
        yield


@pytest.fixture
def office(db: None) -> list[User]:
    """Four people of 定海's county bureau, where every accepted claim is drawn."""
    SampleRate.objects.create(region=region(), percent=100, reason="测试")
    return [AppointmentFactory().user for _ in range(4)]


def drawn(first: User) -> SecondLook:
    return SecondLook.objects.get(claim=claim_accept(actor=first, claim=submitted(PractitionerFactory())))


def tried(command: Any, **given: Any) -> Any:
    """What the command answered, or that it said no."""
    try:
        return command(**given)
    except DomainError as error:
        return error


def outcomes(*calls: Any) -> list[Any]:
    return at_once([lambda call=call: tried(call[0], **call[1]) for call in calls])


def test_of_two_second_opinions_one_stands(office: list[User]) -> None:
    for _ in range(TIMES):
        look = drawn(office[0])
        answers = outcomes(
            (look_agree, {"actor": office[1], "look": look}),
            (look_disagree, {"actor": office[2], "look": look, "reason": REASON}),
        )
        assert sum(isinstance(answer, SecondLook) for answer in answers) == 1
        look.refresh_from_db()
        assert (
            Event.objects.filter(object_id=str(look.pk), action__startswith="second_look.")
            .exclude(action="second_look.draw")
            .count()
            == 1
        )


@pytest.mark.parametrize("other", ["dismiss", "uphold", "reverse"])
def test_an_upheld_disagreement_reverses_once(office: list[User], other: str) -> None:
    first, second, third, fourth = office
    for _ in range(TIMES):
        look = look_disagree(actor=second, look=drawn(first), reason=REASON)
        claim = Claim.objects.get(pk=look.claim_id)
        rival = {
            "dismiss": (look_dismiss, {"actor": fourth, "look": look, "reason": REASON}),
            "uphold": (look_uphold, {"actor": fourth, "look": look, "reason": REASON}),
            "reverse": (claim_reverse, {"actor": fourth, "claim": claim, "reason": REASON}),
        }[other]
        answers = outcomes((look_uphold, {"actor": third, "look": look, "reason": REASON}), rival)
        assert sum(not isinstance(answer, Exception) for answer in answers) == 1, answers
        claim.refresh_from_db()
        look.refresh_from_db()
        reversed_ = claim.state == ClaimState.REVERSED
        assert reversed_ == (look.state == SecondLookState.UPHELD)
        left = HourEntry.objects.filter(source_id=claim.pk).aggregate(hours=Sum("hours"))["hours"]
        assert left == (0 if reversed_ else claim.hours)


def test_a_batch_meets_a_colleague(office: list[User]) -> None:
    """Each claim is decided once, and the batch says which ones it was not."""
    claims = [submitted(PractitionerFactory()) for _ in range(TIMES)]
    job = batch_request(actor=office[0], claims=[claim.pk for claim in claims], token=uuid.uuid4())

    def refuse_all() -> None:
        for claim in reversed(claims):
            tried(claim_refuse, actor=office[1], claim=claim, reason=REASON)

    at_once([lambda: run(str(job.pk)), refuse_all])
    told = {line["claim"]: line["outcome"] for line in Job.objects.get(pk=job.pk).result["results"]}
    for claim in claims:
        claim.refresh_from_db()
        assert told[claim.pk] == {"accepted": "done", "refused": "decided"}[claim.state]
        assert claim.steps.count() == 2
    assert HourEntry.objects.count() == sum(outcome == "done" for outcome in told.values())


def test_a_batch_asked_for_by_two_workers_is_done_once(office: list[User]) -> None:
    claims = [submitted(PractitionerFactory()) for _ in range(TIMES)]
    job = batch_request(actor=office[0], claims=[claim.pk for claim in claims], token=uuid.uuid4())
    at_once([lambda: run(str(job.pk)), lambda: run(str(job.pk))])
    assert [line["outcome"] for line in Job.objects.get(pk=job.pk).result["results"]] == ["done"] * TIMES
    assert HourEntry.objects.count() == TIMES
