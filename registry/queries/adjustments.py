"""Adjusted minimums: whose a user may see, which is in force, which wait for a second person."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from accounts.guard import may
from accounts.models import User
from registry.adjustment_states import AdjustmentState
from registry.models import Adjustment, Practitioner
from registry.queries import people


def visible_to(user: User) -> QuerySet[Adjustment]:
    """All for the city office, which enters and approves them; for others those in force of people they may see."""
    rows = Adjustment.objects.select_related("practitioner__organisation", "entered_by", "decided_by", "revoked_by")
    if may(user, "registry.adjustments_keep"):
        return rows
    return rows.filter(state=AdjustmentState.APPROVED, practitioner__in=people.visible_to(user))


def in_force(practitioner: Practitioner, year: int) -> Adjustment | None:
    """The adjustment that this person's year is judged by, or None: the notice's minimums."""
    rows = Adjustment.objects.filter(practitioner=practitioner, year=year, state=AdjustmentState.APPROVED)
    return rows.select_related("decided_by").first()


def to_approve(user: User) -> QuerySet[Adjustment]:
    """What waits for this user as the second person: neither entered by them nor about them."""
    waiting = visible_to(user).filter(state=AdjustmentState.ENTERED).exclude(entered_by=user)
    return waiting.filter(~Q(practitioner__user=user) | Q(practitioner__user=None))
