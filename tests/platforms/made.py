"""Exports of a platform as it would hand them over, and imports brought to a state by the commands and their jobs."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cache
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from accounts.models import User
from office.jobs.commands import run
from office.jobs.models import Job
from office.jobs.states import JobState
from registry.commands.platforms.imports import columns_set, import_confirm, import_upload
from registry.commands.platforms.profiles import ProfileInput
from registry.commands.yearly import CourseInput, course_add
from registry.models import PlatformImport, Practitioner

HEADINGS = ("姓名", "身份证号", "课程编号", "课程名称", "科目", "学时", "完成日期", "考试结果")
COURSES = (
    CourseInput("HG-01", "工程质量安全", "industry_public", Decimal(12), "zhoushan"),
    CourseInput("HG-02", "绿色建造", "industry_public", Decimal("7.5"), "zjjsrc"),
    CourseInput("YB-01", "职业道德", "general_public", Decimal(18), "zhoushan"),
)
SAFETY = ("HG-01", "工程质量安全", "行业公需科目", 12, "2021-05-20", "合格")
ETHICS = ("YB-01", "职业道德", "一般公需科目", 18, "2021-06-01", "合格")
LABELLED = ("KJ-7", "装配式施工", "专业科目", 6, "2021-06-03", "")
OFF_LIST = ("HG-99", "不在名单", "行业公需科目", 4, "2021-05-21", "合格")
PROFILE = ProfileInput(
    name="舟山平台导出",
    columns={
        "name": "姓名",
        "id_number": "身份证号",
        "course_code": "课程编号",
        "course_name": "课程名称",
        "category": "科目",
        "hours": "学时",
        "completed_on": "完成日期",
        "passed": "考试结果",
    },
    categories={
        "一般公需科目": "general_public",
        "行业公需科目": "industry_public",
        "专业科目": "professional",
    },
    passed=("合格", "通过"),
    pass_mark=60,
)


def list_courses(city: User, year: int = 2021) -> None:
    """The year's prescribed courses."""
    for course in COURSES:
        course_add(actor=city, year=year, data=course)


def row(person: Practitioner, course: Sequence[Any] = SAFETY, **changed: Any) -> list[Any]:
    """One line of an export; `changed` by our keys of columns."""
    line = [person.name, person.id_number, *course]
    for key, value in changed.items():
        line[list(PROFILE.columns).index(key)] = value
    return line


def xlsx(
    rows: Iterable[Sequence[Any]], headings: Sequence[Any] = HEADINGS, above: Iterable[Sequence[Any]] = ()
) -> bytes:
    """A workbook with lines above its header, as platforms write them; the same for the same lines."""
    return _written(tuple(tuple(line) for line in (*above, headings, *rows)))


@cache  # openpyxl notes the moment of writing, so that two files of the same lines would differ
def _written(lines: tuple[tuple[Any, ...], ...]) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for line in lines:
        sheet.append(list(line))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def upload(data: bytes, name: str = "学习记录.xlsx") -> SimpleUploadedFile:
    """The file as a browser hands it in."""
    return SimpleUploadedFile(name, data)


def work() -> None:
    """What a worker would do now: every job that waits."""
    while waiting := Job.objects.filter(state=JobState.QUEUED).order_by("created_at").first():
        run(str(waiting.pk))
        waiting.refresh_from_db()
        assert waiting.state == JobState.DONE, waiting.error


def uploaded(city: User, rows: Iterable[Sequence[Any]], *, platform: str = "zhoushan", **how: Any) -> PlatformImport:
    """A file handed in and read."""
    found = import_upload(actor=city, platform=platform, upload=upload(xlsx(rows, **how)))
    work()
    found.refresh_from_db()
    return found


def checked(
    city: User,
    rows: Iterable[Sequence[Any]],
    *,
    platform: str = "zhoushan",
    profile: ProfileInput = PROFILE,
    **how: Any,
) -> PlatformImport:
    """A file whose rows were checked; the profile is kept at the first one."""
    found = uploaded(city, rows, platform=platform, **how)
    if found.state == "unmapped":
        name = profile.name if platform == "zhoushan" else f"{profile.name}（{platform}）"
        columns_set(actor=city, row=found, data=replace(profile, name=name))
        work()
        found.refresh_from_db()
    return found


def imported(city: User, rows: Iterable[Sequence[Any]], *, with_warnings: bool = False, **how: Any) -> PlatformImport:
    """A file whose rows are in the ledger."""
    found = checked(city, rows, **how)
    reason = "课程由省厅统一组织" if with_warnings else ""
    import_confirm(actor=city, row=found, with_warnings=with_warnings, reason=reason)
    work()
    found.refresh_from_db()
    return found
