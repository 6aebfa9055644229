"""What a person is told of the review of their year, in the transaction that decides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import uuid4

from django.urls import reverse

from accounts.models import User
from compliance.models import AnnualReview
from compliance.states import ReviewState
from office.messages.commands import send, send_many

_KINDS = {
    ReviewState.PASSED: "review.passed",
    ReviewState.FAILED: "review.failed",
    ReviewState.OPEN: "review.opened",
}


def tell_decision(review: AnnualReview, reason: str) -> None:
    """Tell the person what was decided of their year, if they have an account; one message for each step."""
    user = review.practitioner.user
    if user is None:
        return
    state = ReviewState(review.state)
    params: dict[str, object] = {"year": review.year, "office": review.region.office_name}
    if state != ReviewState.PASSED:
        params["reason"] = reason
    step = review.steps.order_by("-id").values_list("pk", flat=True)[0]
    link = reverse("registry:ledger_year", args=[review.year])
    send(to=user, kind=_KINDS[state], key=f"review_step:{step}", link=link, **params)


def tell_fallen_open(year: int, reviews: Iterable[AnnualReview], why: Mapping[int, str]) -> None:
    """Tell everybody with an account whose signed year changed; a few statements for thousands."""
    told: dict[User, dict[str, object]] = {}
    for review in reviews:
        user = review.practitioner.user
        if user is not None:
            told[user] = {"year": year, "office": review.region.office_name, "change": why[review.pk]}
    if told:
        key = f"review_changed:{uuid4()}"
        send_many(to=told, kind="review.changed", key=key, link=reverse("registry:ledger_year", args=[year]))
