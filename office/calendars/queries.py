"""Working days counted right, or not at all: a year without data is named, never guessed."""

from __future__ import annotations

from datetime import date, timedelta

from accounts.errors import DomainError
from office.calendars.models import CalendarYear, SpecialDay

ONE = timedelta(days=1)
WEEKEND = (5, 6)


class YearMissing(DomainError):
    """The calendar has no data for a year that the question needs (code `calendar_year_missing`)."""

    def __init__(self, year: int) -> None:
        super().__init__(
            "calendar_year_missing",
            f"系统还没有{year}年的工作日数据，请市学时办先录入当年的放假安排。",
        )
        self.year = year


def is_working_day(day: date) -> bool:
    """Whether the offices work on that day. Raises YearMissing."""
    return _Calendar().works(day)


def working_days_between(first: date, second: date, *, most: int | None = None) -> int:
    """How many working days lie strictly between two days (§三（一）: ten before a class). Raises YearMissing.

    Counting from the first day on stops at `most`: later days then need no data.
    """
    calendar, day, found = _Calendar(), first + ONE, 0
    while day < second and found != most:
        found += calendar.works(day)
        day += ONE
    return found


def working_days_so_far(first: date, last: date) -> dict[date, int]:
    """Every day from `first` to `last` → how many working days there were up to it; two of them subtracted tell how
    many working days passed. Raises YearMissing.
    """
    calendar, day, found, so_far = _Calendar(), first, 0, {}
    while day <= last:
        found += calendar.works(day)
        so_far[day] = found
        day += ONE
    return so_far


def latest_with_working_days_before(day: date, count: int) -> date:
    """The latest day that has `count` working days strictly between itself and `day`. Raises YearMissing.

    Only the days counted need data.
    """
    calendar, found = _Calendar(), 0
    while found < count:
        day -= ONE
        found += calendar.works(day)
    return day - ONE


def years_known() -> list[int]:
    """Years with data, newest first."""
    return list(CalendarYear.objects.values_list("year", flat=True))


def years_wanted(today: date) -> list[int]:
    """This year and, from November on, when the next year's arrangement is announced, the next: those without data."""
    wanted = [today.year] + ([today.year + 1] if today.month >= 11 else [])
    known = set(years_known())
    return [year for year in wanted if year not in known]


class _Calendar:
    """The special days of the years asked about, a year read at a time."""

    def __init__(self) -> None:
        self.years: dict[int, dict[date, bool]] = {}

    def works(self, day: date) -> bool:
        """Whether the offices work on that day."""
        special = self.years.get(day.year)
        if special is None:
            special = self.years[day.year] = self._read(day.year)
        return special.get(day, day.weekday() not in WEEKEND)

    @staticmethod
    def _read(year: int) -> dict[date, bool]:
        if not CalendarYear.objects.filter(year=year).exists():
            raise YearMissing(year)
        return dict(SpecialDay.objects.filter(year_id=year).values_list("date", "is_working"))
