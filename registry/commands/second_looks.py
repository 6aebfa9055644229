"""Looking once more at what was drawn: agreed, or disagreed and then decided by a third person.

Every command locks the claim first and the look second, as reversing a claim does, so that none waits for the other
in a circle. Asking twice answers the same; who comes second is told who was first and when.
"""

from __future__ import annotations

from django.db import transaction

from accounts.guard import require
from accounts.models import User
from office.audit.commands import record
from registry.commands.claim_input import checked_reason
from registry.commands.decisions import claim_reverse
from registry.commands.sampling import tell_office
from registry.models import Claim, SecondLook
from registry.states import SecondLookState, move_look


@transaction.atomic
def look_agree(*, actor: User, look: SecondLook, reason: str = "") -> SecondLook:
    """The second look finds what the first one found."""
    look = _locked(actor, "registry.look_again", look)
    reason = checked_reason(reason)
    if _done_before(look, SecondLookState.AGREED, look.looked_by_id, actor):
        return look
    move_look(look, SecondLookState.AGREED, actor=actor, text=reason)
    record(
        actor=actor,
        action="second_look.agree",
        obj=look,
        before=SecondLookState.OPEN,
        after=look.state,
        reason=reason,
    )
    return look


@transaction.atomic
def look_disagree(*, actor: User, look: SecondLook, reason: str) -> SecondLook:
    """The second look finds that the claim should not have been accepted: a reversal is open, for a third to decide."""
    look = _locked(actor, "registry.look_again", look)
    reason = checked_reason(reason, needed=True)
    if _done_before(look, SecondLookState.DISAGREED, look.looked_by_id, actor):
        return look
    move_look(look, SecondLookState.DISAGREED, actor=actor, text=reason)
    record(
        actor=actor,
        action="second_look.disagree",
        obj=look,
        before=SecondLookState.OPEN,
        after=look.state,
        reason=reason,
    )
    tell_office(look, "second_look.disagreed", besides=[actor, look.first_reviewer])
    return look


@transaction.atomic
def look_uphold(*, actor: User, look: SecondLook, reason: str) -> SecondLook:
    """The third person agrees with the second: the claim is reversed for this reason, and the person told."""
    look = _locked(actor, "registry.look_decide", look)
    reason = checked_reason(reason, needed=True)
    if _done_before(look, SecondLookState.UPHELD, look.decided_by_id, actor):
        return look
    move_look(look, SecondLookState.UPHELD, actor=actor, text=reason)
    record(
        actor=actor,
        action="second_look.uphold",
        obj=look,
        before=SecondLookState.DISAGREED,
        after=look.state,
        reason=reason,
    )
    claim_reverse(actor=actor, claim=look.claim, reason=reason)
    return look


@transaction.atomic
def look_dismiss(*, actor: User, look: SecondLook, reason: str) -> SecondLook:
    """The third person agrees with the first: the claim stays accepted."""
    look = _locked(actor, "registry.look_decide", look)
    reason = checked_reason(reason, needed=True)
    if _done_before(look, SecondLookState.DISMISSED, look.decided_by_id, actor):
        return look
    move_look(look, SecondLookState.DISMISSED, actor=actor, text=reason)
    record(
        actor=actor,
        action="second_look.dismiss",
        obj=look,
        before=SecondLookState.DISAGREED,
        after=look.state,
        reason=reason,
    )
    return look


def _locked(actor: User, permission: str, look: SecondLook) -> SecondLook:
    require(actor, permission, look)
    Claim.objects.select_for_update().get(pk=look.claim_id)
    row = (
        SecondLook.objects.select_for_update(of=("self",))
        .select_related("claim__practitioner", "region", "first_reviewer", "looked_by", "decided_by")
        .get(pk=look.pk)
    )
    require(actor, permission, row)
    return row


def _done_before(look: SecondLook, to: SecondLookState, by: int | None, actor: User) -> bool:
    return look.state == to and by == actor.pk
