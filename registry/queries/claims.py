"""Claims as their owner and their office see them."""

from __future__ import annotations

from django.db.models import Count, Prefetch, Q, QuerySet

from accounts.models import Role, User
from accounts.queries import regions_reviewed
from registry.models import Claim, Evidence
from registry.states import ClaimState

NOT_HANDED_IN = (ClaimState.DRAFT, ClaimState.WITHDRAWN)


def visible_to(user: User) -> QuerySet[Claim]:
    """One's own in every state; what was handed in to the own region for a county, and anywhere for the city office."""
    seen = Q(practitioner__user=user)
    office = _office_sees(user)
    return Claim.objects.filter(seen if office is None else seen | office)


def _office_sees(user: User) -> Q | None:
    handed_in = Q(submitted_at__isnull=False) & ~Q(state=ClaimState.DRAFT)
    if user.has_role(Role.CITY):
        return handed_in
    regions = regions_reviewed(user)
    return handed_in & Q(region_id__in=regions) if regions else None


def own(user: User) -> QuerySet[Claim]:
    """The user's own claims, newest first."""
    return Claim.objects.filter(practitioner__user=user).select_related("region").order_by("-id")


def queue(user: User) -> QuerySet[Claim]:
    """What the user's office has to decide or has decided, oldest first; never the user's own claims.

    The office's part of `visible_to` alone: without its "or one's own" the index of the queue serves it.
    """
    office = _office_sees(user)
    claims = Claim.objects.none() if office is None else Claim.objects.filter(office)
    return (
        claims.exclude(practitioner__user=user)
        .select_related("practitioner__organisation", "region")
        .order_by("submitted_at", "id")
    )


def to_decide(user: User) -> QuerySet[Claim]:
    """待审核 claims that lie with the user's own office: the number on the dashboard and the list behind it."""
    return queue(user).filter(state=ClaimState.SUBMITTED, region_id__in=regions_reviewed(user))


def counts_by_state(claims: QuerySet[Claim]) -> dict[str, int]:
    """How many of these claims stand in each state, in one query."""
    rows = claims.order_by().values("state").annotate(n=Count("pk"))
    return {row["state"]: row["n"] for row in rows}


def with_details(claims: QuerySet[Claim]) -> QuerySet[Claim]:
    """A claim ready for its page: person, unit, office, evidence and steps in a fixed number of queries."""
    return claims.select_related("practitioner__organisation", "practitioner__region", "region").prefetch_related(
        Prefetch("evidence", Evidence.objects.order_by("id")),
        "steps",
    )


def evidence_visible_to(user: User) -> QuerySet[Evidence]:
    """Evidence of the claims that the user may see."""
    return Evidence.objects.filter(claim__in=visible_to(user))


def years_of(claims: QuerySet[Claim]) -> list[int]:
    """The years these claims belong to, newest first."""
    return list(claims.order_by("-year").values_list("year", flat=True).distinct())
