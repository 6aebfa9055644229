"""The year's prescribed courses, and two files of the city's learning platform: one imported, one waiting (§二（一）).

They come last of all, at the present moment: what was claimed before was decided without a list to hold it against.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import partial
from random import Random

from django.core.files.uploadedfile import SimpleUploadedFile

from office.documents.workbook import DAY, NUMBER, Column, Form, write
from registry.commands.platforms.credit import import_credit
from registry.commands.platforms.imports import columns_set, import_confirm, import_upload
from registry.commands.platforms.profiles import ProfileInput
from registry.commands.platforms.reading import import_check
from registry.commands.yearly import CourseInput, course_add
from registry.models import PlatformImport
from zsjxjy.demo.days import Days
from zsjxjy.demo.numbers import id_number
from zsjxjy.demo.people import Person
from zsjxjy.demo.staff import CITY_OFFICE
from zsjxjy.demo.steps import City, Step

CITYS, PROVINCES = "zhoushan", "zjjsrc"
COURSES = (
    CourseInput("YB-01", "数字化改革与治理能力", "general_public", Decimal(9), CITYS),
    CourseInput("YB-02", "生态文明建设", "general_public", Decimal(9), CITYS),
    CourseInput("YB-03", "知识产权保护", "general_public", Decimal(6), CITYS),
    CourseInput("HG-01", "工程质量安全", "industry_public", Decimal(6), CITYS),
    CourseInput("HG-02", "建筑业法规新政", "industry_public", Decimal(6), CITYS),
    CourseInput("HG-03", "绿色建筑与节能", "industry_public", Decimal(4), PROVINCES),
)
OFF_LIST = CourseInput("HG-99", "城市更新案例", "industry_public", Decimal(4), CITYS)
CATEGORIES = {"general_public": "一般公需科目", "industry_public": "行业公需科目"}
HEADINGS = {
    "name": "学员姓名",
    "id_number": "证件号码",
    "course_code": "课程编号",
    "course_name": "课程名称",
    "category": "科目类别",
    "hours": "学时",
    "completed_on": "完成时间",
    "passed": "考试结果",
}
FORM = Form(
    "继续教育学习记录",
    [Column(heading, 20, {"hours": NUMBER, "completed_on": DAY}.get(key, "text")) for key, heading in HEADINGS.items()],
)
PROFILE = ProfileInput(
    name="舟山市平台学习记录",
    columns=HEADINGS,
    categories={name: code for code, name in CATEGORIES.items()},
    passed=("合格",),
)
IMPORTED, WAITING = slice(10, 24), slice(24, 44)
Line = tuple[str, str, CourseInput, date, str]


@dataclass
class Export:
    """One file to be: who learned what, and the import it becomes."""

    name: str
    lines: list[Line]
    row: PlatformImport | None = field(default=None)

    @property
    def data(self) -> bytes:
        """The workbook as the platform writes it."""
        return write(
            FORM,
            [
                (name, number, course.code, course.name, CATEGORIES[course.category], course.hours, day, result)
                for name, number, course, day, result in self.lines
            ],
        )

    @property
    def found(self) -> PlatformImport:
        """The import once there."""
        if self.row is None:
            raise LookupError(f"{self.name} is not handed in yet")
        self.row.refresh_from_db()
        return self.row


def platform_steps(people: list[Person], days: Days, rng: Random) -> list[Step]:
    """The list, a file that was imported, and one whose findings the office has yet to look at."""
    year = days.years[-1]
    first = Export(f"学习记录{year}上半年.xlsx", _lines(people[IMPORTED], days, rng))
    second = Export(f"学习记录{year}下半年.xlsx", [*_lines(people[WAITING], days, rng), *_odd(people, days, rng)])
    todo = [
        partial(_list_courses, year=year),
        partial(_hand_in, export=first),
        partial(_explain, export=first),
        partial(_import, export=first),
        partial(_hand_in, export=second),
    ]
    return [Step(days.now, step) for step in todo]


def _lines(people: list[Person], days: Days, rng: Random) -> list[Line]:
    """Two or three courses of the city's platform each."""
    of_platform = [course for course in COURSES if course.platform == CITYS]
    return [
        (person.name, person.id_number, course, days.day_in(days.years[-1], rng.random()), "合格")
        for person in people
        for course in rng.sample(of_platform, rng.randint(2, 3))
    ]


def _odd(people: list[Person], days: Days, rng: Random) -> list[Line]:
    """What an office meets with: a stranger, another's name, a course off the list, one failed, one imported before."""
    day = days.day_in(days.years[-1], rng.random())
    known, other, third, early = people[50], people[51], people[52], people[IMPORTED][0]
    return [
        ("陌上桑", id_number("dinghai", date(1988, 8, 8), "female", 1), COURSES[0], day, "合格"),
        (other.name, known.id_number, COURSES[1], day, "合格"),
        (known.name, known.id_number, OFF_LIST, day, "合格"),
        (other.name, other.id_number, OFF_LIST, day, "合格"),
        (third.name, third.id_number, COURSES[3], day, "不合格"),
        *((early.name, early.id_number, course, day, "合格") for course in COURSES[:2]),
    ]


def _list_courses(city: City, *, year: int) -> None:
    for course in COURSES:
        course_add(actor=city.users[CITY_OFFICE.username], year=year, data=course)


def _hand_in(city: City, *, export: Export) -> None:
    upload = SimpleUploadedFile(export.name, export.data)
    export.row = import_upload(actor=city.users[CITY_OFFICE.username], platform=CITYS, upload=upload)
    _check(export)


def _explain(city: City, *, export: Export) -> None:
    columns_set(actor=city.users[CITY_OFFICE.username], row=export.found, data=PROFILE)
    _check(export)


def _import(city: City, *, export: Export) -> None:
    import_confirm(actor=city.users[CITY_OFFICE.username], row=export.found, with_warnings=False, reason="")
    import_credit(pk=export.found.pk, after=0, progress=lambda *_: None)


def _check(export: Export) -> None:
    """The job's work, done here: the worker will find nothing left to do."""
    import_check(pk=export.found.pk, progress=lambda *_: None)
