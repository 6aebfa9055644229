"""Units as offices and the units themselves see them."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.identity import normalise
from accounts.models import Appointment, Organisation, Role, User
from accounts.queries import organisations_run, regions_reviewed
from registry.models import UnitLink
from registry.states import UnitLinkState


def visible_to(user: User) -> QuerySet[Organisation]:
    """The own unit for who acts for it, units of the own region for a county, all for the city office."""
    units = Organisation.objects.select_related("region", "merged_into")
    if user.has_role(Role.CITY):
        return units
    return units.filter(Q(region_id__in=regions_reviewed(user)) | Q(pk__in=organisations_run(user)))


def listed(user: User) -> QuerySet[Organisation]:
    """The register as an office lists it, each unit with the number of its confirmed people (`people`)."""
    seen = visible_to(user)
    if not user.has_role(Role.CITY):
        seen = seen.filter(region_id__in=regions_reviewed(user))
    confirmed = UnitLink.objects.filter(organisation=OuterRef("pk"), state=UnitLinkState.CONFIRMED).order_by()
    counted = confirmed.values("organisation").annotate(n=Count("pk")).values("n")
    return seen.annotate(people=Coalesce(Subquery(counted), 0))


def find(units: QuerySet[Organisation], text: str) -> QuerySet[Organisation]:
    """By whole code, or by words in the name (brackets of either width)."""
    code = normalise(text)
    name = text.replace("(", "（").replace(")", "）")
    return units.filter(Q(uscc=code) | Q(old_code=code) | Q(name__icontains=text) | Q(name__icontains=name))


def called(units: QuerySet[Organisation], text: str) -> Organisation | None:
    """The one of these units with exactly this name (brackets of either width) or this code."""
    name, code = text.strip().replace("(", "（").replace(")", "）"), normalise(text)
    return units.filter(Q(name=name) | Q(uscc=code) | Q(old_code=code)).first()


def numbers_of(unit: Organisation) -> dict[str, int]:
    """How many people are confirmed at the unit, and how many wait."""
    links = UnitLink.objects.filter(organisation=unit)
    return dict(
        links.aggregate(
            confirmed=Count("pk", filter=Q(state=UnitLinkState.CONFIRMED)),
            pending=Count("pk", filter=Q(state=UnitLinkState.PENDING)),
        )
    )


def admins_of(unit: Organisation) -> QuerySet[Appointment]:
    """Who acts for the unit today."""
    today = timezone.localdate()
    held = unit.appointments.filter(valid_from__lte=today).exclude(valid_to__lt=today)
    return held.select_related("user").order_by("role", "valid_from", "pk")


def moving_with(unit: Organisation) -> list[tuple[str, int]]:
    """What a merge of this record would move, in words with numbers."""
    links = UnitLink.objects.filter(organisation=unit)
    counted: list[tuple[str, Any]] = [
        ("在册人员", links.filter(state=UnitLinkState.CONFIRMED)),
        ("待确认人员", links.filter(state=UnitLinkState.PENDING)),
        ("任职", admins_of(unit)),
        ("资质", unit.qualifications),
        ("面授辅导机构备案", unit.filings),
    ]
    return [(name, rows.count()) for name, rows in counted]
