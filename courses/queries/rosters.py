"""Rosters (附件2): who may see which."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from accounts.models import Role, User
from courses.models import Roster, RosterKind, RosterRow
from courses.queries import classes


def visible_to(user: User) -> QuerySet[Roster]:
    """Rosters of the classes that the user may see; past years' ledgers are the city office's."""
    seen = Q(training_class__in=classes.visible_to(user))
    if user.has_role(Role.CITY):
        seen |= Q(kind=RosterKind.HISTORY)
    return Roster.objects.filter(seen)


def rows_of(roster: Roster) -> QuerySet[RosterRow]:
    """The rows of the roster's present revision, as numbered in the sheet."""
    return RosterRow.objects.filter(roster=roster, revision=roster.revision).order_by("row")
