"""The tables of legal moves of annual reviews, certificates and corrections, and the functions that make one.

No other code does. The caller holds the person's lock (`registry.commands.standing.lock_people`; of a correction the
row's) and the transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils import timezone

from accounts.errors import Conflict

if TYPE_CHECKING:
    from compliance.models import AnnualReview, Certificate, Correction


class ReviewState(models.TextChoices):
    """Where the office's review of one person's year stands."""

    OPEN = "open", "待审核"
    PASSED = "passed", "审核通过"
    FAILED = "failed", "审核不通过"


REVIEW_MOVES: dict[str, frozenset[str]] = {
    ReviewState.OPEN: frozenset({ReviewState.PASSED, ReviewState.FAILED}),
    ReviewState.PASSED: frozenset({ReviewState.OPEN}),
    ReviewState.FAILED: frozenset({ReviewState.OPEN}),
}


def check_review(review: AnnualReview, to: ReviewState) -> None:
    """Raise Conflict (`state_moved`) when the table has no such move: it names who moved the review and when."""
    if to in REVIEW_MOVES[review.state]:
        return
    state = ReviewState(review.state).label
    last = review.steps.order_by("-id").first() if review.pk else None
    if last is None:
        raise Conflict("state_moved", f"本年度审核现为“{state}”，不能进行此操作。")
    when = timezone.localtime(last.at).strftime("%Y年%-m月%-d日 %H:%M")
    raise Conflict("state_moved", f"本年度审核已由{last.actor_name}于{when}变更为“{state}”，不能再进行此操作。")


def move_review(review: AnnualReview, to: ReviewState, *, actor: Any, reason: str = "") -> None:
    """Move a locked review, with its history row. Raises what `check_review` raises."""
    check_review(review, to)
    before, review.state = review.state, to
    review.state_at, review.changed = timezone.now(), False
    review.save()
    name = str(actor.display_name)
    review.steps.create(actor=actor, actor_name=name, before=before, after=to, reason=reason, seen=review.seen)


def fall_open(reviews: Mapping[AnnualReview, str], seen: Mapping[int, dict[str, Any]]) -> None:
    """Reopen many decided, locked reviews at once because what they saw changed: review → why.

    By the system; `seen` (review id → figures) is what each step shows. Two statements, however many they are.
    """
    for review in reviews:
        check_review(review, ReviewState.OPEN)
    rows = {review.pk for review in reviews}
    sample = next(iter(reviews))
    type(sample).objects.filter(pk__in=rows).update(state=ReviewState.OPEN, state_at=timezone.now(), changed=True)
    step = sample.steps.model
    step.objects.bulk_create(
        (
            step(
                review=review,
                actor=None,
                actor_name="系统",
                before=review.state,
                after=ReviewState.OPEN,
                reason=why,
                seen=seen[review.pk],
            )
            for review, why in reviews.items()
        ),
        batch_size=2000,
    )


class CertificateState(models.TextChoices):
    """What a certificate is worth; the check page says so."""

    VALID = "valid", "有效"
    SUPERSEDED = "superseded", "已被新证明替代"
    REVOKED = "revoked", "已撤销"


CERTIFICATE_MOVES: dict[str, frozenset[str]] = {
    CertificateState.VALID: frozenset({CertificateState.SUPERSEDED, CertificateState.REVOKED}),
    CertificateState.SUPERSEDED: frozenset(),
    CertificateState.REVOKED: frozenset(),
}


def move_certificate(
    certificate: Certificate, to: CertificateState, *, actor: Any, reason: str, by: Certificate | None = None
) -> None:
    """Move a valid certificate, with its history row; `actor` None is the system, `by` what supersedes it.

    Raises Conflict (`state_moved`) when the table has no such move: it names who moved it and when.
    """
    if to not in CERTIFICATE_MOVES[certificate.state]:
        last = certificate.steps.order_by("-id")[0]
        when = timezone.localtime(last.at).strftime("%Y年%-m月%-d日 %H:%M")
        state = CertificateState(certificate.state).label
        raise Conflict("state_moved", f"本证明已由{last.actor_name}于{when}变更为“{state}”，不能再进行此操作。")
    before, certificate.state = certificate.state, to
    certificate.state_at, certificate.reason, certificate.superseded_by = timezone.now(), reason, by
    certificate.save()
    name = str(actor.display_name) if actor else "系统"
    certificate.steps.create(actor=actor, actor_name=name, before=before, after=to, reason=reason)


class CorrectionState(models.TextChoices):
    """Where a correction of years already in use stands. Two people post one: who proposes, and who agrees."""

    PROPOSED = "proposed", "待复核"
    POSTING = "posting", "正在登记"
    POSTED = "posted", "已登记"
    REFUSED = "refused", "未予同意"
    WITHDRAWN = "withdrawn", "已撤回"


CORRECTION_MOVES: dict[str, frozenset[str]] = {
    CorrectionState.PROPOSED: frozenset(
        {CorrectionState.POSTING, CorrectionState.REFUSED, CorrectionState.WITHDRAWN},
    ),
    CorrectionState.POSTING: frozenset({CorrectionState.POSTED}),
    CorrectionState.POSTED: frozenset(),
    CorrectionState.REFUSED: frozenset(),
    CorrectionState.WITHDRAWN: frozenset(),
}
# There is at most one of these for a version.
CORRECTION_LIVE = (CorrectionState.PROPOSED, CorrectionState.POSTING, CorrectionState.POSTED)


def move_correction(row: Correction, to: CorrectionState, *, actor: Any, remark: str = "") -> None:
    """Move a locked correction, with who, when and why. Conflict (`state_moved`) names who was first and when."""
    if to not in CORRECTION_MOVES[row.state]:
        label, who, at = CorrectionState(row.state).label, row.decided_by, row.decided_at
        when = timezone.localtime(at).strftime("%Y年%-m月%-d日 %H:%M") if at else ""
        by = f"已由{who.display_name}于{when}办理，" if who else ""
        raise Conflict("state_moved", f"这项更正{by}现为“{label}”，不能再进行此操作。")
    row.state = to
    if to == CorrectionState.POSTED:
        row.posted_at = timezone.now()
    else:
        row.decided_by, row.decided_at, row.remark = actor, timezone.now(), remark
    row.save()
