"""A claim in any state, brought there by the commands; and each command as one call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from accounts.models import User
from registry.commands.claims import claim_submit, claim_update, claim_withdraw, input_of
from registry.commands.decisions import claim_accept, claim_refuse, claim_return, claim_reverse
from registry.models import Claim, Practitioner
from registry.states import ClaimState
from tests.registry.people import draft, submitted

REASON = "成绩单看不清"
Command = Callable[[User, Claim], Claim]

OWNERS: dict[str, Command] = {
    "update": lambda actor, claim: claim_update(actor=actor, claim=claim, data=replace(input_of(claim), title="更正")),
    "submit": lambda actor, claim: claim_submit(actor=actor, claim=claim),
    "withdraw": lambda actor, claim: claim_withdraw(actor=actor, claim=claim, reason=REASON),
}
OFFICES: dict[str, Command] = {
    "accept": lambda actor, claim: claim_accept(actor=actor, claim=claim, reason=REASON),
    "return": lambda actor, claim: claim_return(actor=actor, claim=claim, reason=REASON),
    "refuse": lambda actor, claim: claim_refuse(actor=actor, claim=claim, reason=REASON),
    "reverse": lambda actor, claim: claim_reverse(actor=actor, claim=claim, reason=REASON),
}
COMMANDS = OWNERS | OFFICES
WAY_TO: dict[ClaimState, tuple[str, ...]] = {
    ClaimState.DRAFT: (),
    ClaimState.SUBMITTED: (),
    ClaimState.ACCEPTED: ("accept",),
    ClaimState.RETURNED: ("return",),
    ClaimState.REFUSED: ("refuse",),
    ClaimState.WITHDRAWN: ("withdraw",),
    ClaimState.REVERSED: ("accept", "reverse"),
}


def run(name: str, claim: Claim, office: User) -> Claim:
    """The command by whoever it belongs to: the claim's owner, or this office."""
    owner = claim.practitioner.user
    assert owner is not None
    return COMMANDS[name](owner if name in OWNERS else office, claim)


def claim_in(state: ClaimState, person: Practitioner, office: User) -> Claim:
    """A claim of this person in this state, decided by this office where a decision is needed."""
    if state == ClaimState.DRAFT:
        return draft(person)
    claim = submitted(person)
    for name in WAY_TO[state]:
        claim = run(name, claim, office)
    assert claim.state == state
    return claim
