"""The days that a roster's people spent in its class, held so that no day counts twice (**D**)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from courses.commands.rosters.moves import present_rows
from courses.models import Roster
from registry.commands.spans import hold, release
from registry.models import SpanSource
from registry.models.fields import to_hours, to_tenths
from registry.queries.notices import notice_on
from registry.queries.spans import Span

ACTIVITY = "training_class"


def hold_days(roster: Roster, people: Mapping[int, int] | None = None) -> None:
    """Hold the class's days for each person: `people` is practitioner → tenths of hours, by default those known.

    A past year's ledger states no days and holds none. Held again, the days are the same.
    """
    if roster.training_class is None:
        return
    if people is None:
        rows = present_rows(roster).filter(practitioner__isnull=False)
        people = {person: to_tenths(hours) for person, hours in rows.values_list("practitioner", "hours")}
    days = _tenths_by_day(roster)
    measured = notice_on(roster.training_class.last_day).activities[ACTIVITY].day_measured
    spans: dict[int, list[Span]] = {}
    shares: dict[int, list[Span]] = {}
    for person, tenths in people.items():
        if tenths not in shares:
            shares[tenths] = [
                Span(day, day, 1, to_hours(part), measured)
                for day, part in zip(days, _shared(tenths, days.values()), strict=True)
            ]
        spans[person] = shares[tenths]
    hold(source=SpanSource.ROSTER, source_id=roster.pk, spans=spans)


def release_days(roster: Roster) -> None:
    """Let the days go: the roster counts no longer."""
    release(source=SpanSource.ROSTER, source_id=roster.pk)


def _tenths_by_day(roster: Roster) -> dict[date, int]:
    """The timetable's days with their tenths of hours, the earliest first."""
    days: dict[date, int] = {}
    held = roster.training_class
    if held is not None:
        for day, hours in held.application.sessions.order_by("day").values_list("day", "hours"):
            days[day] = days.get(day, 0) + to_tenths(hours)
    return days


def _shared(tenths: int, taught: Iterable[int]) -> list[int]:
    """A person's hours over the days, in proportion to what was taught, in whole tenths, at least one a day."""
    parts = list(taught)
    whole, given, shares = sum(parts), 0, []
    for place in range(1, len(parts) + 1):
        left = len(parts) - place
        upto = round(tenths * sum(parts[:place]) / whole) if left else tenths
        share = max(1, min(upto - given, tenths - given - left))
        shares.append(share)
        given += share
    return shares
