"""The conditions of §三 for one application: what they need to know, read here and judged by `hours_rules.classes`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.utils import timezone

from courses.models import ClassApplication, Delivery
from courses.queries.applications import route_for
from hours_rules.classes import ROUTE_B, ClassFacts, Condition, conditions
from hours_rules.types import ClassRules, Notice
from office.calendars.queries import YearMissing, latest_with_working_days_before, working_days_between
from registry.queries.notices import notice_on
from units.queries.papers import filed_with_both_on, valid_grade_on


def asked_on(application: ClassApplication) -> date:
    """The day by which the ten working days are counted: of the first hand-in, today for a draft."""
    return timezone.localdate(application.handed_in_at) if application.handed_in_at else timezone.localdate()


def notice_for(application: ClassApplication) -> Notice:
    """The notice that judges the application: the one in force on the day it is handed in."""
    return notice_on(asked_on(application))


def conditions_of(application: ClassApplication) -> tuple[Condition, ...]:
    """Every condition of §三 and whether the application meets it, by what it states and the papers of today."""
    return conditions(facts_of(application), notice_for(application))


def facts_of(application: ClassApplication) -> ClassFacts:
    """What the rules judge: qualifications and filings as valid on the first day of the class (**D**)."""
    unit, handed_in = application.organisation, asked_on(application)
    hours = hours_by_day((session.day, session.hours) for session in application.sessions.all())
    first = min(hours, default=None)
    day = first or handed_in
    counted, problem, latest = _counted(handed_in, first, notice_for(application).class_rules)
    route = route_for(application)
    grade = valid_grade_on(unit, max(day, handed_in)) if route == ROUTE_B else None
    face_to_face = application.delivery == Delivery.FACE_TO_FACE
    return ClassFacts(
        route=route,
        handed_in=handed_in,
        first_day=first,
        working_days=counted,
        calendar_problem=problem,
        latest=latest,
        hours_by_day=hours,
        delivery=application.delivery,
        grade=grade.grade if grade else "",
        filed=face_to_face and filed_with_both_on(unit, max(day, handed_in)),
        lecturers=tuple((lecturer.name, lecturer.title) for lecturer in application.lecturers.all()),
        attachments=frozenset(attachment.kind for attachment in application.attachments.all()),
    )


def hours_by_day(sessions: Iterable[tuple[date, Decimal]]) -> dict[date, Decimal]:
    """The hours of each day of a timetable."""
    found: dict[date, Decimal] = {}
    for day, hours in sessions:
        found[day] = found.get(day, Decimal(0)) + hours
    return found


def _counted(handed_in: date, first: date | None, rules: ClassRules) -> tuple[int | None, str, date | None]:
    """Working days between the two (counted no further than asked for), or why not; the last day in time, if known."""
    if first is None or first <= handed_in:
        return None, "", None
    try:
        counted = working_days_between(handed_in, first, most=rules.apply_working_days)
    except YearMissing as error:
        return None, error.message, None
    try:
        latest = latest_with_working_days_before(first, rules.apply_working_days)
    except YearMissing:
        latest = None
    return counted, "", latest
