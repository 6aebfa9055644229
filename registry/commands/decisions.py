"""An office's decisions on claims: accepted hours enter the ledger in the same transaction, undone ones are reversed.

Every command locks the claim's row first, so that of two people deciding at once one wins and the other is told who and
when; asking twice for the same thing answers the same thing.
"""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from office.audit.commands import record
from registry.commands import ledger
from registry.commands.claim_input import checked_reason, input_of
from registry.commands.claim_messages import tell_decision
from registry.commands.claim_moves import change, decided_before, locked
from registry.models import Claim, EntrySource, HourEntry
from registry.queries.notices import notice_on
from registry.states import ClaimState, move


@transaction.atomic
def claim_accept(*, actor: User, claim: Claim, reason: str = "") -> Claim:
    """Accept a claim: its hours enter the ledger in the same transaction (§二, §三（四）)."""
    claim = locked(actor, "registry.claim_review", claim)
    reason = checked_reason(reason)
    if decided_before(claim, ClaimState.ACCEPTED, actor):
        return claim
    notice = notice_on(claim.ended_on)
    data = input_of(claim)
    move(claim, ClaimState.ACCEPTED, actor=actor, reason=reason)
    ledger.post(
        actor=actor,
        entries=[
            ledger.NewEntry(
                practitioner=claim.practitioner,
                year=claim.year,
                activity=data.as_activity(),
                notice=notice,
                source=EntrySource.CLAIM,
                source_id=claim.pk,
                facts={"title": claim.title, "number": claim.number, "ended_on": claim.ended_on.isoformat()},
            ),
        ],
    )
    record(actor=actor, action="claim.accept", obj=claim, before=ClaimState.SUBMITTED, after=claim.state, reason=reason)
    tell_decision(claim)
    return claim


@transaction.atomic
def claim_return(*, actor: User, claim: Claim, reason: str) -> Claim:
    """Send a claim back to be mended; the reason tells the practitioner what to do."""
    claim = locked(actor, "registry.claim_review", claim)
    return change(actor, claim, ClaimState.RETURNED, checked_reason(reason, needed=True))


@transaction.atomic
def claim_refuse(*, actor: User, claim: Claim, reason: str) -> Claim:
    """Refuse a claim (不予认定) for a reason."""
    claim = locked(actor, "registry.claim_review", claim)
    return change(actor, claim, ClaimState.REFUSED, checked_reason(reason, needed=True))


@transaction.atomic
def claim_reverse(*, actor: User, claim: Claim, reason: str) -> Claim:
    """Undo an accepted claim by a reversing entry, for a reason; the history keeps both."""
    claim = locked(actor, "registry.claim_reverse", claim)
    reason = checked_reason(reason, needed=True)
    claim = change(actor, claim, ClaimState.REVERSED, reason)
    entry = HourEntry.objects.get(source=EntrySource.CLAIM, source_id=claim.pk, reverses=None)
    ledger.reverse(actor=actor, entry=entry, reason=reason)
    return claim
