"""Attendance on the spot: of a class that is over and awaits its roster, and of the one that is under way today."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import partial

from django.utils import timezone

from courses.commands.attendance import attend, attendance_remove, check_in_close, check_in_open
from courses.models import Attendance, CheckIn, TrainingClass
from courses.states import ApplicationState
from zsjxjy.demo.classes import ORGANISER, TODAY, Story, days_of, stories
from zsjxjy.demo.days import Days, start_of
from zsjxjy.demo.people import Person
from zsjxjy.demo.steps import City, Step

OVER = "工程造价改革与清单计价培训班"
PEOPLE = {OVER: slice(0, 19), TODAY: slice(19, 46)}  # of those with an account
OPENS, CLOSES = timedelta(hours=8, minutes=10), timedelta(hours=16, minutes=40)
MISSED = 6  # every sixth missed the last day
NOT_THERE = "由同事代为扫码，本人未到场。"


def attendance_steps(people: Sequence[Person], days: Days) -> list[Step]:
    """A check-in for every day so far; today's is open from the morning on."""
    here = [person for person in people if person.username]
    taught = {story.title: story for story in stories() if story.title in PEOPLE}
    return [step for title, some in PEOPLE.items() for step in _steps(taught[title], here[some], days)]


def _steps(story: Story, people: Sequence[Person], days: Days) -> Iterator[Step]:
    taught = days_of(story, days)
    if taught[0] < days.first:
        return  # as its class, which is not there either
    for n, day in enumerate(taught):
        opens, closes = start_of(day) + OPENS, start_of(day) + CLOSES
        coming = [person for place, person in enumerate(people, 1) if not n or place % MISSED]
        if opens <= days.now:
            yield Step(opens, partial(_open, title=story.title, day=day))
            for at, person in _arrivals(coming, opens, days.now):
                yield Step(at, partial(_attend, title=story.title, day=day, person=person))
        if closes <= days.now:
            yield Step(closes, partial(_close, title=story.title, day=day, cheated=not n))


def _arrivals(people: Sequence[Person], opens: datetime, now: datetime) -> Iterator[tuple[datetime, Person]]:
    """One after another, twenty seconds apart, as far as the day has come."""
    for n, person in enumerate(people, 1):
        at = opens + n * timedelta(seconds=20)
        if person.registered <= at <= now:
            yield at, person


def _held(title: str) -> TrainingClass | None:
    """The class, where it came about."""
    approved = TrainingClass.objects.filter(title=title, application__state=ApplicationState.APPROVED)
    return approved.select_related("application", "organisation").first()


def _open(city: City, *, title: str, day: date) -> None:
    if (held := _held(title)) is not None and held.application.sessions.filter(day=day).exists():
        check_in_open(actor=city.users[ORGANISER], training_class=held)


def _attend(city: City, *, title: str, day: date, person: Person) -> None:
    check_in = CheckIn.objects.filter(training_class__title=title, day=day).first()
    if check_in is not None and person.username in city.users:
        attend(actor=city.users[person.username], check_in=check_in, scanned_at=timezone.now())


def _close(city: City, *, title: str, day: date, cheated: bool) -> None:
    """The end of the day; on the first one somebody had their phone there and was not."""
    check_in = CheckIn.objects.filter(training_class__title=title, day=day).select_related("training_class").first()
    if check_in is None:
        return
    check_in_close(actor=city.users[ORGANISER], check_in=check_in)
    last = Attendance.objects.filter(check_in=check_in).select_related("check_in__training_class").last()
    if cheated and last is not None:
        attendance_remove(actor=city.users[ORGANISER], attendance=last, reason=NOT_THERE)
