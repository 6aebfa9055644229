"""Class applications (附件1): who may see which."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from accounts.models import Role, User
from accounts.queries import organisations_run, regions_reviewed
from courses.models import ClassApplication
from courses.states import ApplicationState, Route


def visible_to(user: User) -> QuerySet[ClassApplication]:
    """The own unit's, drafts included; what was handed in: route B of the own region for a county, all for the city."""
    own = Q(organisation__in=organisations_run(user, Role.ORGANISER, Role.EMPLOYER_ADMIN))
    handed_in = ~Q(state=ApplicationState.DRAFT)
    if user.has_role(Role.CITY):
        return ClassApplication.objects.filter(own | handed_in)
    county = Q(route=Route.B, region__in=regions_reviewed(user)) & handed_in
    return ClassApplication.objects.filter(own | county)
