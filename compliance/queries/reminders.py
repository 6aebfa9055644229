"""Reminders before a year's window closes: the plan with its dates, who is short, and whom a step has yet to reach."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import Appointment, Organisation, Region, Role
from compliance.models import Reminder, ReminderStep, UnitReminder
from office.jobs.models import Job
from office.jobs.states import UNDER_WAY
from registry.models import AnnualStanding
from registry.queries.links import day_of_year, members_on
from registry.queries.notices import has_notice
from registry.queries.yearly import window_of
from units.queries.years import with_year

KIND = "reminders"
USUAL_DAYS = (90, 30, 7)
CATCH_UP = timedelta(days=7)  # how late the schedule still sends a step that nobody asked for on its day


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a year's plan; `row` is None while the usual plan was neither changed nor sent from."""

    year: int
    days: int
    closes_on: date
    is_on: bool = True
    row: ReminderStep | None = None
    job: Job | None = None

    @property
    def name(self) -> str:
        """截止前30天."""
        return f"截止前{self.days}天"

    @property
    def falls_on(self) -> date:
        """The day on which the schedule sends it."""
        return self.closes_on - timedelta(days=self.days)

    @property
    def done_at(self) -> datetime | None:
        """When a run last came to its end."""
        return self.row.done_at if self.row else None

    @property
    def window_over(self) -> bool:
        """Whether nothing can be claimed any more, so that a reminder would come too late."""
        return timezone.localdate() > self.closes_on

    @property
    def waits(self) -> bool:
        """Whether the schedule will send it, today or on a day to come."""
        return self.is_on and self.done_at is None and timezone.localdate() <= self.falls_on + CATCH_UP


def plan_of(year: int) -> list[Step]:
    """The year's steps, the earliest first: those that the city office set, else the usual ones."""
    closes_on = window_of(year).closes_on
    rows = list(ReminderStep.objects.filter(year=year).order_by("-days"))
    if not rows:
        return [Step(year, days, closes_on) for days in USUAL_DAYS]
    jobs = {job.params["days"]: job for job in _under_way(year)}
    return [Step(year, row.days, closes_on, row.is_on, row, jobs.get(row.days)) for row in rows]


def step_of(year: int, days: int) -> Step | None:
    """The step of the year's plan, or None."""
    return next((step for step in plan_of(year) if step.days == days), None)


def _under_way(year: int) -> QuerySet[Job]:
    return Job.objects.filter(kind=KIND, params__year=year, state__in=UNDER_WAY).order_by("created_at")


def due_on(day: date) -> list[Step]:
    """What the schedule sends on that day: of each year whose window is open, the latest step whose day has come.

    An earlier step that nobody sent is passed over: two reminders in one morning say nothing more than one.
    """
    found = []
    for year in (day.year - 1, day.year):
        if has_notice(year):
            come = [step for step in plan_of(year) if step.is_on and step.falls_on <= day]
            if come and come[-1].done_at is None and day <= min(come[-1].falls_on + CATCH_UP, come[-1].closes_on):
                found.append(come[-1])
    return found


def short_people(year: int) -> QuerySet[Any]:
    """Standings of the year that do not meet it (adjusted minimums count), of people who were there in that year.

    Who was entered only after its end and has no hours in it was nobody's practitioner then.
    """
    end = timezone.make_aware(datetime(year + 1, 1, 1))  # noqa: DTZ001 - made aware in Shanghai
    there = Q(practitioner__created_at__lt=end) | Q(recorded_total__gt=Decimal(0))
    return AnnualStanding.objects.filter(there, year=year, meets=False)


REACHABLE = Q(practitioner__user__is_active=True)


def with_told(rows: QuerySet[Any], year: int, days: int) -> QuerySet[Any]:
    """The rows of `short_people` with `told` (reminded at this step) and `reachable` (has an account in use)."""
    at_step = Reminder.objects.filter(step__year=year, step__days=days, practitioner=OuterRef("practitioner"))
    reachable = ExpressionWrapper(REACHABLE & Q(practitioner__user__isnull=False), output_field=BooleanField())
    found: QuerySet[Any] = rows.annotate(told=Exists(at_step), reachable=reachable)
    return found


