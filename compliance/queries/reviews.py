"""Who reviews whose year, and the year's list with the state of each review.

A year without a row is open; `office` is the region that reviews: the row's, else the one that the standing is of. Rows
of people who moved after their year was over are there from the move on (`compliance.commands.review_changes`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from django.db.models import BooleanField, CharField, Count, F, FilteredRelation, Max, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import Organisation, Region, Role, User
from accounts.queries import regions_reviewed
from compliance.models import AnnualReview
from compliance.states import ReviewState
from registry.models import AnnualStanding, LinkState, Practitioner
from registry.queries import people
from registry.queries.links import belonging_on, day_of_year, unit_on

FEW = 1_000
# What the list's filter and the progress call a review: a state, or fallen open after a decision.
CHANGED = "changed"
REVIEW_STATES = [
    (ReviewState.OPEN.value, "未审核"),
    (CHANGED, "已审核后有变动"),
    (ReviewState.PASSED.value, "审核通过"),
    (ReviewState.FAILED.value, "审核不通过"),
]


def year_is_over(year: int) -> bool:
    """Whether 31 December of the year is past: then the unit of that day decides which office reviews (**D**)."""
    return day_of_year(year) < timezone.localdate()


def among(practitioner_ids: Collection[int]) -> Q:
    """Rows of these people; of thousands the rows between the first and the last, from which the caller picks.

    A bucket of the annual check has 10,000 ids: naming each took longer than to look.
    """
    if len(practitioner_ids) < FEW:
        return Q(practitioner__in=practitioner_ids)
    return Q(practitioner__gte=min(practitioner_ids), practitioner__lte=max(practitioner_ids))


def moved_since(year: int, practitioner_ids: Collection[int]) -> dict[int, tuple[int, int]]:
    """Person → (region, unit) of 31 December, of those among these people who belong to another office today."""
    there = belonging_on(date(year, 12, 31)).filter(among(practitioner_ids))
    moved = there.exclude(organisation__region_id=F("practitioner__region_id"))
    rows = moved.values_list("practitioner", "organisation__region", "organisation")
    return {pk: (region, unit) for pk, region, unit in rows if pk in practitioner_ids}


def office_of(practitioner: Practitioner, year: int) -> tuple[Region, Organisation | None]:
    """The region whose office reviews the person's year, and the unit by which it does.

    The unit of 31 December; while the year lasts, today's. Who was in no unit then is reviewed where they belong now.
    """
    if year_is_over(year):
        unit = unit_on(practitioner, date(year, 12, 31))
    else:
        unit = practitioner.organisation if practitioner.link_state == LinkState.CONFIRMED else None
    return (unit.region if unit else practitioner.region), unit


def review_of(practitioner: Practitioner, year: int) -> AnnualReview:
    """The review of a year, or what it would be: open, not saved, with the office and unit that it would have."""
    rows = AnnualReview.objects.select_related("region", "organisation", "decided_by")
    found = rows.filter(practitioner=practitioner, year=year).first()
    if found is None:
        region, unit = office_of(practitioner, year)
        found = AnnualReview(year=year, region=region, organisation=unit, state=ReviewState.OPEN)
    found.practitioner = practitioner
    return found


def people_of_year(user: User, year: int) -> QuerySet[Practitioner]:
    """Whose year the user may see: everybody of `visible_in_year`, and whom the user's office reviews."""
    seen = people.visible_in_year(user, year)
    regions = regions_reviewed(user)
    if user.has_role(Role.CITY) or not regions:
        return seen
    ours = AnnualReview.objects.filter(year=year, region__in=regions)
    return Practitioner.objects.filter(Q(pk__in=seen) | Q(pk__in=ours.values("practitioner")))


def of_year(year: int) -> QuerySet[Any]:
    """Every standing of a year with `office`, `review_state`, `changed` and what the last decision was."""
    this_year = Q(practitioner__annual_reviews__year=year)
    return AnnualStanding.objects.filter(year=year).annotate(
        review=FilteredRelation("practitioner__annual_reviews", condition=this_year),
        office=Coalesce("review__region_id", "region_id"),
        review_state=Coalesce("review__state", Value(ReviewState.OPEN.value), output_field=CharField()),
        changed=Coalesce("review__changed", Value(value=False), output_field=BooleanField()),
    )


def to_review(user: User, year: int) -> QuerySet[Any]:
    """The year's standings that the user's office reviews; the city office sees all."""
    rows = of_year(year)
    return rows if user.has_role(Role.CITY) else rows.filter(lies_with(regions_reviewed(user)))


def with_people(rows: QuerySet[Any]) -> QuerySet[Any]:
    """The rows with what a list shows of each person."""
    found: QuerySet[Any] = rows.select_related("practitioner__organisation", "practitioner__region", "adjustment")
    return found


