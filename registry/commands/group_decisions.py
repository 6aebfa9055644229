"""An office's one decision for everybody of a group claim who still waits, each claim for itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction

from accounts.errors import DomainError
from accounts.guard import require
from accounts.models import User
from office.audit.commands import record
from registry.commands.claim_input import checked_reason
from registry.commands.decisions import claim_accept, claim_refuse, claim_return
from registry.models import Claim, GroupClaim
from registry.queries.groups import people_seen_by
from registry.states import ClaimState

ACCEPT, RETURN, REFUSE = "accept", "return", "refuse"
COMMANDS: dict[str, Callable[..., Claim]] = {ACCEPT: claim_accept, RETURN: claim_return, REFUSE: claim_refuse}


@dataclass(frozen=True, slots=True)
class Decided:
    """What became of one claim: `problem` says why it could not be decided, and is empty when it was."""

    claim: Claim
    problem: str = ""


def group_decide(*, actor: User, group: GroupClaim, decision: str, reason: str = "") -> list[Decided]:
    """Decide in one way on every claim of the group that waits; each in a transaction of its own.

    One that the actor may not decide on (their own, or another office's), or that somebody decided meanwhile, is left
    as it is and says so. InputError `reason_missing` (field `reason`) before anything is decided.
    """
    require(actor, "registry.work_queue")
    reason = checked_reason(reason, needed=decision != ACCEPT)
    waiting = people_seen_by(actor, group).filter(state=ClaimState.SUBMITTED)
    results = [_decide(actor, claim, decision, reason) for claim in waiting]
    with transaction.atomic():
        done = sum(not result.problem for result in results)
        record(actor=actor, action="group.decide", obj=group, after=decision, reason=reason, people=done)
    return results


def _decide(actor: User, claim: Claim, decision: str, reason: str) -> Decided:
    try:
        with transaction.atomic():
            return Decided(COMMANDS[decision](actor=actor, claim=claim, reason=reason))
    except DomainError as error:
        return Decided(claim, error.message)
