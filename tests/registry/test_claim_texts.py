"""Reasons and texts as the command takes them, whatever door they come through."""

from __future__ import annotations

import uuid
from dataclasses import replace

import pytest

from accounts.errors import InputError
from accounts.models import User
from registry.commands.claims import claim_draft, claim_update, claim_withdraw
from registry.commands.decisions import claim_accept, claim_refuse, claim_return, claim_reverse
from registry.models import Claim, Practitioner
from registry.states import ClaimState
from tests.registry.people import EXAM, draft, submitted
from tests.registry.stages import claim_in

NEEDED = {"return": claim_return, "refuse": claim_refuse, "reverse": claim_reverse}
FREE = {"accept": claim_accept, "withdraw": claim_withdraw}
HALF_A_CHARACTER = "\ud83d"


def waiting(name: str, person: Practitioner, county: User) -> Claim:
    return claim_in(ClaimState.ACCEPTED if name == "reverse" else ClaimState.SUBMITTED, person, county)


@pytest.mark.parametrize("name", NEEDED)
@pytest.mark.parametrize("reason", ["", " ", "\u3000\n\t"])
def test_a_reason_that_says_nothing_is_none(name: str, reason: str, person: Practitioner, county: User) -> None:
    claim = waiting(name, person, county)
    with pytest.raises(InputError) as refused:
        NEEDED[name](actor=county, claim=claim, reason=reason)
    assert (refused.value.code, refused.value.field) == ("reason_missing", "reason")
    claim.refresh_from_db()
    assert claim.steps.count() == (2 if name == "reverse" else 1)


@pytest.mark.parametrize("name", NEEDED | FREE)
@pytest.mark.parametrize(
    ("reason", "code"),
    [("字" * 501, "too_long"), ("a\x00b", "bad_characters"), (HALF_A_CHARACTER, "bad_characters")],
)
def test_a_reason_that_cannot_be_kept(name: str, reason: str, code: str, person: Practitioner, county: User) -> None:
    claim = waiting(name, person, county)
    actor = person.user if name == "withdraw" else county
    with pytest.raises(InputError) as refused:
        (NEEDED | FREE)[name](actor=actor, claim=claim, reason=reason)
    assert (refused.value.code, refused.value.field) == (code, "reason")
    assert Claim.objects.get(pk=claim.pk).state == claim.state


@pytest.mark.parametrize(
    "reason", ["  理由\n", "字" * 500, "𠮷野家 👍", "a'; DROP TABLE registry_claim; --", "<b>粗</b>"]
)
def test_a_reason_is_kept_as_written(reason: str, person: Practitioner, county: User) -> None:
    claim = claim_refuse(actor=county, claim=submitted(person), reason=reason)
    assert claim.steps.latest("pk").reason == reason.strip()


@pytest.mark.parametrize("name", FREE)
def test_no_reason_is_needed(name: str, person: Practitioner, county: User) -> None:
    claim = submitted(person)
    actor = person.user if name == "withdraw" else county
    done = FREE[name](actor=actor, claim=claim)
    assert done.steps.latest("pk").reason == ""


@pytest.mark.parametrize(
    ("field", "text", "code"),
    [
        ("title", "", "missing_title"),
        ("title", " \u3000", "missing_title"),
        ("title", "字" * 121, "too_long"),
        ("organiser", "字" * 121, "too_long"),
        ("certificate_number", "9" * 61, "too_long"),
        ("note", "字" * 501, "too_long"),
        ("note", "a\x00b", "bad_characters"),
        ("title", HALF_A_CHARACTER, "bad_characters"),
    ],
)
def test_a_text_that_cannot_be_kept(field: str, text: str, code: str, person: Practitioner) -> None:
    claim = draft(person)
    data = replace(EXAM, **{field: text})
    for act in (
        lambda: claim_draft(actor=person.user, practitioner=person, data=data, token=uuid.uuid4()),
        lambda: claim_update(actor=person.user, claim=claim, data=data),
    ):
        with pytest.raises(InputError) as refused:
            act()
        assert (refused.value.code, refused.value.field) == (code, field)
    claim.refresh_from_db()
    assert (Claim.objects.get(), claim.title) == (claim, EXAM.title)


@pytest.mark.parametrize(
    ("field", "most"), [("title", 120), ("organiser", 120), ("certificate_number", 60), ("note", 500)]
)
def test_a_text_as_long_as_its_column_is_kept(field: str, most: int, person: Practitioner) -> None:
    claim = draft(person, replace(EXAM, **{field: "𠮷" * most}))
    claim.refresh_from_db()
    assert getattr(claim, field) == "𠮷" * most
