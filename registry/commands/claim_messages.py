"""What the practitioner is told of a decision, in the transaction that decides."""

from __future__ import annotations

from django.urls import reverse

from office.messages.commands import send
from registry.models import Claim
from registry.states import ClaimState

_KINDS = {
    ClaimState.ACCEPTED: "claim.accepted",
    ClaimState.RETURNED: "claim.returned",
    ClaimState.REFUSED: "claim.refused",
    ClaimState.REVERSED: "claim.reversed",
}
_WITH_YEAR = {ClaimState.ACCEPTED, ClaimState.REVERSED}


def tell_decision(claim: Claim, *, reason: str = "") -> None:
    """Tell the person that the claim was decided as its state says; nothing for other states, or without an account.

    One message for each step, so that a claim returned twice is told of twice.
    """
    state = ClaimState(claim.state)
    user = claim.practitioner.user
    if state not in _KINDS or user is None:
        return
    step = claim.steps.order_by("-id").values_list("pk", flat=True).first()
    params: dict[str, object] = {"number": claim.number, "subject": claim.title, "office": claim.region.office_name}
    if state in _WITH_YEAR:
        params["year"] = claim.year
    if state != ClaimState.ACCEPTED:
        params["reason"] = reason
    link = reverse("registry:claim_detail", args=[claim.pk])
    send(to=user, kind=_KINDS[state], key=f"claim_step:{step}", link=link, **params)
