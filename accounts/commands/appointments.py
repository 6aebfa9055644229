"""Appointments: who holds which role, where, from when."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from accounts import trail
from accounts.errors import Conflict, InputError
from accounts.guard import require
from accounts.models import Appointment, CityOffice, Organisation, Region, Role, User
from accounts.models.appointments import POWERS, REGION_ROLES, UNIT_ROLES


@transaction.atomic
def appointment_create(
    *,
    actor: User | None,
    user: User,
    role: Role,
    region: Region | None = None,
    organisation: Organisation | None = None,
    office: CityOffice | None = None,
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> Appointment:
    """Give `user` a role from today or `valid_from` on; `valid_to` is its last day.

    Of the two city offices it is 市学时办 unless `office` says otherwise. `actor` None is the set-up that appoints the
    first system administrator, else the system administrator. Raises Forbidden, and InputError `place_wrong` (a role
    without its region or unit), `office_wrong` (a city office for another role), `dates_out_of_order`, `roles_exclude`.
    """
    if actor is not None:
        require(actor, "accounts.appointment_create", user)
    user = User.objects.select_for_update().get(pk=user.pk)  # of two appointments at once the second sees the first
    starts = valid_from or timezone.localdate()
    if valid_to is not None and valid_to < starts:
        raise InputError("dates_out_of_order", "任职的截止日期不能早于开始日期。", "valid_to")
    _check_place(role, region, organisation)
    if office is not None and role != Role.CITY:
        raise InputError("office_wrong", f"“{role.label}”不分办公室，请选择“不适用”。", "office")
    _check_powers(user, role, starts, valid_to)
    appointment = Appointment.objects.create(
        user=user,
        role=role,
        region=region,
        organisation=organisation,
        office=(office or CityOffice.HOURS) if role == Role.CITY else "",
        valid_from=starts,
        valid_to=valid_to,
    )
    trail.record(
        actor=actor,
        action="appointment.create",
        obj=appointment,
        after=role,
        user=user.pk,
        region=region.code if region else None,
        organisation=organisation.pk if organisation else None,
        office=appointment.office,
    )
    return appointment


@transaction.atomic
def appointment_office_set(*, actor: User, appointment: Appointment, office: CityOffice, reason: str) -> Appointment:
    """Let whoever holds the role CITY act for the other city office; what was decided before keeps its office.

    Raises Forbidden, InputError `office_wrong` for another role, `reason_missing`. Asked for twice it happens once.
    """
    require(actor, "accounts.appointment_end", appointment)
    appointment = Appointment.objects.select_for_update().get(pk=appointment.pk)
    if appointment.role != Role.CITY:
        raise InputError("office_wrong", f"“{appointment.get_role_display()}”不分办公室。", "office")
    if appointment.office == office:
        return appointment
    if not reason.strip():
        raise InputError("reason_missing", "请写明理由。", "reason")
    before, appointment.office = appointment.office, office
    appointment.save(update_fields=["office"])
    trail.record(
        actor=actor,
        action="appointment.office",
        obj=appointment,
        reason=reason.strip(),
        before=before,
        after=office.value,
    )
    return appointment


@transaction.atomic
def appointment_end(*, actor: User, appointment: Appointment, last_day: date, reason: str) -> Appointment:
    """Let an appointment end with `last_day`. Asked for twice with the same day, the first answer stands.

    Raises Forbidden, Conflict `appointment_over`, InputError `dates_out_of_order`, `reason_missing`.
    """
    require(actor, "accounts.appointment_end", appointment)
    appointment = Appointment.objects.select_for_update().get(pk=appointment.pk)
    if appointment.valid_to == last_day:
        return appointment
    if appointment.valid_to is not None and appointment.valid_to < timezone.localdate():
        raise Conflict("appointment_over", f"该任职已于{appointment.valid_to:%Y年%-m月%-d日}结束。")
    if last_day < appointment.valid_from:
        raise InputError("dates_out_of_order", "任职的截止日期不能早于开始日期。", "last_day")
    if not reason.strip():
        raise InputError("reason_missing", "请写明理由。", "reason")
    before, appointment.valid_to = appointment.valid_to, last_day
    appointment.save(update_fields=["valid_to"])
    trail.record(
        actor=actor,
        action="appointment.end",
        obj=appointment,
        reason=reason.strip(),
        before=before.isoformat() if before else "",
        after=last_day.isoformat(),
    )
    return appointment


@transaction.atomic
def appointment_hand_over(
    *, actor: User, appointment: Appointment, to: User, first_day: date, reason: str
) -> Appointment:
    """Hand a role at its place over to somebody else from `first_day` on; the one before ends the day before.

    One hand-over at a time: an appointment that already has its last day is not handed over (Conflict
    `hand_over_under_way`). Raises what `appointment_create` and `appointment_end` raise, and InputError `same_person`.
    """
    require(actor, "accounts.appointment_end", appointment)
    appointment = (
        Appointment.objects.select_for_update(of=("self",))
        .select_related("region", "organisation")
        .get(pk=appointment.pk)
    )
    if appointment.valid_to is not None:
        raise Conflict("hand_over_under_way", f"该任职已定于{appointment.valid_to:%Y年%-m月%-d日}结束，不能再次移交。")
    if to.pk == appointment.user_id:
        raise InputError("same_person", "请选择另一人接任。", "to")
    if first_day <= appointment.valid_from:
        raise InputError("dates_out_of_order", "接任日期应晚于原任职的开始日期。", "first_day")
    appointment_end(actor=actor, appointment=appointment, last_day=first_day - timedelta(days=1), reason=reason)
    return appointment_create(
        actor=actor,
        user=to,
        role=Role(appointment.role),
        region=appointment.region,
        organisation=appointment.organisation,
        office=CityOffice(appointment.office) if appointment.office else None,
        valid_from=first_day,
    )


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
    power = POWERS.get(role)
    for other in held:
        clash = POWERS.get(Role(other.role))
        if power and clash and clash != power:
            raise InputError("roles_exclude", f"{clash}与{power}不得由同一人担任（三员分立）。", "role")
