"""Second looks as an office sees them, and who may take part in one."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import Appointment, Region, Role, User
from accounts.queries import regions_reviewed
from registry.models import SampleRate, SecondLook
from registry.states import SecondLookState


def visible_to(user: User) -> QuerySet[SecondLook]:
    """The own region's for a county, all for the city office; never those of one's own claims."""
    looks = SecondLook.objects.select_related(
        "claim__practitioner__organisation", "region", "first_reviewer", "looked_by", "decided_by"
    ).exclude(claim__practitioner__user=user)
    return looks if user.has_role(Role.CITY) else looks.filter(region_id__in=regions_reviewed(user))


def to_act(user: User) -> QuerySet[SecondLook]:
    """Those that wait for somebody who may be this user: to look at, or to decide what two others saw differently."""
    others = visible_to(user).exclude(first_reviewer=user)
    disagreed = Q(state=SecondLookState.DISAGREED) & ~Q(looked_by=user)
    return others.filter(Q(state=SecondLookState.OPEN) | disagreed)


def rate_of(region: Region) -> Decimal:
    """Per cent of the region's accepted claims that are drawn."""
    row = SampleRate.objects.filter(region=region).first()
    return Decimal(settings.SECOND_LOOK_PERCENT) if row is None else row.percent


def rates(regions: Iterable[Region]) -> dict[Region, Decimal]:
    """The rate of each of these regions, in one query."""
    set_rates = dict(SampleRate.objects.values_list("region", "percent"))
    return {region: set_rates.get(region.pk, Decimal(settings.SECOND_LOOK_PERCENT)) for region in regions}


def others_who_review(region: Region, besides: Iterable[User]) -> list[User]:
    """Reviewers of the region's office besides these people; those of the city office where it has no other."""
    past = [user.pk for user in besides]
    for at in ({"region": region}, {"region__is_city": True}):
        held = _in_force().filter(role__in=[Role.COUNTY, Role.CITY], **at).exclude(user__in=past)
        if found := list(User.objects.filter(is_active=True, pk__in=held.values("user")).order_by("pk")):
            return found
    return []


def _in_force() -> QuerySet[Appointment]:
    today = timezone.localdate()
    return Appointment.objects.filter(valid_from__lte=today).exclude(valid_to__lt=today)
