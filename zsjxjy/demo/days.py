"""When things happen in the demo: between the first notice's first day and now, never later."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from django.conf import settings
from django.utils import timezone

from accounts.errors import InputError
from hours_rules.notices import shipped

OPENS, CLOSES = 9, 17  # an office's hours
WEEKEND = (5, 6)


@dataclass(frozen=True, slots=True)
class Days:
    """The demo's calendar, in Shanghai: `first` is the first day with a notice, everything happens up to `now`."""

    first: date
    now: datetime

    @property
    def today(self) -> date:
        """The day of `now`."""
        return timezone.localdate(self.now)

    @property
    def years(self) -> tuple[int, ...]:
        """Every year with a notice, oldest first; the last one is this year."""
        return tuple(range(self.first.year, self.today.year + 1))

    def day_in(self, year: int, share: float) -> date:
        """A day of the year so far: share 0 its first, share 1 its last (or today)."""
        start, end = date(year, 1, 1), min(date(year, 12, 31), self.today)
        return start + timedelta(days=round((end - start).days * share))

    def later(self, moment: datetime, wait: timedelta) -> datetime:
        """`wait` after the moment, or half-way to now where that is nearer: nothing lies ahead or out of order."""
        return moment + min(wait, (self.now - moment) / 2)

    def evening(self, earliest: datetime, days: int, rng: Random) -> datetime:
        """So many days after `earliest`, at an hour at which people do their paperwork."""
        wanted = start_of(timezone.localdate(earliest) + timedelta(days=days)) + _minutes(8, 22, rng)
        return wanted if earliest < wanted <= self.now else self.later(earliest, timedelta(hours=3))

    def at_the_office(self, earliest: datetime, days: int, rng: Random) -> datetime:
        """About so many days after `earliest`, on a weekday in office hours where there is one left."""
        for more in range(3):
            wanted = start_of(timezone.localdate(earliest) + timedelta(days=days + more)) + _minutes(OPENS, CLOSES, rng)
            at_work = timezone.localdate(wanted).weekday() not in WEEKEND
            if at_work and earliest < wanted <= self.now:
                return wanted
        return self.later(earliest, timedelta(hours=5))


def demo_days() -> Days:
    """The calendar around PORTAL_TODAY, else around the real day. InputError for a day to come or before any notice."""
    first = min(notice.valid_from for notice in shipped())
    today = settings.PORTAL_TODAY or timezone.localdate()
    if not first <= today <= timezone.localdate():
        raise InputError("portal_today", f"PORTAL_TODAY应在{first}至今天之间，现为{today}。")
    if today == timezone.localdate():
        return Days(first, timezone.now())
    return Days(first, start_of(today) + timedelta(hours=CLOSES))


def start_of(day: date) -> datetime:
    """Midnight at the beginning of the day, in Shanghai."""
    return timezone.make_aware(datetime.combine(day, time.min))


def _minutes(opens: int, closes: int, rng: Random) -> timedelta:
    return timedelta(hours=opens, seconds=rng.randrange((closes - opens) * 3600))
