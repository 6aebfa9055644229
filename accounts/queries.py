"""What an account's appointments amount to. All read `user.appointments_now`: one query per request."""

from __future__ import annotations

from accounts.models import Organisation, Role, User
from accounts.models.appointments import STAFF_ROLES


def regions_reviewed(user: User) -> set[int]:
    """Ids of the regions whose people the user's office reviews: own county, or 市本级 for the city office."""
    return {
        appointment.region_id
        for appointment in user.appointments_now
        if appointment.role in (Role.COUNTY, Role.CITY) and appointment.region_id is not None
    }


def organisations_run(user: User, *roles: str) -> set[int]:
    """Ids of the units the user acts for, in the given roles (both unit roles when none is given)."""
    wanted = roles or (Role.EMPLOYER_ADMIN, Role.ORGANISER)
    return {
        appointment.organisation_id
        for appointment in user.appointments_now
        if appointment.role in wanted and appointment.organisation_id is not None
    }


def is_staff_role(user: User) -> bool:
    """Whether the user holds any office, auditor's or administrator's role."""
    return user.has_role(*STAFF_ROLES)


def active_organisations() -> list[Organisation]:
    """Units a person may name as their employer."""
    return list(Organisation.objects.filter(is_active=True).select_related("region").order_by("region__order", "name"))
