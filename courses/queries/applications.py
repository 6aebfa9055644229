"""Class applications (附件1): who may see which."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from accounts.models import Region, Role, User
from accounts.queries import organisations_run, regions_reviewed
from courses.models import Attachment, ClassApplication
from courses.states import ApplicationState, Route
from hours_rules.classes import route_of


def visible_to(user: User) -> QuerySet[ClassApplication]:
    """The own unit's, drafts included; what was handed in: route B of the own region for a county, all for the city."""
    own = Q(organisation__in=organisations_run(user, Role.ORGANISER, Role.EMPLOYER_ADMIN))
    handed_in = ~Q(state=ApplicationState.DRAFT)
    if user.has_role(Role.CITY):
        return ClassApplication.objects.filter(own | handed_in)
    county = Q(route=Route.B, region__in=regions_reviewed(user)) & handed_in
    return ClassApplication.objects.filter(own | county)


def of_units_of(user: User) -> QuerySet[ClassApplication]:
    """The applications of the units that the user acts for, drafts included."""
    units = organisations_run(user, Role.ORGANISER, Role.EMPLOYER_ADMIN)
    return visible_to(user).filter(organisation__in=units).select_related("organisation__region", "region")


def attachments_visible_to(user: User) -> QuerySet[Attachment]:
    """Files of the applications that the user may see."""
    return Attachment.objects.filter(application__in=visible_to(user))


def route_for(application: ClassApplication) -> str:
    """The route it goes, or would go if it were handed in today."""
    return application.route if application.handed_in_at else route_of(application.organisation.business)


def office_of(application: ClassApplication) -> str:
    """The office that looks at it first: on route B the bureau of its region (§三（二）), otherwise the city office."""
    if route_for(application) == Route.A:
        return city_office_name()
    region = application.region if application.handed_in_at else application.organisation.region
    return region.office_name


def city_office_name() -> str:
    """市学时办 as it is printed."""
    return Region.objects.filter(is_city=True).values_list("office_name", flat=True)[0]
