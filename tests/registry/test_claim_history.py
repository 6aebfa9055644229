"""What every command leaves behind: the step, the row's own history and the audit event, or none of them."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, connection

from accounts.errors import InputError
from accounts.models import User
from office.audit.models import Event
from registry.commands.decisions import claim_return
from registry.commands.evidence import evidence_remove
from registry.models import AnnualStanding, Claim, ClaimStep, Evidence, HourEntry, Practitioner
from registry.states import ClaimState
from tests.registry.people import draft, submitted
from tests.registry.stages import COMMANDS, OWNERS, REASON, claim_in, run

START = {"update": ClaimState.RETURNED, "reverse": ClaimState.ACCEPTED}
ENDS = {
    "submit": ClaimState.SUBMITTED,
    "withdraw": ClaimState.WITHDRAWN,
    "accept": ClaimState.ACCEPTED,
    "return": ClaimState.RETURNED,
    "refuse": ClaimState.REFUSED,
    "reverse": ClaimState.REVERSED,
}


def ready_for(name: str, person: Practitioner, county: User) -> Claim:
    """A claim in which the command has something to do."""
    if name == "submit":
        return claim_in(ClaimState.RETURNED, person, county)
    return claim_in(START.get(name, ClaimState.SUBMITTED), person, county)


def everything() -> dict[str, Any]:
    tables = (Claim, ClaimStep, HourEntry, AnnualStanding, Event, Evidence, Claim.pgh_event_model)
    return {table.__name__: list(table.objects.order_by("pk").values()) for table in tables}


def refuse_events() -> None:
    """From here on the audit trail of this transaction takes nothing, whatever the reason may be in life."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE audit_event ADD CONSTRAINT closed CHECK (action = 'nothing') NOT VALID")


@pytest.mark.parametrize("name", ENDS)
def test_a_step_says_who_when_from_to_and_why(name: str, person: Practitioner, county: User) -> None:
    claim = ready_for(name, person, county)
    before = claim.state
    claim = run(name, claim, county)
    step = claim.steps.last()
    assert step is not None
    actor = person.user if name in OWNERS else county
    assert (step.actor, step.actor_name) == (actor, actor.display_name)
    assert (step.before, step.after, step.at) == (before, ENDS[name], claim.state_at)
    assert step.reason == ("" if name == "submit" else REASON)


@pytest.mark.parametrize("name", COMMANDS)
def test_one_event_tells_of_one_command(name: str, person: Practitioner, county: User) -> None:
    claim = ready_for(name, person, county)
    before = claim.state
    count = Event.objects.count()
    run(name, claim, county)
    assert Event.objects.count() == count + 1
    event = Event.objects.latest("pk")
    actor = person.user if name in OWNERS else county
    assert (event.actor, event.actor_name, event.action) == (actor, actor.display_name, f"claim.{name}")
    assert (event.object_type, event.object_id) == ("registry.claim", str(claim.pk))
    assert (event.before, event.after) == (before, ENDS.get(name, before))
    assert event.reason == ("" if name in {"submit", "update"} else REASON)


def test_a_draft_and_its_evidence_leave_events_too(person: Practitioner) -> None:
    claim = submitted(person)
    evidence = claim.evidence.get()
    assert list(Event.objects.order_by("pk").values_list("action", "after")) == [
        ("claim.draft", "draft"),
        ("evidence.add", ""),
        ("claim.submit", "submitted"),
    ]
    assert Event.objects.get(action="evidence.add").data == {"sha256": evidence.sha256_hex, "kind": "exam_result"}


def test_the_rows_history_holds_every_version(person: Practitioner, county: User) -> None:
    claim = claim_in(ClaimState.RETURNED, person, county)
    run("accept", run("submit", run("update", claim, county), county), county)
    versions = claim.events.order_by("pgh_id").values_list("pgh_label", "state", "title")
    title = claim.title
    assert list(versions) == [
        ("insert", "draft", title),
        ("update", "submitted", title),
        ("update", "returned", title),
        ("update", "returned", "更正"),
        ("update", "submitted", "更正"),
        ("update", "accepted", "更正"),
    ]


@pytest.mark.parametrize("name", COMMANDS)
def test_without_its_event_nothing_of_a_command_stands(name: str, person: Practitioner, county: User) -> None:
    claim = ready_for(name, person, county)
    before = everything()
    refuse_events()
    with pytest.raises(IntegrityError, match="closed"):
        run(name, claim, county)
    assert everything() == before


def test_without_its_event_no_draft_and_no_removal_stands(person: Practitioner, county: User) -> None:
    evidence = claim_in(ClaimState.RETURNED, person, county).evidence.get()
    before = everything()
    refuse_events()
    with pytest.raises(IntegrityError, match="closed"):
        draft(person)
    with pytest.raises(IntegrityError, match="closed"):
        evidence_remove(actor=person.user, evidence=evidence)
    assert everything() == before
    assert evidence.file.storage.exists(evidence.file.name)


def test_an_id_number_typed_into_a_reason_is_refused_and_nothing_is_decided(person: Practitioner, county: User) -> None:
    claim = submitted(person)
    with pytest.raises(InputError) as refused:
        claim_return(actor=county, claim=claim, reason=f"证书上是{person.id_number}，不是本人")
    assert (refused.value.code, refused.value.field) == ("personal", "reason")
    assert not Event.objects.filter(action="claim.return").exists()
    assert Claim.objects.get(pk=claim.pk).state == ClaimState.SUBMITTED
