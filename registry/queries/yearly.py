"""A year's registration window and its prescribed courses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils import timezone

from hours_rules.types import ActivityRule
from registry.models import Practitioner, PrescribedCourse, RegistrationWindow, WindowReopening
from registry.queries.notices import has_notice, notice_of_year

# The activity under which a platform's course of a category is credited (§二（一）; §二（二）3).
ACTIVITIES = {
    "general_public": "general_public_course",
    "industry_public": "industry_public_course",
    "professional": "online_course",
}


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


def reopened_until(practitioner: Practitioner, year: int, day: date) -> date | None:
    """The last day of the year's reopening for this person that holds on `day`, or None."""
    holding = WindowReopening.objects.filter(practitioner=practitioner, year=year, until__gte=day, closed_at=None)
    return holding.order_by("-until").values_list("until", flat=True).first()


def reopenings_of(year: int) -> QuerySet[WindowReopening]:
    """Everybody for whom the year was opened again, newest first."""
    rows = WindowReopening.objects.filter(year=year)
    return rows.select_related("practitioner__organisation", "opened_by", "closed_by").order_by("-opened_at", "-id")


def windows_shown(practitioner: Practitioner) -> list[tuple[Window, date | None]]:
    """The windows that a person meets today: this year's, last year's, and any opened again for them, newest first."""
    today = timezone.localdate()
    again = WindowReopening.objects.filter(practitioner=practitioner, until__gte=today, closed_at=None)
    until: dict[int, date] = {}
    for row in again:
        until[row.year] = max(row.until, until.get(row.year, row.until))
    years = sorted({today.year, today.year - 1, *until}, reverse=True)
    return [(window_of(year), until.get(year)) for year in years if has_notice(year)]


def courses_of(year: int, category: str = "") -> QuerySet[PrescribedCourse]:
    """The year's prescribed courses, of one category or all."""
    courses = PrescribedCourse.objects.filter(year=year)
    return courses.filter(category=category) if category else courses


def courses_to_claim(activity: ActivityRule, today: date) -> QuerySet[PrescribedCourse]:
    """The courses in use of this year and the last that somebody may have passed, for an activity of their category.

    Empty for activities that no platform gives.
    """
    if activity.code not in ACTIVITIES.values():
        return PrescribedCourse.objects.none()
    years = [today.year, today.year - 1]
    courses = PrescribedCourse.objects.filter(year__in=years, category=activity.category, is_active=True)
    return courses.order_by("-year", "code")


def platforms_for(year: int) -> dict[str, dict[str, str]]:
    """Category → code → name of the platforms that the year's notice allows for it (§二（一）)."""
    notice = notice_of_year(year)
    return {
        category: {place.code: place.name for place in notice.platforms if category in place.categories}
        for category in notice.categories
    }
