"""What one row says of a course, judged: which course of which year and category, worth how many hours, or why not.

Thousands of people pass the same few courses on the same few days, so each course and each day is judged once.
Errors keep a row from being imported; warnings are shown, and imported when the office says so with its reason
(decision 14).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import NamedTuple

from django.utils import timezone

from accounts.personal import holds_personal
from hours_rules import Activity, RuleError, credit
from office.sheets.header import canonical
from registry.commands.platforms.columns import Reading
from registry.models import NoticeVersion, PrescribedCourse
from registry.models.fields import to_tenths
from registry.queries.notices import has_notice, notice_of_year, notice_on
from registry.queries.yearly import ACTIVITIES, Window, courses_of, platforms_for, window_of
from registry.states import NoticeState

EXAMINED = ("general_public", "industry_public")  # 经考试合格
WARNINGS = frozenset({"course_off_list", "other_platform", "window_closed"})
LONGEST = 120
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]?\d{1,2}[:时].*)?")
_PLAIN_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})")


class Problem(NamedTuple):
    """A finding: its code, the key of its column ("" for the row), and what it says."""

    code: str
    column: str
    text: str


class Stated(NamedTuple):
    """What a row states of the course, as text."""

    code: str
    name: str
    category: str
    hours: str
    passed: str
    completed_on: str


@dataclass(frozen=True, slots=True)
class Judged:
    """A course that somebody completed on a day, and everything that is wrong with it."""

    activity: str = ""
    code: str = ""
    name: str = ""
    tenths: int | None = None
    day: date | None = None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class _Year:
    """What a year's rows are held against."""

    by_code: Mapping[str, PrescribedCourse]
    by_name: Mapping[str, PrescribedCourse]
    platforms: Mapping[str, Mapping[str, str]]
    names: Mapping[str, str]
    window: Window


