"""Whose figures of hours a user may have explained: whose they may see."""

from __future__ import annotations

from django.db.models import QuerySet

from accounts.models import User
from compliance.queries.reviews import people_of_year
from registry.models import HourEntry, Practitioner
from registry.queries.notices import has_notice


def people_explained(user: User, year: int) -> QuerySet[Practitioner]:
    """Whose year the user may see; of years before the first notice, which compose nothing, one's own lines alone."""
    return people_of_year(user, year) if has_notice(year) else Practitioner.objects.filter(user=user)


def lines_visible_to(user: User, year: int) -> QuerySet[HourEntry]:
    """The ledger's lines of these people, each with its person and what reversed it."""
    rows = HourEntry.objects.filter(practitioner__in=people_explained(user, year))
    return rows.select_related("practitioner__organisation", "practitioner__region", "reverses", "reversed_by")
