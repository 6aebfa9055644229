"""What an account's appointments amount to. All read `user.appointments_now`: one query per request."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Appointment, CityOffice, Organisation, Role, Session, User
from accounts.models.appointments import STAFF_ROLES


def regions_reviewed(user: User) -> set[int]:
    """Ids of the regions whose people the user's office reviews: own county, or 市本级 for the city office."""
    return {
        appointment.region_id
        for appointment in user.appointments_now
        if appointment.role in (Role.COUNTY, Role.CITY) and appointment.region_id is not None
    }


def city_office_of(user: User) -> CityOffice | None:
    """For which of the two city offices the user acts; of several appointments the latest says. None for others."""
    held = [one for one in user.appointments_now if one.role == Role.CITY]
    return CityOffice(max(held, key=lambda one: (one.valid_from, one.pk)).office) if held else None


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


def holders_of(*roles: str) -> list[User]:
    """Active accounts with an appointment in force to one of these roles."""
    today = timezone.localdate()
    held = Appointment.objects.filter(role__in=roles, valid_from__lte=today).exclude(valid_to__lt=today)
    return list(User.objects.filter(is_active=True, pk__in=held.values("user")).order_by("pk"))


def acting_for(unit: Organisation, *roles: str) -> list[User]:
    """Active accounts that act for the unit today, in the given roles (both unit roles when none is given)."""
    wanted = roles or (Role.EMPLOYER_ADMIN, Role.ORGANISER)
    today = timezone.localdate()
    held = Appointment.objects.filter(organisation=unit, role__in=wanted, valid_from__lte=today)
    users = held.exclude(valid_to__lt=today).values("user")
    return list(User.objects.filter(is_active=True, pk__in=users).order_by("pk"))


def active_organisations() -> list[Organisation]:
    """Units a person may name as their employer."""
    return list(Organisation.objects.filter(is_active=True).select_related("region").order_by("region__order", "name"))


def accounts_visible_to(user: User) -> QuerySet[User]:
    """Every account for the system administrator, one's own for anybody else."""
    return User.objects.all() if user.has_role(Role.SYSADMIN) else User.objects.filter(pk=user.pk)


def appointments_visible_to(user: User) -> QuerySet[Appointment]:
    """Every appointment for the system administrator, one's own for anybody else."""
    appointments = Appointment.objects.select_related("user", "region", "organisation")
    return appointments if user.has_role(Role.SYSADMIN) else appointments.filter(user=user)


def sign_ins(user: User) -> QuerySet[Session]:
    """The user's sign-ins that have not run out, the latest first."""
    return Session.objects.filter(user=user, expire_date__gt=timezone.now()).order_by("-seen_at")