@dataclass
class Rules:
    """Judges the rows of one file of one platform, read as `reading` says, on the day `today`."""

    platform: str
    reading: Reading
    today: date = field(default_factory=timezone.localdate)
    _years: dict[int, _Year] = field(default_factory=dict)
    _days: dict[str, tuple[date | None, Problem | None]] = field(default_factory=dict)

    def judge(self, stated: Stated) -> Judged:
        """The course of a row. Everything that is wrong is told, not the first thing alone."""
        day, wrong_day = self._day(stated.completed_on)
        problems = [wrong_day] if wrong_day else []
        name = stated.name[:LONGEST]
        if not name and not stated.code:
            problems.append(Problem("course_missing", "course_name", "没有填写课程。"))
        elif len(stated.name) > LONGEST or len(stated.code) > LONGEST or holds_personal(f"{name} {stated.code}"):
            said = f"课程名称、编号不能超过{LONGEST}字，也不能是个人号码。"
            problems.append(Problem("course_wrong", "course_name", said))
            name = ""
        if day is None or not name and not stated.code or problems:
            return Judged(name=name, code="" if problems else stated.code, day=day, problems=tuple(problems))
        return self._of_year(stated._replace(name=name), day, self.year(day.year))

    def year(self, year: int) -> _Year:
        """The courses, platforms and window of a year that has a notice; asked for once."""
        if year not in self._years:
            courses = list(courses_of(year).filter(is_active=True))
            notice = notice_of_year(year)
            self._years[year] = _Year(
                {canonical(course.code): course for course in courses},
                {canonical(course.name): course for course in courses},
                platforms_for(year),
                {code: category.name for code, category in notice.categories.items()},
                window_of(year),
            )
        return self._years[year]

    @cached_property
    def _passed(self) -> frozenset[str]:
        return frozenset(canonical(word) for word in self.reading.passed)

    def _of_year(self, stated: Stated, day: date, year: _Year) -> Judged:
        code, name = canonical(stated.code), canonical(stated.name)
        course = year.by_code.get(code) if code else year.by_name.get(name)
        category, problems = self._category(stated, course)
        judged = Judged(
            ACTIVITIES.get(category, ""),
            course.code if course else stated.code or stated.name,
            stated.name or (course.name if course else stated.code),
            day=day,
        )
        if not category:
            return replace(judged, problems=tuple(problems))
        problems += self._place(category, course, day.year, year)
        problems += self._examined(stated, category)
        tenths, wrong_hours = self._hours(stated, course, judged.activity, day)
        problems += wrong_hours
        if not year.window.is_open(self.today):
            text = f"{day.year}年度的登记时间为{year.window.opens_on}至{year.window.closes_on}，现不在登记时间内。"
            problems.append(Problem("window_closed", "completed_on", text))
        problems.sort(key=lambda problem: problem.code in WARNINGS)  # the gravest first: lists are filtered by it
        return replace(judged, tenths=tenths, problems=tuple(problems))

    def _day(self, text: str) -> tuple[date | None, Problem | None]:
        if text not in self._days:
            self._days[text] = self._read_day(text)
        return self._days[text]

    def _read_day(self, text: str) -> tuple[date | None, Problem | None]:
        if not text:
            return None, Problem("date_missing", "completed_on", "没有填写完成日期。")
        found = _DAY.fullmatch(text) or _PLAIN_DAY.fullmatch(text)
        try:
            day = date(*map(int, found.groups()[:3])) if found else None
        except ValueError:
            day = None
        if day is None:
            return None, Problem("date_wrong", "completed_on", "不是有效的日期，例如2021-04-26。")
        if day > self.today:
            return day, Problem("date_future", "completed_on", "完成日期在今天之后。")
        if not has_notice(day.year):
            return day, Problem("year_without_notice", "completed_on", f"{day.year}年没有生效的通知，不能登记。")
        return day, None

    def _category(self, stated: Stated, course: PrescribedCourse | None) -> tuple[str, list[Problem]]:
        """The file's or column's category, else the course's own on the list; they must not contradict each other."""
        listed = course.category if course else ""
        category = self.reading.category
        if not category and "category" in self.reading.columns:
            category = (self.reading.categories or {}).get(canonical(stated.category), "")
        elif not category:
            category = listed
        if not category:
            return "", [Problem("category_unknown", "category", "看不出是哪一科目，请在列对应中说明该列文字的含义。")]
        if listed and listed != category:
            return category, [Problem("category_differs", "category", "科目与年度规定课程名单上的不一致。")]
        return category, []

    def _place(self, category: str, course: PrescribedCourse | None, number: int, year: _Year) -> list[Problem]:
        """Whether this platform's courses count for the category, and this one is the year's prescribed course."""
        if self.platform not in year.platforms.get(category, {}):
            allowed = "、".join(year.platforms.get(category, {}).values()) or "（无）"
            text = f"{year.names[category]}只认定以下平台的课程：{allowed}（二（一））。"
            return [Problem("platform_not_allowed", "", text)]
        if course is None:
            if category not in EXAMINED:  # 专业科目 counts as the courseware is labelled; no list is asked for
                return []
            return [Problem("course_off_list", "course_name", f"不在{number}年度规定课程名单上。")]
        if course.platform != self.platform:
            return [Problem("other_platform", "course_name", f"{number}年度规定课程名单上，该课程属于另一平台。")]
        return []

    def _examined(self, stated: Stated, category: str) -> list[Problem]:
        """Public courses count 经考试合格 (§二（一）); what is labelled otherwise is refused for every category."""
        if "passed" not in self.reading.columns:
            if self.reading.only_passed or category not in EXAMINED:
                return []
            return [Problem("result_unknown", "", "文件没有考试结果，不能确认考试合格（二（一））。")]
        if not stated.passed and category not in EXAMINED:
            return []
        mark = _figure(stated.passed)
        if canonical(stated.passed) in self._passed:
            return []
        if mark is not None and self.reading.pass_mark is not None and mark >= self.reading.pass_mark:
            return []
        return [Problem("not_passed", "passed", "考试未合格。" if stated.passed else "没有考试结果。")]

    def _hours(
        self, stated: Stated, course: PrescribedCourse | None, activity: str, day: date
    ) -> tuple[int | None, list[Problem]]:
        """Hours as the file labels them, which must be those of the list; without a column the list's own."""
        if "hours" in self.reading.columns:
            hours = _figure(stated.hours.removesuffix("学时"))
            if hours is None:
                return None, [Problem("hours_wrong", "hours", "学时应为数字。" if stated.hours else "没有填写学时。")]
        elif course is not None:
            hours = Decimal(course.hours)
        else:
            return None, [Problem("hours_unknown", "", "文件没有学时列，课程又不在规定课程名单上，无从得知学时。")]
        try:
            credited = credit(Activity(activity, hours=hours), notice_on(day)).hours
        except RuleError as error:
            return None, [Problem("hours_wrong", "hours", str(error))]
        if course is not None and credited != course.hours:
            text = f"学时与规定课程名单上的{course.hours.normalize():f}学时不一致，请更正文件或名单。"
            return to_tenths(credited), [Problem("hours_differ", "hours", text)]
        return to_tenths(credited), []


def _figure(text: str) -> Decimal | None:
    """A plain number; not what only Python takes for one."""
    if not text.isascii() or "_" in text:
        return None
    try:
        figure = Decimal(text)
    except InvalidOperation:
        return None
    return figure if figure.is_finite() else None


def basis_of(years: Iterable[int]) -> str:
    """A fingerprint of what rows of these years are judged by: when it has changed, they must be judged anew."""
    notices = NoticeVersion.objects.filter(state=NoticeState.IN_FORCE).values_list("sha256", flat=True)
    parts = [repr(sorted(bytes(sha256).hex() for sha256 in notices))]
    for year in sorted(years):
        courses = courses_of(year).order_by("code")
        parts.append(repr(list(courses.values_list("code", "name", "category", "hours", "platform", "is_active"))))
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()
