"""What an application refuses, field by field and row by row; nothing is half saved."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.errors import InputError
from accounts.models import Organisation, User
from courses.commands.application_input import LecturerInput, SessionInput, UnitInput
from courses.commands.application_parts import class_part_save, lecturers_save, timetable_save, unit_part_save
from courses.models import ClassApplication
from courses.queries.parts import stamp_of
from tests.courses.applied import CLASS, LECTURERS, UNIT, begun, filled

pytestmark = pytest.mark.django_db
DAY = date(2021, 10, 11)
LESSON = SessionInput(DAY, time(8, 30), time(11, 30), topic="质量安全法规")
PHONE, ID = "13905801234", "33090219850615001X"


@pytest.fixture
def draft(unit: Organisation, organiser: User) -> ClassApplication:
    """A complete draft: what is refused must leave it as it is."""
    return filled(unit, organiser)


def state(draft: ClassApplication) -> tuple[Any, ...]:
    """Everything that the parts hold."""
    fresh = ClassApplication.objects.get(pk=draft.pk)
    return tuple(stamp_of(fresh, part) for part in ("unit", "class", "lecturers", "timetable"))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"address": "路" * 121}, "too_long", "unit_address"),
        ({"address": "定海\u200b区"}, "bad_characters", "unit_address"),
        ({"address": f"找{PHONE}"}, "personal", "unit_address"),
        ({"contact_name": "林" * 31}, "too_long", "contact_name"),
        ({"contact_phone": "12345"}, "telephone_invalid", "contact_phone"),
        ({"contact_phone": "无"}, "telephone_invalid", "contact_phone"),
    ],
)
def test_of_the_unit(draft: ClassApplication, changes: dict[str, Any], code: str, field: str) -> None:
    before, data = state(draft), replace(UNIT, **changes)
    with pytest.raises(InputError) as error:
        unit_part_save(actor=draft.created_by, application=draft, data=data)
    assert (error.value.code, error.value.field) == (code, field)
    assert state(draft) == before


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"title": "班" * 101}, "too_long", "title"),
        ({"title": "第一行\n第二行"}, "bad_characters", "title"),
        ({"title": f"培训{ID}"}, "personal", "title"),
        ({"content": "内" * 2001}, "too_long", "content"),
        ({"content": "内容\x00"}, "bad_characters", "content"),
        ({"place": "地" * 121}, "too_long", "place"),
        ({"delivery": "by_post"}, "choice_unknown", "delivery"),
        ({"assessment": "none"}, "choice_unknown", "assessment"),
        ({"levels": ("junior", "expert")}, "choice_unknown", "levels"),
        ({"specialties": ("astronomy",)}, "choice_unknown", "specialties"),
        ({"planned_number": 0}, "number_out_of_range", "planned_number"),
        ({"planned_number": -3}, "number_out_of_range", "planned_number"),
        ({"planned_number": 50_001}, "number_out_of_range", "planned_number"),
        ({"registration": "报" * 301}, "too_long", "registration"),
        ({"registration": f"联系{PHONE}"}, "personal", "registration"),
    ],
)
def test_of_the_class(draft: ClassApplication, changes: dict[str, Any], code: str, field: str) -> None:
    before, data = state(draft), replace(CLASS, **changes)
    with pytest.raises(InputError) as error:
        class_part_save(actor=draft.created_by, application=draft, data=data)
    assert (error.value.code, error.value.field) == (code, field)
    assert state(draft) == before


@pytest.mark.parametrize(
    ("row", "code", "field", "says"),
    [
        (LecturerInput("林海1", "虚构大学", "教授"), "name_characters", "rows-2-name", "第3名教师的姓名"),
        (LecturerInput("林" * 51), "too_long", "rows-2-name", "第3名教师的姓名"),
        (LecturerInput("林海", "虚" * 101), "too_long", "rows-2-unit", "第3名教师的单位"),
        (LecturerInput("林海", "虚构大学", "教" * 31), "too_long", "rows-2-title", "第3名教师的职称"),
        (LecturerInput("林海", f"大学{PHONE}"), "personal", "rows-2-unit", "第3名教师的单位"),
        (LecturerInput("林海", pk=999_999), "lecturer_unknown", "", "第3名教师已被删除"),
    ],
)
def test_of_lecturers(draft: ClassApplication, row: LecturerInput, code: str, field: str, says: str) -> None:
    before = state(draft)
    with pytest.raises(InputError) as error:
        lecturers_save(actor=draft.created_by, application=draft, rows=[*LECTURERS, row])
    assert (error.value.code, error.value.field) == (code, field)
    assert says in error.value.message
    assert state(draft) == before


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"day": None}, "day_missing", "day"),
        ({"day": date(2019, 12, 31)}, "day_out_of_range", "day"),
        ({"day": date(2024, 1, 1)}, "day_out_of_range", "day"),
        ({"ends": None}, "times_incomplete", "ends"),
        ({"starts": None}, "times_incomplete", "starts"),
        ({"ends": time(8, 30)}, "times_out_of_order", "ends"),
        ({"ends": time(8)}, "times_out_of_order", "ends"),
        ({"starts": None, "ends": None}, "hours_missing", "hours"),
        ({"ends": time(8, 34)}, "hours_range", "hours"),
        ({"hours": Decimal(0)}, "hours_range", "hours"),
        ({"hours": Decimal("-1")}, "hours_range", "hours"),
        ({"hours": Decimal("1.25")}, "hours_range", "hours"),
        ({"starts": None, "ends": None, "hours": Decimal(25)}, "hours_range", "hours"),
        ({"hours": Decimal("4.1")}, "hours_above_time", "hours"),
        ({"topic": "课" * 121}, "too_long", "topic"),
        ({"topic": f"联系{PHONE}"}, "personal", "topic"),
        ({"lecturer": 999_999}, "lecturer_unknown", "lecturer"),
    ],
)
def test_of_the_timetable(draft: ClassApplication, changes: dict[str, Any], code: str, field: str) -> None:
    before, row = state(draft), replace(LESSON, **{"row": 1, **changes})
    first = replace(LESSON, starts=time(13), ends=time(16))
    with pytest.raises(InputError) as error:
        timetable_save(actor=draft.created_by, application=draft, rows=[first, row])
    assert (error.value.code, error.value.field) == (code, f"rows-1-{field}")
    assert "第2行" in error.value.message
    assert state(draft) == before


@pytest.mark.parametrize(
    ("starts", "ends", "overlaps"),
    [
        (time(11), time(12), True),
        (time(8), time(12), True),
        (time(9), time(10), True),
        (time(11, 30), time(12), False),
        (time(7), time(8, 30), False),
    ],
)
def test_nobody_is_taught_twice_at_once(draft: ClassApplication, starts: time, ends: time, overlaps: bool) -> None:
    rows = [LESSON, replace(LESSON, starts=starts, ends=ends, row=1)]
    if not overlaps:
        timetable_save(actor=draft.created_by, application=draft, rows=rows)
        return
    with pytest.raises(InputError) as error:
        timetable_save(actor=draft.created_by, application=draft, rows=rows)
    assert error.value.code == "sessions_overlap"
    assert "第1行和第2行" in error.value.message


def test_a_lecturer_of_another_class_is_none_of_this_one(draft: ClassApplication, unit: Organisation) -> None:
    other = filled(unit).lecturers.first()
    assert other is not None
    with pytest.raises(InputError):
        timetable_save(actor=draft.created_by, application=draft, rows=[replace(LESSON, lecturer=other.pk)])
    with pytest.raises(InputError):
        lecturers_save(actor=draft.created_by, application=draft, rows=[LecturerInput("林海", pk=other.pk)])


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([LESSON] * 301, "sessions_overlap"),
        ([SessionInput(DAY, hours=Decimal(1), topic="课", row=n) for n in range(301)], "too_many_rows"),
        ([SessionInput(DAY, hours=Decimal(24), topic="课", row=n) for n in range(200)], "too_many_hours"),
    ],
)
def test_more_than_any_class_has(draft: ClassApplication, rows: list[SessionInput], code: str) -> None:
    with pytest.raises(InputError) as error:
        timetable_save(actor=draft.created_by, application=draft, rows=rows)
    assert error.value.code == code


def test_rows_that_say_nothing_are_left_out(unit: Organisation, organiser: User) -> None:
    draft = begun(organiser, unit)
    lecturers_save(actor=organiser, application=draft, rows=[LecturerInput(), *LECTURERS, LecturerInput(" ", "", "")])
    timetable_save(actor=organiser, application=draft, rows=[SessionInput(), LESSON, SessionInput(topic=" ", row=2)])
    assert draft.lecturers.count() == 2
    assert draft.sessions.count() == 1


@pytest.mark.parametrize(
    ("part", "data", "says"),
    [
        ("class", {"planned_number": "很多"}, "计划培训人数应为整数。"),
        ("class", {"delivery": "by_post"}, "请选择列表中的选项。"),
        ("class", {"title": "班" * 101}, "培训名称不能超过100字，现有101字。"),
        ("unit", {"contact_phone": "12345"}, "联系电话应为固定电话"),
        ("lecturers", {"rows": "1", "rows-0-name": "林" * 51}, "姓名不能超过50字，现有51字。"),
        ("lecturers", {"rows": "1", "rows-0-name": "林海1"}, "只能填写汉字"),
        ("timetable", {"rows": "1", "rows-0-day": "某日"}, "日期不正确"),
        ("timetable", {"rows": "1", "rows-0-day": "2021-10-11", "rows-0-starts": "25:00"}, "时间不正确"),
        ("timetable", {"rows": "1", "rows-0-day": "2021-10-11", "rows-0-hours": "八"}, "学时应为数字。"),
        ("timetable", {"rows": "1", "rows-0-day": "2021-10-11", "rows-0-lecturer": "0"}, "请选择已填写的授课教师。"),
        ("timetable", {"rows": "1", "rows-0-topic": "课"}, "请选择日期。"),
        ("timetable", {"rows": "1", "rows-0-day": "2021-10-11", "rows-0-hours": "1e999"}, "学时"),
    ],
)
def test_pages_say_it_where_it_is(
    client: Client, unit: Organisation, organiser: User, part: str, data: dict[str, str], says: str
) -> None:
    draft = begun(organiser, unit)
    client.force_login(organiser)
    stamp = stamp_of(draft, part)  # type: ignore[arg-type]
    answer = client.post(reverse(f"courses:application_{part}", args=[draft.pk]), {**data, "stamp": stamp})
    assert answer.status_code == 422
    assert says in answer.content.decode()


@pytest.mark.parametrize("rows", ["", "-1", "many", "999999999999", "1e3", "１"])
def test_a_made_up_number_of_rows_is_no_error(client: Client, unit: Organisation, organiser: User, rows: str) -> None:
    draft = begun(organiser, unit)
    client.force_login(organiser)
    data = {"rows": rows, "stamp": stamp_of(draft, "lecturers"), "rows-0-name": "林海"}  # type: ignore[arg-type]
    answer = client.post(reverse("courses:application_lecturers", args=[draft.pk]), data)
    assert answer.status_code == 302


def test_what_may_be_left_out_may_be_left_out(unit: Organisation, organiser: User) -> None:
    draft = begun(organiser, unit)
    unit_part_save(actor=organiser, application=draft, data=UnitInput())
    assert draft.contact_phone == ""
