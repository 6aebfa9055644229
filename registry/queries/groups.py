"""Group claims as the unit that filed them and the offices that decide on them see them."""

from __future__ import annotations

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from accounts.models import Role, User
from accounts.queries import organisations_run, regions_reviewed
from registry.models import Claim, Evidence, GroupClaim, Practitioner
from registry.queries import claims
from registry.queries.claims import own
from registry.queries.notices import in_force
from registry.states import ClaimState

# Certificates of a bundle that belong to nobody yet: the unit sees them until they are assigned.
UNASSIGNED = "unassigned"


def filed_by_units_of(user: User) -> QuerySet[GroupClaim]:
    """What the user's units filed or are preparing, the latest first."""
    units = organisations_run(user, Role.EMPLOYER_ADMIN)
    return _with_people(GroupClaim.objects.filter(organisation_id__in=units)).order_by("-id")


def reviewed_by(user: User) -> QuerySet[GroupClaim]:
    """Handed in with at least one claim that the user's office sees: own region for a county, all for the city."""
    groups = GroupClaim.objects.filter(submitted_at__isnull=False)
    if not user.has_role(Role.CITY):
        near = Claim.objects.filter(group=OuterRef("pk"), region_id__in=regions_reviewed(user))
        groups = groups.filter(Exists(near))
    return _with_people(groups)


def visible_to(user: User) -> QuerySet[GroupClaim]:
    """Those of the user's units, and those handed in to the user's office."""
    seen = Q(pk__in=filed_by_units_of(user).order_by().values("pk"))
    if user.has_role(Role.COUNTY, Role.CITY):
        seen |= Q(pk__in=reviewed_by(user).values("pk"))
    return GroupClaim.objects.filter(seen)


def people_of(group: GroupClaim) -> QuerySet[Claim]:
    """The claims of an envelope, in the order of names; without those taken out before they were ever handed in."""
    never = Q(state=ClaimState.WITHDRAWN, number__isnull=True)
    return (
        group.claims.exclude(never).select_related("practitioner", "region").order_by("practitioner__name_sort", "id")
    )


def people_seen_by(user: User, group: GroupClaim) -> QuerySet[Claim]:
    """Those of its claims that the user's office sees."""
    return people_of(group).filter(pk__in=claims.visible_to(user).values("pk"))


def may_join(group: GroupClaim) -> QuerySet[Practitioner]:
    """The unit's confirmed people who are not in the group."""
    there = group.claims.exclude(state=ClaimState.WITHDRAWN)
    return confirmed_people(group.organisation_id).exclude(pk__in=there.values("practitioner"))


def confirmed_people(organisation_id: int) -> QuerySet[Practitioner]:
    """Whom a unit may claim for."""
    return Practitioner.objects.filter(organisation_id=organisation_id, link_state="confirmed")


def evidence_of_units(user: User) -> QuerySet[Evidence]:
    """Files of envelopes that the user's units filed, and of those handed in to the user's office."""
    seen = Q(group__in=filed_by_units_of(user).values("pk"))
    if user.has_role(Role.COUNTY, Role.CITY):
        seen |= Q(group__in=reviewed_by(user).values("pk")) & ~Q(kind=UNASSIGNED)
    return Evidence.objects.filter(seen)


def evidence_visible_to(user: User) -> QuerySet[Evidence]:
    """The above; and for whoever was claimed for what the notice shows to participants: never the list of all."""
    shown = {
        proof.code
        for notice in in_force()
        if notice.group_claims
        for proof in notice.group_claims.evidence
        if proof.shown_to_people
    }
    mine = own(user).filter(group__isnull=False).exclude(state=ClaimState.WITHDRAWN)
    theirs = Q(kind__in=shown, group__in=mine.values("group"))
    return Evidence.objects.filter(theirs | Q(pk__in=evidence_of_units(user).values("pk")))


def _with_people(groups: QuerySet[GroupClaim]) -> QuerySet[GroupClaim]:
    """With how many people, and how many of them in each state that somebody has to act on or that ended well."""
    counted = {
        f"in_{state.value}": Count("claims", filter=Q(claims__state=state))
        for state in ClaimState
        if state != ClaimState.WITHDRAWN
    }
    in_hand = Q(claims__state__in=[state for state in ClaimState if state != ClaimState.WITHDRAWN])
    return groups.select_related("organisation__region", "filed_by").annotate(
        people=Count("claims", filter=in_hand), **counted
    )
