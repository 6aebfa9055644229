"""Applications of units as their applicant and the offices see them; and whether a unit is registered already."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from accounts.models import Organisation, Role, User
from accounts.queries import regions_reviewed
from units.models import UnitApplication
from units.states import ApplicationState

CLOSED = (ApplicationState.ACCEPTED, ApplicationState.REFUSED, ApplicationState.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Known:
    """A registered unit with the same name or code, and the field in which they are the same."""

    unit: Organisation
    field: str


def office_sees(user: User) -> QuerySet[UnitApplication]:
    """Applications of the own region for a county, all for the city office, none for anybody else."""
    applications = UnitApplication.objects.select_related("region", "applicant")
    if user.has_role(Role.CITY):
        return applications
    return applications.filter(region_id__in=regions_reviewed(user))


def visible_to(user: User) -> QuerySet[UnitApplication]:
    """One's own, and what the user's office sees."""
    applications = UnitApplication.objects.select_related("region", "applicant", "organisation")
    if user.has_role(Role.CITY):
        return applications
    return applications.filter(Q(applicant=user) | Q(region_id__in=regions_reviewed(user)))


def to_decide(user: User) -> QuerySet[UnitApplication]:
    """待审核 applications that the user may decide: the number on the dashboard and the list behind it."""
    return office_sees(user).filter(state=ApplicationState.SUBMITTED).exclude(applicant=user)


def own(user: User) -> QuerySet[UnitApplication]:
    """The user's own applications, newest first."""
    return UnitApplication.objects.filter(applicant=user).prefetch_related("steps").order_by("-submitted_at", "-pk")


def known_unit(*, name: str, uscc: str | None, old_code: str | None) -> Known | None:
    """The registered unit, open or closed, that has this code or else this name."""
    for field, value in (("uscc", uscc), ("old_code", old_code), ("name", name)):
        if value:
            unit = Organisation.objects.filter(**{field: value}).select_related("merged_into", "region").first()
            if unit is not None:
                return Known(unit, field)
    return None
