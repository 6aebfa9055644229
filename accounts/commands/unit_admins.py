"""Administrators of units whom an office, not the system administrator, puts in their place."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from accounts import trail
from accounts.errors import Conflict
from accounts.guard import require
from accounts.models import Appointment, Organisation, Role, User
from accounts.models.appointments import UNIT_ROLES


@transaction.atomic
def first_admin_appoint(*, actor: User, user: User, organisation: Organisation) -> Appointment:
    """Make `user` the unit's first 单位管理员, as the office does when it accepts the unit (domain.md).

    Every later one is the system administrator's to appoint. Raises Forbidden, Conflict `has_admin` when the unit ever
    had one.
    """
    require(actor, "accounts.first_admin_appoint", organisation)
    unit = Organisation.objects.select_for_update().get(pk=organisation.pk)
    if unit.appointments.filter(role=Role.EMPLOYER_ADMIN).exists():
        raise Conflict("has_admin", f"“{unit.name}”已有单位管理员，更换请联系系统管理员。")
    appointment = Appointment.objects.create(user=user, role=Role.EMPLOYER_ADMIN, organisation=unit)
    trail.record(
        actor=actor,
        action="appointment.first_admin",
        obj=appointment,
        after=Role.EMPLOYER_ADMIN,
        user=user.pk,
        organisation=unit.pk,
    )
    return appointment


@transaction.atomic
def appointments_move(*, actor: User, from_unit: Organisation, to_unit: Organisation) -> int:
    """Let those who act for one record of a unit act for the record that is kept; how many did.

    Appointments that are over stay with the closed record. Whoever holds the same role at both keeps the one there is.
    """
    for unit in (from_unit, to_unit):
        require(actor, "accounts.organisation_change", unit)
    today = timezone.localdate()
    in_force = Appointment.objects.select_for_update().filter(role__in=UNIT_ROLES).exclude(valid_to__lt=today)
    held = {(row.user_id, row.role) for row in in_force.filter(organisation=to_unit)}
    moved = [row for row in in_force.filter(organisation=from_unit) if (row.user_id, row.role) not in held]
    for row in moved:
        row.organisation = to_unit
        row.save(update_fields=["organisation"])
        trail.record(
            actor=actor,
            action="appointment.move",
            obj=row,
            after=row.role,
            from_organisation=from_unit.pk,
            organisation=to_unit.pk,
        )
    return len(moved)
