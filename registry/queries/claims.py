"""Claims as their owner and their office see them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from accounts.models import Role, User
from accounts.queries import organisations_run, regions_reviewed
from registry.models import Claim, ClaimStep, Evidence
from registry.queries.people import practitioner_of
from registry.states import ClaimState

MOST_COUNTED = 200
NOT_HANDED_IN = (ClaimState.DRAFT, ClaimState.WITHDRAWN)


class Count(int):
    """A number that is written 200+ when there are more: nobody waits for the exact one."""

    def __str__(self) -> str:
        return f"{MOST_COUNTED}+" if self > MOST_COUNTED else super().__repr__()

    def __add__(self, other: int) -> Count:
        """Two counts together are written alike."""
        return Count(int(self) + int(other))

    __radd__ = __add__


# What a unit prepares for somebody (§三（三）) is that person's from the moment it is handed in.
REACHED_ITS_PERSON = Q(group__isnull=True) | Q(submitted_at__isnull=False)


def visible_to(user: User) -> QuerySet[Claim]:
    """One's own in every state; what was handed in to the own region for a county, and anywhere for the city office.

    And what one's unit filed for others, for its employer admin.
    """
    seen = Q(practitioner__user=user) & REACHED_ITS_PERSON
    if units := organisations_run(user, Role.EMPLOYER_ADMIN):
        seen |= Q(group__organisation_id__in=units)
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
    mine = Claim.objects.filter(REACHED_ITS_PERSON, practitioner__user=user)
    return mine.select_related("region").order_by("-id")


def own_filed(user: User) -> QuerySet[Claim]:
    """Those that the user filed: what the unit filed for the user is the unit's to change and to take back."""
    return own(user).filter(group__isnull=True)


def queue(user: User) -> QuerySet[Claim]:
    """What the user's office has to decide or has decided, oldest first; never the user's own claims.

    The office's part of `visible_to` alone: without its "or one's own" the index of the queue serves it. Whose claims
    are left out is asked for by the person's id, so that counting them needs no look at people.
    """
    office = _office_sees(user)
    claims = Claim.objects.none() if office is None else Claim.objects.filter(office)
    if (person := practitioner_of(user)) is not None:
        claims = claims.exclude(practitioner=person.pk)
    return claims.select_related("practitioner__organisation", "region", "group").order_by("submitted_at", "id")


def to_decide(user: User) -> QuerySet[Claim]:
    """待审核 claims that lie with the user's own office: the number on the dashboard and the list behind it."""
    return queue(user).filter(state=ClaimState.SUBMITTED, region_id__in=regions_reviewed(user))


def counted(rows: QuerySet[Any]) -> Count:
    """How many rows, as far as anybody counts them at a glance: at most 200 are read."""
    return Count(len(rows.order_by().values_list("pk", flat=True)[: MOST_COUNTED + 1]))


def counts_by_state(claims: QuerySet[Claim], states: Sequence[ClaimState]) -> dict[str, Count]:
    """How many of these claims stand in each of these states, in one query that reads at most 200 of each."""
    parts = [claims.order_by().filter(state=state).values_list("state")[: MOST_COUNTED + 1] for state in states]
    found = Counter(state for (state,) in parts[0].union(*parts[1:], all=True))
    return {state: Count(found[state]) for state in states}


def with_details(claims: QuerySet[Claim]) -> QuerySet[Claim]:
    """A claim ready for its page: person, unit, office, evidence and steps in a fixed number of queries."""
    joined = ("practitioner__organisation", "practitioner__region", "region", "group__organisation")
    looks = ("second_look__first_reviewer", "second_look__looked_by", "second_look__decided_by")
    return claims.select_related(*joined, *looks).prefetch_related(
        Prefetch("evidence", Evidence.objects.order_by("id")),
        Prefetch("steps", ClaimStep.objects.select_related("moved_from", "moved_to")),
    )


def evidence_visible_to(user: User) -> QuerySet[Evidence]:
    """Evidence of the claims that the user may see."""
    return Evidence.objects.filter(claim__in=visible_to(user))


def years_of(claims: QuerySet[Claim]) -> list[int]:
    """The years these claims belong to, newest first."""
    return list(claims.order_by("-year").values_list("year", flat=True).distinct())
