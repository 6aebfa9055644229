"""When a roster may and must be handed in (§三（二）): not before its class is over, within the days of the notice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Max
from django.utils import timezone

from courses.models import Roster, TrainingClass
from courses.states import RosterState
from registry.queries.notices import notice_on

SOON = timedelta(days=2)  # how long before the last day the unit is reminded
OPEN_STATES = (RosterState.AWAITED, RosterState.CHECKING, RosterState.IN_ERROR, RosterState.READY)


@dataclass(frozen=True, slots=True)
class Deadline:
    """`opens_at` the moment from which it may be handed in; `due_on` the last day on which it is not late."""

    opens_at: datetime
    due_on: date

    @property
    def is_open(self) -> bool:
        """Whether the class is over."""
        return timezone.now() >= self.opens_at

    @property
    def is_past(self) -> bool:
        """Whether the last day is over: from 00:00:00 of the day after, in Shanghai."""
        return timezone.localdate() > self.due_on

    @property
    def days_left(self) -> int:
        """Days until the last one; negative when it is over."""
        return (self.due_on - timezone.localdate()).days


def due_on(last_day: date) -> date:
    """The last day for the roster of a class that ends on `last_day` (一周内)."""
    return last_day + timedelta(days=notice_on(last_day).class_rules.roster_days)


def deadline_of(training_class: TrainingClass) -> Deadline:
    """Both moments of a class. Where its last day has no hours (online study), it is over with the day."""
    last = training_class.last_day
    ends = training_class.application.sessions.filter(day=last).aggregate(at=Max("ends"))["at"]
    zone = timezone.get_default_timezone()
    over = datetime.combine(last, ends, zone) if ends else datetime.combine(last + timedelta(days=1), time(), zone)
    return Deadline(over, due_on(last))


def first_handed_in(roster: Roster) -> datetime | None:
    """When the roster was first handed in: what was in time stays in time, however often it comes back."""
    first = roster.steps.filter(after=RosterState.SUBMITTED).order_by("id").first()
    return first.at if first else None


def is_late(roster: Roster) -> bool:
    """Whether handing the roster in now is (or the first time was) after its last day. Never for a past year's."""
    if roster.training_class is None:
        return False
    first = first_handed_in(roster)
    day = timezone.localtime(first).date() if first else timezone.localdate()
    return day > due_on(roster.training_class.last_day)
