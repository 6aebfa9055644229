"""What the practitioner is told of a claim's way, in the transaction that moves it."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone

from accounts.models import Region
from office.messages.commands import send
from registry.models import Claim, GroupClaim
from registry.states import ClaimState

_PARAMETERS = {
    ClaimState.SUBMITTED: ("claim.submitted", {"office"}),
    ClaimState.WITHDRAWN: ("claim.withdrawn", {"actor", "why"}),
    ClaimState.ACCEPTED: ("claim.accepted", {"office", "year"}),
    ClaimState.RETURNED: ("claim.returned", {"office", "reason"}),
    ClaimState.REFUSED: ("claim.refused", {"office", "reason"}),
    ClaimState.REVERSED: ("claim.reversed", {"office", "year", "reason"}),
}
# What differs when the person's unit filed it: it is told who did, and that the unit will mend it.
_OF_GROUP = {
    ClaimState.SUBMITTED: ("claim.filed_by_unit", {"office", "unit"}),
    ClaimState.RETURNED: ("claim.returned_to_unit", {"office", "reason"}),
}


def tell_decision(claim: Claim, *, reason: str = "") -> None:
    """Tell the person what became of the claim, as its state says; nothing of drafts, or without an account.

    One message for each step, so that a claim returned twice is told of twice. What a unit filed comes back to the
    unit (§三（三）), which is told, too.
    """
    state, user = ClaimState(claim.state), claim.practitioner.user
    if state not in _PARAMETERS or claim.number is None:
        return
    if claim.group is not None and state == ClaimState.RETURNED:
        _tell_unit(claim, claim.group, reason)
    if user is None:
        return
    by_unit = claim.group is not None and state in _OF_GROUP
    kind, wanted = (_OF_GROUP if by_unit else _PARAMETERS)[state]
    step, actor = claim.steps.order_by("-id").values_list("pk", "actor_name")[0]
    known = {
        "office": claim.region.office_name,
        "year": claim.year,
        "reason": reason,
        "actor": actor,
        "why": f"（原因：{reason}）" if reason else "",
        "unit": claim.group.organisation.name if claim.group else "",
    }
    params: dict[str, object] = {name: value for name, value in known.items() if name in wanted}
    link = reverse("registry:claim_detail", args=[claim.pk])
    send(to=user, kind=kind, key=f"claim_step:{step}", link=link, number=claim.number, subject=claim.title, **params)


def tell_handed_over(claim: Claim, *, before: Region, reason: str) -> None:
    """Tell the person that another office decides on the claim now, and why."""
    user = claim.practitioner.user
    if user is None:
        return
    step = claim.steps.order_by("-id").values_list("pk", flat=True)[0]
    send(
        to=user,
        kind="claim.handed_over",
        key=f"claim_step:{step}",
        link=reverse("registry:claim_detail", args=[claim.pk]),
        number=claim.number,
        subject=claim.title,
        before=before.office_name,
        office=claim.region.office_name,
        reason=reason,
    )


def _tell_unit(claim: Claim, group: GroupClaim, reason: str) -> None:
    """Tell whoever filed for the unit; claims of one group that come back in the same minute are one message."""
    send(
        to=group.filed_by,
        kind="group.returned",
        key=f"group:{group.pk}:returned:{timezone.now():%Y%m%d%H%M}",
        link=reverse("registry:group_detail", args=[group.pk]),
        number=group.number,
        subject=group.title,
        office=claim.region.office_name,
        reason=reason,
    )
