"""What a change of standings does to reviews: signed years fall open, open ones go with the person to the right office.

Called by `registry.commands.changes` for one person or for a whole bucket, in the transaction that refreshed them and
under its locks; so it works in sets, and a sign-off falls open in the commit of the hours it no longer rests on.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from django.utils import timezone

from compliance.commands.closing_locks import hold_year
from compliance.commands.review_messages import tell_fallen_open
from compliance.models import AnnualReview
from compliance.queries.reviews import among, moved_since, year_is_over
from compliance.queries.seen import change_in_words, seen_of
from compliance.states import ReviewState, fall_open
from office.audit.commands import record
from registry.commands.changes import Change
from registry.models import AnnualStanding
from registry.queries.notices import notice_of_year

_SIGNED = (ReviewState.PASSED, ReviewState.FAILED)


def reviews_follow(change: Change) -> None:
    """Reopen what was signed on other figures, then see to it that everybody's open review lies with its office."""
    _reopen(change.year, {*change.added, *change.changed})
    _place(change.year, {*change.added, *change.changed, *change.moved})


def _reopen(year: int, people: AbstractSet[int]) -> None:
    if not people:
        return
    signed = AnnualReview.objects.filter(among(people), year=year, state__in=_SIGNED)
    found = signed.select_related("practitioner__user", "region")
    reviews = [review for review in found if review.practitioner_id in people]
    if not reviews:
        return
    owners = [review.practitioner_id for review in reviews]
    standings = AnnualStanding.objects.filter(year=year, practitioner__in=owners)
    now = {standing.practitioner_id: seen_of(standing) for standing in standings}
    unlike = [review for review in reviews if review.seen != now[review.practitioner_id]]
    if not unlike:
        return
    hold_year(year, {review.region_id for review in unlike})
    notice = notice_of_year(year)
    figures = {review.pk: now[review.practitioner_id] for review in unlike}
    why = {review.pk: change_in_words(review.seen, figures[review.pk], notice)[:400] for review in unlike}
    fall_open({review: f"审核后学时有变动：{why[review.pk]}。" for review in unlike}, figures)
    _record(year, unlike, why)
    tell_fallen_open(year, unlike, why)


def _record(year: int, reviews: list[AnnualReview], why: dict[int, str]) -> None:
    """One event: of the one review, or how many there were; their own histories tell each."""
    after = ReviewState.OPEN
    if len(reviews) == 1:
        reason = why[reviews[0].pk]
        record(actor=None, action="review.changed", obj=reviews[0], after=after, reason=reason, year=year)
    else:
        record(actor=None, action="review.changed", after=after, year=year, rows=len(reviews))


def _place(year: int, people: AbstractSet[int]) -> None:
    """Open rows go with the office that has them; people whom another office reviews than their own have a row."""
    moved = moved_since(year, people) if year_is_over(year) else {}
    rows = AnnualReview.objects.filter(among(people), year=year)
    there = set()
    for pk, person, state, region, astray, home in list(
        rows.values_list("pk", "practitioner", "state", "region", "astray", "practitioner__region")
    ):
        if person not in people:
            continue
        there.add(person)
        office = region if state != ReviewState.OPEN else moved[person][0] if person in moved else home
        if (office, office != home) != (region, astray):
            AnnualReview.objects.filter(pk=pk).update(region=office, astray=office != home)
    now = timezone.now()
    AnnualReview.objects.bulk_create(
        AnnualReview(practitioner_id=pk, year=year, region_id=region, organisation_id=unit, state_at=now, astray=True)
        for pk, (region, unit) in moved.items()
        if pk not in there
    )
