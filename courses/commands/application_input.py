"""What a unit states of a class, and what of it can be kept. A draft may be incomplete; what is there must hold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from decimal import Decimal

from django.utils import timezone

from accounts.errors import InputError
from accounts.identity import check_telephone
from accounts.texts import check_name, check_text
from courses.models import Assessment, Delivery
from hours_rules import RuleError
from hours_rules.classes import taught_hours
from hours_rules.types import ClassRules
from registry.models.people import Specialty, TitleLevel
from registry.queries.notices import notice_on

MOST_LECTURERS = 50
MOST_SESSIONS = 300
MOST_PEOPLE = 50_000
MOST_HOURS = Decimal(3000)  # what the column of the whole class holds
AHEAD = timedelta(days=730)
_TEXTS = {
    "title": ("培训名称", 100, False),
    "content": ("培训主要内容", 2000, True),
    "place": ("培训地点", 120, False),
    "registration": ("报名方式", 300, True),
}
_CHOICES = {"delivery": ("培训形式", Delivery.values), "assessment": ("考核方式", Assessment.values)}
_LISTS = {"levels": ("培训层次", TitleLevel.values), "specialties": ("培训专业", Specialty.values)}


@dataclass(frozen=True, slots=True)
class UnitInput:
    """What the form prints of the unit beside its name and code."""

    address: str = ""
    contact_name: str = ""
    contact_phone: str = ""


@dataclass(frozen=True, slots=True)
class ClassInput:
    """What the class is; `levels` are codes of TitleLevel, `specialties` of Specialty."""

    title: str = ""
    content: str = ""
    place: str = ""
    delivery: str = ""
    is_self_run: bool | None = None
    levels: tuple[str, ...] = ()
    specialties: tuple[str, ...] = ()
    assessment: str = ""
    planned_number: int | None = None
    registration: str = ""


@dataclass(frozen=True, slots=True)
class LecturerInput:
    """One lecturer; `pk` of one already in the application, None for a new one."""

    name: str = ""
    unit: str = ""
    title: str = ""
    pk: int | None = None


@dataclass(frozen=True, slots=True)
class SessionInput:
    """One line of the timetable; `hours` None is worked out from the times; `lecturer` the pk of one of the class's."""

    day: date | None = None
    starts: time | None = None
    ends: time | None = None
    hours: Decimal | None = None
    topic: str = ""
    lecturer: int | None = None
    row: int = field(default=0, compare=False)


def check_unit(data: UnitInput) -> UnitInput:
    """What can be kept of it. InputError `telephone_invalid`, and those of `check_text`."""
    checked = UnitInput(data.address.strip(), data.contact_name.strip(), data.contact_phone.strip())
    check_text(checked.address, "unit_address", "单位地址", 120)
    check_text(checked.contact_name, "contact_name", "联系人", 30)
    if checked.contact_phone:
        check_telephone(checked.contact_phone, "contact_phone")
    return checked


def check_class(data: ClassInput) -> None:
    """InputError `choice_unknown`, `number_out_of_range`, and those of `check_text`, each naming its field."""
    for name, (label, most, lines) in _TEXTS.items():
        check_text(getattr(data, name), name, label, most, lines=lines)
    for name, (label, known) in _CHOICES.items():
        if getattr(data, name) not in ("", *known):
            raise InputError("choice_unknown", f"请选择列表中的{label}。", name)
    for name, (label, known) in _LISTS.items():
        if not set(getattr(data, name)) <= set(known):
            raise InputError("choice_unknown", f"请选择列表中的{label}。", name)
    if data.planned_number is not None and not 0 < data.planned_number <= MOST_PEOPLE:
        raise InputError("number_out_of_range", f"计划培训人数应为1至{MOST_PEOPLE}。", "planned_number")


