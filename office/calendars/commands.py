"""Working days: seeded from the package, entered and corrected by the city office."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta

import chinese_calendar
from chinese_calendar import constants
from django.db import transaction

from accounts.errors import Conflict, InputError
from accounts.guard import require
from accounts.models import User
from office.audit.commands import record
from office.calendars.models import CalendarYear, SpecialDay
from office.calendars.queries import WEEKEND, YearMissing

PACKAGE = "国务院办公厅放假安排（随系统发布）"
FIRST_YEAR = 2018  # before it no class of the portal can have been applied for
_LINE = re.compile(r"(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})日?\s+(放假|上班)(?:\s+(\S.*))?")


@transaction.atomic
def calendar_seed() -> list[int]:
    """Bring in the years that the package knows and the portal does not; what an office entered is left alone."""
    known = set(CalendarYear.objects.values_list("year", flat=True))
    last = max(day.year for day in constants.holidays)
    made = [year for year in range(FIRST_YEAR, last + 1) if year not in known]
    for year in made:
        row = CalendarYear.objects.create(year=year, source=PACKAGE)
        SpecialDay.objects.bulk_create(_special_days_of_package(row))
    return made


@transaction.atomic
def calendar_year_enter(*, actor: User, year: int, source: str, text: str) -> CalendarYear:
    """Enter a year without data: one special day a line (`2027-01-01 放假 元旦`).

    Raises Forbidden, Conflict `year_known`, InputError (field `text`) naming every line that is wrong.
    """
    require(actor, "calendars.keep")
    if not source.strip():
        raise InputError("source_missing", "请写明依据，例如国务院办公厅通知的文号。", "source")
    days = _read_days(year, text)
    row, created = CalendarYear.objects.get_or_create(
        year=year, defaults={"source": source.strip(), "entered_by": actor}
    )
    if not created:
        raise Conflict("year_known", f"{year}年已有工作日数据，请在该年度页面逐日更正。")
    SpecialDay.objects.bulk_create(
        SpecialDay(date=day, year=row, is_working=works, name=name) for day, works, name in days
    )
    record(actor=actor, action="calendar.year_enter", obj=row, year=year, days=len(days), reason=source.strip())
    return row


@transaction.atomic
def special_day_set(*, actor: User, day: date, is_working: bool, name: str, reason: str) -> None:
    """Say whether the offices work on a day; a day that follows its weekday loses its special mark.

    Raises Forbidden, YearMissing, InputError `reason_missing`.
    """
    require(actor, "calendars.keep")
    if not reason.strip():
        raise InputError("reason_missing", "请写明依据。", "reason")
    year = CalendarYear.objects.select_for_update().filter(year=day.year).first()
    if year is None:
        raise YearMissing(day.year)
    old = SpecialDay.objects.filter(date=day).first()
    before = _word(old.is_working if old else _usual(day))
    if is_working == _usual(day):
        SpecialDay.objects.filter(date=day).delete()
    else:
        SpecialDay.objects.update_or_create(
            date=day,
            defaults={"year": year, "is_working": is_working, "name": name.strip() or _word(is_working)},
        )
    record(
        actor=actor,
        action="calendar.day_set",
        obj=year,
        before=before,
        after=_word(is_working),
        reason=reason.strip(),
        day=day.isoformat(),
    )


def _special_days_of_package(year: CalendarYear) -> Iterable[SpecialDay]:
    day = date(year.year, 1, 1)
    while day.year == year.year:
        works = chinese_calendar.is_workday(day)
        if works != _usual(day):
            yield SpecialDay(date=day, year=year, is_working=works, name=_name_of(day))
        day += timedelta(days=1)


def _name_of(day: date) -> str:
    english = chinese_calendar.get_holiday_detail(day)[1]
    found = next((item for item in constants.Holiday if item.value == english), None)
    return found.chinese if found else "调休"


def _usual(day: date) -> bool:
    return day.weekday() not in WEEKEND


def _word(works: bool) -> str:
    return "上班" if works else "放假"


def _read_days(year: int, text: str) -> list[tuple[date, bool, str]]:
    found: dict[date, tuple[date, bool, str]] = {}
    wrong: list[str] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            day, works, name = _read_line(year, line)
            if day in found:
                raise ValueError("日期重复")
        except ValueError as error:
            wrong.append(f"第{number}行“{line.strip()[:30]}”：{error}。")
        else:
            found[day] = (day, works, name)
    if not found and not wrong:
        wrong.append("请逐行填写放假和调休上班的日期。")
    if wrong:
        raise InputError("bad_days", "\n".join(wrong), "text")
    return sorted(found.values())


def _read_line(year: int, line: str) -> tuple[date, bool, str]:
    match = _LINE.fullmatch(line.strip())
    if match is None:
        raise ValueError("应为“日期 放假或上班 说明”，例如“2027-01-01 放假 元旦”")
    try:
        day = date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        raise ValueError("日期不存在") from None
    works = match[4] == "上班"
    if day.year != year:
        raise ValueError(f"不是{year}年的日期")
    if works == _usual(day):
        raise ValueError(f"这一天本来就{_word(works)}，不用填写")
    return day, works, (match[5] or _word(works)).strip()[:40]
