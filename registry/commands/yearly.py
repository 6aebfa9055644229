"""A year's registration window and prescribed courses, kept by the city office."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction

from accounts.errors import Conflict, InputError
from accounts.guard import require
from accounts.models import User
from office.audit.commands import record
from registry.commands.claim_input import checked_reason
from registry.models import PrescribedCourse, RegistrationWindow
from registry.queries.notices import has_notice
from registry.queries.yearly import courses_of, platforms_for, window_of

MOST_HOURS = Decimal(200)


@dataclass(frozen=True, slots=True)
class CourseInput:
    """One prescribed course: its code and name on the platform, its hours as labelled, its category and platform."""

    code: str
    name: str
    category: str
    hours: Decimal
    platform: str
    is_active: bool = True


@transaction.atomic
def window_set(*, actor: User, year: int, opens_on: date, closes_on: date, reason: str) -> RegistrationWindow:
    """Set when activities of a year may be claimed.

    Raises Forbidden, InputError `year_without_notice`, `dates_out_of_order`, `window_far_off`, `reason_missing`.
    """
    require(actor, "registry.yearly_keep")
    _check_year(year)
    if closes_on < opens_on:
        raise InputError("dates_out_of_order", "截止日期不能早于开始日期。", "closes_on")
    if opens_on.year not in (year, year + 1) or closes_on.year not in (year, year + 1):
        raise InputError("window_far_off", f"{year}年度的登记时间应在{year}年或{year + 1}年内。", "opens_on")
    reason = checked_reason(reason, needed=True)
    before = window_of(year)
    row, _ = RegistrationWindow.objects.update_or_create(
        year=year,
        defaults={"opens_on": opens_on, "closes_on": closes_on, "reason": reason},
    )
    record(
        actor=actor,
        action="window.set",
        obj=row,
        reason=reason,
        before=f"{before.opens_on}至{before.closes_on}",
        after=f"{opens_on}至{closes_on}",
        year=year,
    )
    return row


@transaction.atomic
def course_add(*, actor: User, year: int, data: CourseInput) -> PrescribedCourse:
    """Add a course to a year's list. Raises Forbidden and InputError naming the field; `course_taken` for its code."""
    require(actor, "registry.yearly_keep")
    _check_course(year, data)
    if courses_of(year).filter(code=data.code.strip()).exists():
        raise InputError("course_taken", f"{year}年度已有编号为“{data.code.strip()}”的课程。", "code")
    course = PrescribedCourse.objects.create(year=year, **_columns(data))
    record(actor=actor, action="course.add", obj=course, year=year, code=course.code)
    return course


@transaction.atomic
def course_change(*, actor: User, course: PrescribedCourse, data: CourseInput) -> PrescribedCourse:
    """Change a course, or take it off the list (`is_active` False). Its code stays: results name it."""
    require(actor, "registry.yearly_keep")
    course = PrescribedCourse.objects.select_for_update().get(pk=course.pk)
    if data.code.strip() != course.code:
        raise InputError("course_code_fixed", "课程编号不能更改；编号有误的，请停用后另行添加。", "code")
    _check_course(course.year, data)
    for column, value in _columns(data).items():
        setattr(course, column, value)
    course.save()
    record(actor=actor, action="course.change", obj=course, year=course.year, code=course.code)
    return course


@transaction.atomic
def courses_copy(*, actor: User, from_year: int, to_year: int) -> int:
    """Start a year's list from another year's active courses; those already there are left. How many were added.

    Raises Forbidden, InputError, Conflict `nothing_to_copy`.
    """
    require(actor, "registry.yearly_keep")
    _check_year(to_year)
    there = set(courses_of(to_year).values_list("code", flat=True))
    allowed = platforms_for(to_year)
    fresh = [
        PrescribedCourse(
            year=to_year,
            code=course.code,
            name=course.name,
            category=course.category,
            hours=course.hours,
            platform=course.platform,
        )
        for course in courses_of(from_year).filter(is_active=True).exclude(code__in=there)
        if course.platform in allowed.get(course.category, {})
    ]
    if not fresh:
        raise Conflict("nothing_to_copy", f"{from_year}年度没有可以复制的课程。")
    PrescribedCourse.objects.bulk_create(fresh)
    record(actor=actor, action="course.copy", year=to_year, from_year=from_year, count=len(fresh))
    return len(fresh)


def _columns(data: CourseInput) -> dict[str, object]:
    return {
        "code": data.code.strip(),
        "name": data.name.strip(),
        "category": data.category,
        "hours": data.hours,
        "platform": data.platform,
        "is_active": data.is_active,
    }


def _check_year(year: int) -> None:
    if not has_notice(year):
        raise InputError("year_without_notice", f"{year}年没有生效的通知。", "year")


def _check_course(year: int, data: CourseInput) -> None:
    _check_year(year)
    for value, field, label in ((data.code, "code", "课程编号"), (data.name, "name", "课程名称")):
        if not value.strip():
            raise InputError(f"{field}_missing", f"请填写{label}。", field)
    allowed = platforms_for(year)
    if not allowed.get(data.category):
        raise InputError("category_wrong", "请选择科目。", "category")
    if data.platform not in allowed[data.category]:
        names = "、".join(allowed[data.category].values())
        raise InputError("platform_wrong", f"该科目的课程只能来自：{names}（二（一））。", "platform")
    if not data.hours.is_finite() or not 0 < data.hours <= MOST_HOURS or data.hours * 10 % 1:
        raise InputError("hours_wrong", f"学时应大于0、不超过{MOST_HOURS}，最多一位小数。", "hours")
