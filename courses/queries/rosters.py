"""Rosters (附件2): who may see which, and which wait for whom."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from accounts.models import Role, User
from courses.models import Roster, RosterKind, RosterRow
from courses.queries import classes
from courses.queries.deadlines import OPEN_STATES
from courses.states import ApplicationState


def visible_to(user: User) -> QuerySet[Roster]:
    """Rosters of the classes that the user may see; past years' ledgers are the city office's."""
    seen = Q(training_class__in=classes.visible_to(user))
    if user.has_role(Role.CITY):
        seen |= Q(kind=RosterKind.HISTORY)
    return Roster.objects.filter(seen)


def rows_of(roster: Roster) -> QuerySet[RosterRow]:
    """The rows of the roster's present revision, as numbered in the sheet."""
    return RosterRow.objects.filter(roster=roster, revision=roster.revision).order_by("row")


def awaited() -> QuerySet[Roster]:
    """Rosters of classes that stand, not handed in yet; of all units, for the reminder."""
    standing = Q(training_class__application__state=ApplicationState.APPROVED)
    return Roster.objects.filter(standing, kind=RosterKind.CLASS, state__in=OPEN_STATES)


def handed_in(user: User) -> QuerySet[Roster]:
    """What an office works through: rosters handed in once, whatever became of them, and past years' ledgers."""
    return visible_to(user).filter(submitted_at__isnull=False)