def left_to_remind(year: int, days: int) -> QuerySet[Any]:
    """Whom a run of this step would remind now."""
    found: QuerySet[Any] = with_told(short_people(year), year, days).filter(REACHABLE, told=False)
    return found


def by_region(year: int, days: int) -> list[dict[str, Any]]:
    """Each region's short people: `short`, `left` to remind, `told` already, and `without` an account; one query."""
    rows = with_told(short_people(year), year, days).order_by().values("region")
    numbers = {
        "short": Count("pk"),
        "left": Count("pk", filter=Q(reachable=True, told=False)),
        "told": Count("pk", filter=Q(told=True)),
        "without": Count("pk", filter=~Q(reachable=True)),
    }
    found = {row["region"]: row for row in rows.annotate(**numbers)}
    empty = dict.fromkeys(numbers, 0)
    return [{**empty, **found.get(region.pk, {}), "region": region} for region in Region.objects.order_by("order")]


def short_in_units(year: int) -> QuerySet[Any]:
    """Links of the units' people who are short: the same rows as a unit's list of the year shows its administrator."""
    links = members_on(day_of_year(year)).filter(organisation__is_active=True)
    return with_year(links, year).filter(meets=False)


def units_short(year: int) -> QuerySet[Organisation]:
    """Units with people who are short."""
    return Organisation.objects.filter(Exists(short_in_units(year).filter(organisation=OuterRef("pk"))))


def units_left(year: int, days: int) -> QuerySet[Organisation]:
    """Units that a run of this step would tell now: those with an administrator, lest nobody counts as told."""
    held = _administrators().filter(organisation=OuterRef("pk"))
    return units_short(year).filter(~Exists(_told(year, days)), Exists(held))


def units_told(year: int, days: int) -> QuerySet[Organisation]:
    """Units with people who are short that the step has told."""
    return units_short(year).filter(Exists(_told(year, days)))


def _told(year: int, days: int) -> QuerySet[UnitReminder]:
    return UnitReminder.objects.filter(step__year=year, step__days=days, organisation=OuterRef("pk"))


def numbers_of(year: int, units: Collection[int]) -> dict[int, tuple[int, int]]:
    """Unit → how many of its people are short, and how many of them have no account in use."""
    rows = short_in_units(year).filter(organisation__in=units).order_by().values("organisation")
    reached = Count("pk", filter=REACHABLE)
    counted = rows.annotate(short=Count("pk"), reached=reached)
    return {row["organisation"]: (row["short"], row["short"] - row["reached"]) for row in counted}


def administrators_of(units: Collection[int]) -> dict[int, list[int]]:
    """Unit → the accounts of its administrators today."""
    found = defaultdict(list)
    held = _administrators().filter(organisation__in=units).order_by("organisation", "user")
    for unit, user in held.values_list("organisation", "user").distinct():
        found[unit].append(user)
    return found


def without_administrator(units: QuerySet[Organisation]) -> QuerySet[Organisation]:
    """Those among the units where nobody would read it."""
    return units.filter(~Exists(_administrators().filter(organisation=OuterRef("pk"))))


def _administrators() -> QuerySet[Appointment]:
    today = timezone.localdate()
    held = Appointment.objects.filter(role=Role.EMPLOYER_ADMIN, user__is_active=True, valid_from__lte=today)
    return held.exclude(valid_to__lt=today)


def sent_at_steps(year: int) -> dict[int, tuple[int, int]]:
    """Days of a step → people reminded and units told so far; one query for each."""
    people = dict(_counted(Reminder.objects.filter(step__year=year)))
    units = dict(_counted(UnitReminder.objects.filter(step__year=year)))
    return {days: (people.get(days, 0), units.get(days, 0)) for days in {*people, *units}}


def _counted(rows: QuerySet[Any]) -> Any:
    return rows.order_by().values_list("step__days").annotate(Count("pk"))
