"""A claim that reached the wrong office goes to the right one."""

from __future__ import annotations

from django.db import transaction

from accounts.errors import InputError
from accounts.models import Region, User
from office.audit.commands import record
from registry.commands.claim_input import checked_reason
from registry.commands.claim_messages import tell_handed_over
from registry.commands.claim_moves import locked
from registry.models import Claim
from registry.states import hand_over


@transaction.atomic
def claim_hand_over(*, actor: User, claim: Claim, region: Region, reason: str) -> Claim:
    """Give a claim that waits to the office of another region, for a reason; the person is told.

    It keeps its number and its place in the order of handing in. Raises Forbidden, InputError (`region` of the same
    office, `reason`), Conflict when it was decided meanwhile.
    """
    claim = locked(actor, "registry.claim_review", claim)
    reason = checked_reason(reason, needed=True)
    before = claim.region
    if region.pk == before.pk:
        raise InputError("region_same", "这件申报已由该单位受理，请选择其他单位。", field="region")
    hand_over(claim, region, actor=actor, reason=reason)
    record(actor=actor, action="claim.hand_over", obj=claim, before=before.name, after=region.name, reason=reason)
    tell_handed_over(claim, before=before, reason=reason)
    return claim
