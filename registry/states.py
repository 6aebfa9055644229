"""The one table of legal moves of a claim, and the one function that makes a move.

No other code assigns `Claim.state`. A move writes the state, its history row and its reason together; the caller holds
the row's lock (`select_for_update`) and the transaction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils import timezone

from accounts.errors import Conflict

if TYPE_CHECKING:
    from registry.models import Claim


class ClaimState(models.TextChoices):
    """Where a claim stands."""

    DRAFT = "draft", "草稿"
    SUBMITTED = "submitted", "待审核"
    ACCEPTED = "accepted", "已认定"
    RETURNED = "returned", "已退回"
    REFUSED = "refused", "不予认定"
    WITHDRAWN = "withdrawn", "已撤回"
    REVERSED = "reversed", "已撤销认定"


CLAIM_MOVES: dict[str, frozenset[str]] = {
    ClaimState.DRAFT: frozenset({ClaimState.SUBMITTED, ClaimState.WITHDRAWN}),
    ClaimState.SUBMITTED: frozenset(
        {ClaimState.ACCEPTED, ClaimState.RETURNED, ClaimState.REFUSED, ClaimState.WITHDRAWN},
    ),
    ClaimState.RETURNED: frozenset({ClaimState.SUBMITTED, ClaimState.WITHDRAWN}),
    ClaimState.ACCEPTED: frozenset({ClaimState.REVERSED}),
    ClaimState.REFUSED: frozenset(),
    ClaimState.WITHDRAWN: frozenset(),
    ClaimState.REVERSED: frozenset(),
}
EDITABLE = frozenset({ClaimState.DRAFT, ClaimState.RETURNED})
DECIDED = frozenset({ClaimState.ACCEPTED, ClaimState.RETURNED, ClaimState.REFUSED})


def move(claim: Claim, to: ClaimState, *, actor: Any, reason: str = "") -> None:
    """Move a locked claim to `to`, with its history row.

    Raises Conflict (code `state_moved`) when the table has no such move: it names the state, who made it and when.
    """
    if to not in CLAIM_MOVES[claim.state]:
        raise Conflict("state_moved", _already(claim))
    before, claim.state = claim.state, to
    claim.state_at = timezone.now()
    claim.save()
    claim.steps.create(actor=actor, actor_name=str(actor.display_name), before=before, after=to, reason=reason)


def _already(claim: Claim) -> str:
    last = claim.steps.order_by("-id").first()
    state = ClaimState(claim.state).label
    if last is None:
        return f"本申报现为“{state}”，不能进行此操作。"
    when = timezone.localtime(last.at).strftime("%Y年%-m月%-d日 %H:%M")
    return f"本申报已由{last.actor_name}于{when}变更为“{state}”，不能再进行此操作。"
