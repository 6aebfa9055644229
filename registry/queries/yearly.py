"""A year's registration window and its prescribed courses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from registry.models import PrescribedCourse, RegistrationWindow
from registry.queries.notices import notice_of_year


@dataclass(frozen=True, slots=True)
class Window:
    """From when until when (both days included) activities of `year` may be claimed; `default` when nobody set it."""

    year: int
    opens_on: date
    closes_on: date
    default: bool
    reason: str = ""

    def is_open(self, day: date) -> bool:
        """Whether a claim may be handed in on that day (Shanghai)."""
        return self.opens_on <= day <= self.closes_on


def default_window(year: int) -> Window:
    """**D**: 1 January of the year to 31 January of the next."""
    return Window(year, date(year, 1, 1), date(year + 1, 1, 31), default=True)


def window_of(year: int) -> Window:
    """The year's window as set by the city office, else the default."""
    row = RegistrationWindow.objects.filter(year=year).first()
    if row is None:
        return default_window(year)
    return Window(year, row.opens_on, row.closes_on, default=False, reason=row.reason)


def courses_of(year: int, category: str = "") -> QuerySet[PrescribedCourse]:
    """The year's prescribed courses, of one category or all."""
    courses = PrescribedCourse.objects.filter(year=year)
    return courses.filter(category=category) if category else courses


def platforms_for(year: int) -> dict[str, dict[str, str]]:
    """Category → code → name of the platforms that the year's notice allows for it (§二（一）)."""
    notice = notice_of_year(year)
    return {
        category: {place.code: place.name for place in notice.platforms if category in place.categories}
        for category in notice.categories
    }