def with_decision(rows: QuerySet[Any]) -> QuerySet[Any]:
    """The rows of `of_year` with who decided last, when, and the reason given."""
    found: QuerySet[Any] = rows.annotate(
        decided_by=F("review__decided_by__display_name"), decided_at=F("review__decided_at"), reason=F("review__reason")
    )
    return found


def of_offices(rows: QuerySet[Any], region_ids: Iterable[int]) -> QuerySet[Any]:
    """The years that the offices of these regions review."""
    found: QuerySet[Any] = rows.filter(lies_with(region_ids))
    return found


def lies_with(region_ids: Iterable[int]) -> Q:
    """Years of `of_year` that these regions' offices review: of their own people, but for the few astray.

    The same as `office in …`, which the planner cannot estimate: it would read a whole city for a page.
    """
    ids = list(region_ids)
    own = Q(region__in=ids) & (Q(review__isnull=True) | Q(review__astray=False))
    return own | Q(review__astray=True, review__region__in=ids)


def in_state(rows: QuerySet[Any], state: str) -> QuerySet[Any]:
    """Those of `of_year` that stand so (`REVIEW_STATES`)."""
    if state == CHANGED:
        return rows.filter(review__changed=True)
    if state == ReviewState.OPEN:
        return rows.filter(Q(review__isnull=True) | Q(review__state=ReviewState.OPEN, review__changed=False))
    return rows.filter(review__state=state)


def passable(rows: QuerySet[Any], user: User) -> QuerySet[Any]:
    """Those of `of_year` that the user may pass now: of the own office, open, meeting the year, and not the own."""
    ours = rows.filter(lies_with(regions_reviewed(user)), meets=True)
    waiting = Q(review__isnull=True) | Q(review__state=ReviewState.OPEN)
    return ours.filter(waiting).exclude(practitioner__user=user)


def counts(rows: QuerySet[Any]) -> dict[str, int]:
    """How many of these standings meet the year and do not, and how their reviews stand; one query."""
    return dict(rows.order_by().aggregate(**_numbers()))


def _numbers() -> dict[str, Count]:
    return {
        "all": Count("pk"),
        "met": Count("pk", filter=Q(meets=True)),
        "short": Count("pk", filter=Q(meets=False)),
        "passed": Count("pk", filter=Q(review__state=ReviewState.PASSED)),
        "failed": Count("pk", filter=Q(review__state=ReviewState.FAILED)),
        "changed": Count("pk", filter=Q(review__changed=True)),
        "changed_met": Count("pk", filter=Q(review__changed=True, meets=True)),
        "waiting": Count("pk", filter=Q(meets=True) & (Q(review__isnull=True) | Q(review__state=ReviewState.OPEN))),
    }


def waiting_numbers(user: User, year: int) -> dict[str, int]:
    """For the dashboard: `short` of all whom the user sees; `waiting` and `changed` of the own office; one query."""
    ours = lies_with(regions_reviewed(user))
    waits = Q(meets=True) & (Q(review__isnull=True) | Q(review__state=ReviewState.OPEN, review__changed=False))
    return dict(
        to_review(user, year)
        .order_by()
        .aggregate(
            short=Count("pk", filter=Q(meets=False)),
            waiting=Count("pk", filter=ours & waits),
            changed=Count("pk", filter=ours & Q(review__changed=True)),
        )
    )


def progress(user: User, year: int) -> list[dict[str, Any]]:
    """Each office's review of a year: how many people, how many meet it, how their reviews stand; one query.

    `waiting` meet the year and await a decision, those that fell open included; `share` is per cent decided of all who
    meet it or were decided, None where nobody is; `touched` is when a review moved last.
    """
    regions = Region.objects.all() if user.has_role(Role.CITY) else Region.objects.filter(pk__in=regions_reviewed(user))
    return _lines(list(regions), to_review(user, year))


def progress_of(region: Region, year: int) -> dict[str, Any]:
    """One office's line of `progress`."""
    (line,) = _lines([region], of_offices(of_year(year), [region.pk]))
    return line


def _lines(regions: list[Region], rows: QuerySet[Any]) -> list[dict[str, Any]]:
    numbers = _numbers()
    counted = rows.order_by().values("office").annotate(**numbers, touched=Max("review__state_at"))
    found = {row["office"]: row for row in counted}
    empty = {**dict.fromkeys(numbers, 0), "touched": None}
    return [_line(region, found.get(region.pk, empty)) for region in regions]


def _line(region: Region, row: dict[str, Any]) -> dict[str, Any]:
    decided = row["passed"] + row["failed"]
    whole = decided + row["waiting"]
    share = 100 * decided // whole if whole else None
    return {**row, "region": region, "decided": decided, "open": row["all"] - decided - row["changed"], "share": share}