def check_lecturers(rows: Sequence[LecturerInput]) -> list[LecturerInput]:
    """The rows that say something. InputError names the row: `too_many_rows`, and those of `check_name`."""
    kept = []
    for index, row in enumerate(rows):
        said = LecturerInput(row.name.strip(), row.unit.strip(), row.title.strip(), row.pk)
        if not (said.name or said.unit or said.title):
            continue
        of = f"第{index + 1}名教师的"
        check_name(said.name, f"rows-{index}-name", f"{of}姓名")
        check_text(said.unit, f"rows-{index}-unit", f"{of}单位", 100)
        check_text(said.title, f"rows-{index}-title", f"{of}职称", 30)
        kept.append(said)
    if len(kept) > MOST_LECTURERS:
        raise InputError("too_many_rows", f"授课教师最多{MOST_LECTURERS}名。")
    return kept


def check_sessions(
    rows: Sequence[SessionInput], lecturers: Iterable[int], rules: ClassRules
) -> list[tuple[SessionInput, date, Decimal]]:
    """The lines that say something, each with its day and hours. InputError names the line.

    Codes: `day_missing`, `day_out_of_range`, `times_incomplete`, `times_out_of_order`, `hours_missing`, `hours_range`,
    `hours_above_time`, `lecturer_unknown`, `sessions_overlap`, `too_many_rows`, `too_many_hours`, and those of
    `check_text`.
    """
    known, kept = set(lecturers), []
    for row in rows:
        if not (row.day or row.starts or row.ends or row.hours is not None or row.topic.strip() or row.lecturer):
            continue
        day, hours = _day(row), _hours(row, rules)
        check_text(row.topic.strip(), f"rows-{row.row}-topic", f"第{row.row + 1}行的课程内容", 120)
        if row.lecturer is not None and row.lecturer not in known:
            raise _wrong(row, "lecturer", "lecturer_unknown", "请选择已填写的授课教师")
        kept.append((row, day, hours))
    _check_overlap(kept)
    if len(kept) > MOST_SESSIONS:
        raise InputError("too_many_rows", f"课程安排最多{MOST_SESSIONS}行。")
    if sum(hours for _, _, hours in kept) > MOST_HOURS:
        raise InputError("too_many_hours", f"全部课程不能超过{MOST_HOURS}学时，请核对。")
    return kept


def _wrong(row: SessionInput, name: str, code: str, words: str) -> InputError:
    return InputError(code, f"第{row.row + 1}行：{words}。", f"rows-{row.row}-{name}")


def _day(row: SessionInput) -> date:
    if row.day is None:
        raise _wrong(row, "day", "day_missing", "请选择日期")
    try:
        notice_on(row.day)
    except RuleError as error:
        raise _wrong(row, "day", "day_out_of_range", "日期过早，请核对") from error
    if row.day > timezone.localdate() + AHEAD:
        raise _wrong(row, "day", "day_out_of_range", "日期过晚，请核对")
    return row.day


def _hours(row: SessionInput, rules: ClassRules) -> Decimal:
    if (row.starts is None) != (row.ends is None):
        raise _wrong(row, "ends" if row.starts else "starts", "times_incomplete", "开始和结束时间应同时填写")
    taught = None
    if row.starts is not None and row.ends is not None:
        if row.ends <= row.starts:
            raise _wrong(row, "ends", "times_out_of_order", "结束时间应晚于开始时间")
        taught = taught_hours(row.starts, row.ends, rules)
    hours = row.hours if row.hours is not None else taught
    if hours is None:
        raise _wrong(row, "hours", "hours_missing", "没有起止时间的（如网络学习），请填写学时")
    if not 0 < hours <= 24 or hours != round(hours, 1):
        raise _wrong(row, "hours", "hours_range", "学时应大于0、不超过24，最多一位小数")
    if taught is not None and hours > taught:
        words = f"起止时间折算为{taught.normalize():f}学时，可以少报，不能多报"
        raise _wrong(row, "hours", "hours_above_time", words)
    return hours


def _check_overlap(kept: Sequence[tuple[SessionInput, date, Decimal]]) -> None:
    timed = sorted((day, row.starts, row.ends, row.row) for row, day, _ in kept if row.starts and row.ends)
    for (day, _, ends, first), (next_day, starts, _, second) in zip(timed, timed[1:], strict=False):
        if day == next_day and starts < ends:
            one, other = sorted((first + 1, second + 1))
            raise InputError("sessions_overlap", f"第{one}行和第{other}行的时间重叠。", f"rows-{second}-starts")
