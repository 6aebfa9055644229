"""What commands on a claim have in common: its row locked, asked for twice answered once, a move told of."""

from __future__ import annotations

from accounts.guard import require
from accounts.models import User
from office.audit.commands import record
from registry.commands.claim_messages import tell_decision
from registry.commands.spans import release
from registry.models import Claim, SpanSource
from registry.states import HOLDS_DAYS, ClaimState, move


def locked(actor: User, permission: str, claim: Claim) -> Claim:
    """The claim's row as it stands now, locked. The guard judges it too: its office may have changed since."""
    require(actor, permission, claim)
    rows = Claim.objects.select_for_update(of=("self",)).select_related("practitioner", "group")
    row = rows.get(pk=claim.pk)
    require(actor, permission, row)
    return row


def decided_before(claim: Claim, to: ClaimState, actor: User) -> bool:
    """Whether this very decision was already made by this very person, so that asking twice answers the same."""
    if claim.state != to:
        return False
    last = claim.steps.order_by("-id").first()
    return last is not None and last.actor_id == actor.pk


def change(actor: User, claim: Claim, to: ClaimState, reason: str) -> Claim:
    """Move a locked claim, tell the audit trail, and the practitioner of what was decided."""
    if decided_before(claim, to, actor):
        return claim
    action = {
        ClaimState.WITHDRAWN: "claim.withdraw",
        ClaimState.RETURNED: "claim.return",
        ClaimState.REFUSED: "claim.refuse",
        ClaimState.REVERSED: "claim.reverse",
    }[to]
    before = claim.state
    move(claim, to, actor=actor, reason=reason)
    if to not in HOLDS_DAYS:
        release(source=SpanSource.CLAIM, source_id=claim.pk)
    record(actor=actor, action=action, obj=claim, before=before, after=to, reason=reason)
    tell_decision(claim, reason=reason)
    return claim
