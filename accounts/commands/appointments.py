"""Appointments: who holds which role, where, from when."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from accounts import trail
from accounts.errors import InputError
from accounts.guard import require
from accounts.models import Appointment, Organisation, Region, Role, User
from accounts.models.appointments import REGION_ROLES, UNIT_ROLES

# 三员分立: nobody holds two of these at once.
_POWERS = {Role.SYSADMIN: "系统管理", Role.AUDITOR: "审计", Role.COUNTY: "审核", Role.CITY: "审核"}


@transaction.atomic
def appointment_create(
    *,
    actor: User | None,
    user: User,
    role: Role,
    region: Region | None = None,
    organisation: Organisation | None = None,
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> Appointment:
    """Give `user` a role from today or `valid_from` on; `valid_to` is its last day.

    `actor` None is the set-up that appoints the first system administrator, else the system administrator. Raises
    Forbidden, and InputError `place_wrong` (a role without its region or unit), `dates_out_of_order`, `roles_exclude`.
    """
    if actor is not None:
        require(actor, "accounts.appointment_create", user)
    user = User.objects.select_for_update().get(pk=user.pk)  # of two appointments at once the second sees the first
    starts = valid_from or timezone.localdate()
    if valid_to is not None and valid_to < starts:
        raise InputError("dates_out_of_order", "任职的截止日期不能早于开始日期。", "valid_to")
    _check_place(role, region, organisation)
    _check_powers(user, role, starts, valid_to)
    appointment = Appointment.objects.create(
        user=user, role=role, region=region, organisation=organisation, valid_from=starts, valid_to=valid_to
    )
    trail.record(
        actor=actor,
        action="appointment.create",
        obj=appointment,
        after=role,
        user=user.pk,
        region=region.code if region else None,
        organisation=organisation.pk if organisation else None,
    )
    return appointment


def _check_place(role: Role, region: Region | None, organisation: Organisation | None) -> None:
    """County bureaus have a county, the city office 市本级, unit roles a unit, the others no place at all."""
    if (region is not None) != (role in REGION_ROLES) or (organisation is not None) != (role in UNIT_ROLES):
        raise InputError("place_wrong", f"“{role.label}”的任职地区或单位不对，请核对。", "role")
    if region is not None and region.is_city != (role == Role.CITY):
        raise InputError("place_wrong", f"“{role.label}”不能任职于{region.name}。", "region")


def _check_powers(user: User, role: Role, starts: date, ends: date | None) -> None:
    held = user.appointments.exclude(valid_to__lt=starts)
    if ends is not None:
        held = held.filter(valid_from__lte=ends)
    power = _POWERS.get(role)
    for other in held:
        clash = _POWERS.get(Role(other.role))
        if power and clash and clash != power:
            raise InputError("roles_exclude", f"{clash}与{power}不得由同一人担任（三员分立）。", "role")
