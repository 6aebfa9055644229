"""The parts of an application saved one by one, as they are filled in; all of a part or nothing.

`stamp` is what the page was shown with (`courses.queries.parts.stamp_of`): of two pages open at once the later one is
refused instead of wiping out what the first saved.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from django.db import transaction

from accounts.errors import InputError
from accounts.models import User
from courses.commands.application_input import (
    ClassInput,
    LecturerInput,
    SessionInput,
    UnitInput,
    check_class,
    check_lecturers,
    check_sessions,
    check_unit,
)
from courses.commands.application_moves import changed, editable
from courses.models import ApplicationPart, ClassApplication, Lecturer, Session
from courses.queries.conditions import notice_for
from courses.queries.parts import CLASS_FIELDS, stamp_of, values_of

MOST_DAYS = 31  # that a day's lessons are copied to at once


@transaction.atomic
def unit_part_save(
    *, actor: User, application: ClassApplication, data: UnitInput, stamp: str | None = None
) -> ClassApplication:
    """Save address and contact. Raises Conflict `part_changed`, and InputError of `check_unit`."""
    row, data = editable(actor, application, ApplicationPart.UNIT, stamp), check_unit(data)
    before = values_of(row, ApplicationPart.UNIT)
    row.unit_address, row.contact_name, row.contact_phone = data.address, data.contact_name, data.contact_phone
    if values_of(row, ApplicationPart.UNIT) != before:
        changed(actor, row, ApplicationPart.UNIT)
    return row


@transaction.atomic
def class_part_save(
    *, actor: User, application: ClassApplication, data: ClassInput, stamp: str | None = None
) -> ClassApplication:
    """Save what the class is. Raises Conflict `part_changed`, and InputError of `check_class`."""
    row = editable(actor, application, ApplicationPart.CLASS, stamp)
    check_class(data)
    before = values_of(row, ApplicationPart.CLASS)
    for name in CLASS_FIELDS:
        value = getattr(data, name)
        setattr(row, name, list(value) if isinstance(value, tuple) else value)
    if values_of(row, ApplicationPart.CLASS) != before:
        changed(actor, row, ApplicationPart.CLASS)
    return row


@transaction.atomic
def lecturers_save(
    *, actor: User, application: ClassApplication, rows: Sequence[LecturerInput], stamp: str | None = None
) -> ClassApplication:
    """Replace the list of lecturers; those named by `pk` keep their lessons. InputError of `check_lecturers`."""
    part = ApplicationPart.LECTURERS
    row, kept = editable(actor, application, part, stamp), check_lecturers(rows)
    before, there = stamp_of(row, part), {lecturer.pk: lecturer for lecturer in row.lecturers.all()}
    for number, given in enumerate(kept):
        if given.pk is not None and given.pk not in there:
            raise InputError("lecturer_unknown", f"第{number + 1}名教师已被删除，请刷新页面后重新填写。")
        lecturer = there.pop(given.pk) if given.pk is not None else Lecturer(application=row)
        lecturer.order, lecturer.name, lecturer.unit, lecturer.title = number, given.name, given.unit, given.title
        lecturer.save()
    row.lecturers.filter(pk__in=there).delete()
    if stamp_of(row, part) != before:
        changed(actor, row, part)
    return row


@transaction.atomic
def timetable_save(
    *, actor: User, application: ClassApplication, rows: Sequence[SessionInput], stamp: str | None = None
) -> ClassApplication:
    """Replace the timetable; days and hours of the class follow from it. InputError of `check_sessions`."""
    part = ApplicationPart.TIMETABLE
    row = editable(actor, application, part, stamp)
    before = stamp_of(row, part)
    _replace(row, rows)
    if stamp_of(row, part) != before:
        changed(actor, row, part)
    return row


@transaction.atomic
def timetable_repeat(
    *, actor: User, application: ClassApplication, source: date, first: date, last: date | None = None
) -> ClassApplication:
    """Give one day's lessons to another day, or to each day from `first` to `last`.

    Raises InputError: `dates_out_of_order`, `too_many_days`, `day_taken` when one of them has lessons already, those of
    `check_sessions`.
    """
    row = editable(actor, application, ApplicationPart.TIMETABLE)
    until = last or first
    if until < first:
        raise InputError("dates_out_of_order", "截止日期不能早于开始日期。", "last")
    if (until - first).days >= MOST_DAYS:
        raise InputError("too_many_days", f"一次最多复制到{MOST_DAYS}天。", "last")
    days = [first + timedelta(days=n) for n in range((until - first).days + 1)]
    there = list(row.sessions.all())
    taken = sorted({session.day for session in there} & set(days))
    if taken:
        raise InputError("day_taken", f"{taken[0]:%Y年%-m月%-d日}已有课程，请先删除或另选日期。", "first")
    copied = [_input(session, day) for day in days for session in there if session.day == source]
    rows = [_input(session, session.day) for session in there] + copied
    _replace(row, [replace(given, row=number) for number, given in enumerate(rows)])
    changed(actor, row, ApplicationPart.TIMETABLE)
    return row


def _input(session: Session, day: date) -> SessionInput:
    return SessionInput(day, session.starts, session.ends, session.hours, session.topic, session.lecturer_id)


def _replace(row: ClassApplication, rows: Sequence[SessionInput]) -> None:
    lecturers = row.lecturers.values_list("pk", flat=True)
    kept = check_sessions(rows, lecturers, notice_for(row).class_rules)
    row.sessions.all().delete()
    Session.objects.bulk_create(
        Session(
            application=row,
            day=day,
            starts=given.starts,
            ends=given.ends,
            hours=hours,  # type: ignore[misc]  # the stubs know no Decimal behind an integer
            topic=given.topic.strip(),
            lecturer_id=given.lecturer,
        )
        for given, day, hours in kept
    )
