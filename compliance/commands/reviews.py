"""An office's decisions on one person's year: passed, failed for a reason, opened again for a reason.

Each takes the person's lock first, so that no hours are posted meanwhile and of two people deciding at once one wins
and the other is told who and when; asking twice for the same thing answers the same thing.
"""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from accounts.errors import Conflict, InputError
from accounts.guard import require
from accounts.models import User
from compliance.commands.certificate_changes import certificates_lapse
from compliance.commands.closing_locks import hold_year
from compliance.commands.review_messages import tell_decision
from compliance.models import AnnualReview
from compliance.queries.reviews import office_of, review_of
from compliance.queries.seen import fingerprint, seen_of
from compliance.states import ReviewState, check_review, move_review
from office.audit.commands import record
from registry.commands.claim_input import checked_reason
from registry.commands.standing import lock_people, refresh_people
from registry.models import AnnualStanding, Practitioner
from registry.queries.notices import has_notice, notice_of_year
from registry.queries.years import names_of


@transaction.atomic
def review_pass(
    *, actor: User, practitioner: Practitioner, year: int, reason: str = "", expected: str = ""
) -> AnnualReview:
    """Sign a year that meets the (adjusted) minimums, with the figures it has now.

    `expected` is the fingerprint of the figures that were shown (`queries.seen`). Raises Forbidden; InputError
    `deficit` and those of the year and the reason; Conflict `state_moved` and `figures_changed`.
    """
    reason = checked_reason(reason)
    review, standing = _held(actor, practitioner, year)
    if _decided_before(review, ReviewState.PASSED, actor):
        return review
    _check(review, ReviewState.PASSED, standing, expected)
    if not standing.meets:
        raise InputError("deficit", f"{practitioner.name}{year}年度{_lacking(standing)}，未达标的不能通过审核。")
    return _decide(actor, review, standing, ReviewState.PASSED, reason)


@transaction.atomic
def review_fail(*, actor: User, practitioner: Practitioner, year: int, reason: str, expected: str = "") -> AnnualReview:
    """Decide that a year does not pass; the reason tells the person what to do. Raises what `review_pass` raises."""
    reason = checked_reason(reason, needed=True)
    review, standing = _held(actor, practitioner, year)
    if _decided_before(review, ReviewState.FAILED, actor):
        return review
    _check(review, ReviewState.FAILED, standing, expected)
    return _decide(actor, review, standing, ReviewState.FAILED, reason)


@transaction.atomic
def review_open(*, actor: User, practitioner: Practitioner, year: int, reason: str) -> AnnualReview:
    """Open a decided year again by hand, for a reason: nothing is signed until somebody decides anew."""
    reason = checked_reason(reason, needed=True)
    review, _ = _held(actor, practitioner, year)
    if _decided_before(review, ReviewState.OPEN, actor):
        return review
    check_review(review, ReviewState.OPEN)
    before = review.state
    move_review(review, ReviewState.OPEN, actor=actor, reason=reason)
    record(actor=actor, action="review.open", obj=review, before=before, after=review.state, reason=reason, year=year)
    certificates_lapse(year=year, people=[practitioner.pk], reason="年度审核已重新打开")
    tell_decision(review, reason)
    return review


def _held(actor: User, practitioner: Practitioner, year: int) -> tuple[AnnualReview, AnnualStanding]:
    """The review and the standing as they are, the person locked; guarded before and after the wait."""
    if not has_notice(year) or year > timezone.localdate().year:
        raise InputError("year_without_notice", f"{year}年没有生效的通知或尚未开始，不能审核。", field="year")
    require(actor, "compliance.review", review_of(practitioner, year))
    lock_people([practitioner.pk])
    person = Practitioner.objects.select_related("region", "organisation__region", "user").get(pk=practitioner.pk)
    review = review_of(person, year)
    require(actor, "compliance.review", review)
    hold_year(year, [review.region_id])
    standings = AnnualStanding.objects.filter(practitioner=person, year=year)
    if not standings.exists():  # nobody has composed this year of theirs yet
        refresh_people([person.pk], year)
    return review, standings.get()


def _decided_before(review: AnnualReview, to: ReviewState, actor: User) -> bool:
    """Whether this very decision was made by this very person and stands."""
    if review.pk is None or review.state != to:
        return False
    last = review.steps.order_by("-id").first()
    return last is not None and last.actor_id == actor.pk


def _check(review: AnnualReview, to: ReviewState, standing: AnnualStanding, expected: str) -> None:
    check_review(review, to)
    if expected and expected != fingerprint(seen_of(standing)):
        raise Conflict("figures_changed", "页面打开后学时有变动，请核对现在的学时后再审核。")


def _decide(actor: User, review: AnnualReview, standing: AnnualStanding, to: ReviewState, reason: str) -> AnnualReview:
    before = review.state
    if review.pk is None:
        review.state_at, review.astray = timezone.now(), review.region_id != review.practitioner.region_id
        review.save()
    _, review.organisation = office_of(review.practitioner, review.year)
    review.seen, review.reason = seen_of(standing), reason
    review.decided_by, review.decided_at = actor, timezone.now()
    move_review(review, to, actor=actor, reason=reason)
    action = "review.pass" if to == ReviewState.PASSED else "review.fail"
    record(
        actor=actor,
        action=action,
        obj=review,
        before=before,
        after=to,
        reason=reason,
        year=review.year,
        practitioner=review.practitioner_id,
        seen=fingerprint(review.seen),
    )
    tell_decision(review, reason)
    return review


def _lacking(standing: AnnualStanding) -> str:
    """专业科目缺8学时、合计缺8学时."""
    notice = notice_of_year(standing.year)
    deficits = {name: getattr(standing, f"deficit_{code}") for code, name in names_of(notice).items()}
    return "、".join(f"{name}缺{hours.normalize():f}学时" for name, hours in deficits.items() if hours)
