"""Once before the last day: the unit hears that its roster is still awaited (§三（二）)."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction
from django.utils import timezone

from courses.commands.rosters.telling import tell_due
from courses.models import Roster
from courses.queries.deadlines import SOON, due_on
from courses.queries.rosters import awaited

REMIND = "roster_reminders"
Progress = Callable[[int, int], None]


def rosters_reminded(*, progress: Progress) -> int:
    """Remind the units whose rosters are due within the next two days; how many people heard of it.

    Run again, nobody hears of it twice: the message's key is the roster.
    """
    rosters = list(awaited().select_related("training_class__organisation").order_by("pk"))
    told = 0
    for done, roster in enumerate(rosters, 1):
        told += _remind(roster)
        progress(done, len(rosters))
    return told


@transaction.atomic
def _remind(roster: Roster) -> int:
    if roster.training_class is None:
        return 0
    due = due_on(roster.training_class.last_day)
    if not due - SOON <= timezone.localdate() <= due:
        return 0
    return tell_due(roster, due)
