"""Who may see whom."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from accounts.models import Role, User
from accounts.queries import organisations_run, regions_reviewed
from registry.models import Practitioner


def practitioner_of(user: User) -> Practitioner | None:
    """The user's own record, or None for a user who is no practitioner; read once per user instance."""
    return Practitioner.objects.select_related("organisation", "region").filter(user=user).first()


def visible_to(user: User) -> QuerySet[Practitioner]:
    """Oneself; the own unit's confirmed people; the own region's people for a county; all for the city office."""
    people = Practitioner.objects.all()
    if user.has_role(Role.CITY):
        return people
    mine = Q(user=user)
    if regions := regions_reviewed(user):
        mine |= Q(region_id__in=regions)
    if units := organisations_run(user, Role.EMPLOYER_ADMIN):
        mine |= Q(organisation_id__in=units)
    return people.filter(mine)
