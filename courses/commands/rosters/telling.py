"""Who hears of a roster: the unit's organisers and administrators, and everybody on it who has an account."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal

from django.urls import reverse
from django.utils import timezone

from accounts.models import Appointment, Organisation, User
from accounts.models.appointments import UNIT_ROLES
from courses.commands.rosters.moves import present_rows
from courses.models import Roster
from office.messages.commands import send, send_many

AT_ONCE = 2_000


def tell_unit(roster: Roster, kind: str, **params: object) -> None:
    """The same news to everybody who acts for the class's unit; of a past year's ledger, to who handed it in."""
    link, key = address(roster), f"{kind}:{roster.pk}:{roster.steps.count()}"
    for user in readers(roster):
        send(to=user, kind=kind, key=key, link=link, **_named(roster), **params)


def tell_due(roster: Roster, due_on: date) -> int:
    """Remind the unit, once, that the last day for the roster is near; how many hear of it."""
    users = readers(roster)
    for user in users:
        send(
            to=user,
            kind="roster.due",
            key=f"roster.due:{roster.pk}",
            link=address(roster),
            subject=_named(roster)["subject"],
            due=f"{due_on.year}年{due_on.month}月{due_on.day}日",
        )
    return len(users)


def tell_people(roster: Roster, kind: str, **params: object) -> int:
    """Each person on the roster who has an account, with their own hours; how many were told."""
    hours: dict[int, Decimal] = defaultdict(Decimal)
    lines = present_rows(roster).filter(practitioner__user__isnull=False)
    for user, given in lines.values_list("practitioner__user", "hours"):
        hours[user] += given
    told, ids = 0, sorted(hours)
    for start in range(0, len(ids), AT_ONCE):
        users = User.objects.in_bulk(ids[start : start + AT_ONCE])
        news = {user: {**_year(roster), **params, "hours": f"{hours[pk].normalize():f}"} for pk, user in users.items()}
        key = f"{kind}:{roster.pk}:{roster.revision}"
        told += send_many(to=news, kind=kind, key=key, link=reverse("registry:ledger"))
    return told


def readers(roster: Roster) -> list[User]:
    """Who is told of a roster."""
    if roster.training_class is None:
        return [roster.submitted_by] if roster.submitted_by else []
    return acting_for(roster.training_class.organisation)


def acting_for(unit: Organisation) -> list[User]:
    """Active accounts that act for a unit today."""
    today = timezone.localdate()
    held = Appointment.objects.filter(organisation=unit, role__in=UNIT_ROLES, valid_from__lte=today)
    holders = held.exclude(valid_to__lt=today).values("user")
    return list(User.objects.filter(is_active=True, pk__in=holders).order_by("pk"))


def address(roster: Roster) -> str:
    """The roster's page."""
    if roster.training_class_id is None:
        return reverse("courses:ledger", args=[roster.pk])
    return reverse("courses:roster", args=[roster.training_class_id])


def _named(roster: Roster) -> dict[str, object]:
    held = roster.training_class
    return {"number": roster.number or "", "subject": held.title if held else f"{roster.year}年度往年台账"}


def _year(roster: Roster) -> dict[str, object]:
    held = roster.training_class
    return {"subject": _named(roster)["subject"], "year": held.last_day.year if held else roster.year}
