"""What a platform import is measured on: people with ID numbers, a year's courses, and the workbook of a platform."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from django.conf import settings
from django.db import connection

from accounts.crypto import blind_index
from accounts.models import User
from bench import database
from bench.pairs import Context
from bench.workbooks import xlsx
from registry.commands.platforms import files
from registry.models import ImportProfile, PlatformImport, PrescribedCourse, RegistrationWindow

LINES, EACH, LISTED = 50_000, 4, 20
YEAR = 2021
COLUMNS = (
    "序号",
    "姓名",
    "性别",
    "身份证号",
    "手机号码",
    "工作单位",
    "课程编号",
    "课程名称",
    "科目",
    "学时",
    "开始日期",
    "完成日期",
    "考试结果",
)
HEADINGS = {
    "name": "姓名",
    "id_number": "身份证号",
    "course_code": "课程编号",
    "course_name": "课程名称",
    "category": "科目",
    "hours": "学时",
    "completed_on": "完成日期",
    "passed": "考试结果",
}
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
UPDATE_SQL = """
UPDATE registry_practitioner p SET id_hash = decode(given.hash, 'hex')
FROM unnest(%s, %s) AS given (id, hash) WHERE p.id = given.id
"""


@dataclass(frozen=True)
class Stage:
    """What a run works on: the workbook, the import that is checked, and how many lines there are."""

    data: bytes
    row: PlatformImport
    profile: ImportProfile
    clerk: User
    lines: int


def id_number(n: int) -> str:
    """A made-up ID number that holds."""
    body = f"330902{date(1970, 1, 1) + timedelta(days=n // 999 % 10_000):%Y%m%d}{n % 999:03d}"
    return body + "10X98765432"[sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True)) % 11]


@contextmanager
def stage(context: Context) -> Iterator[Stage]:
    """People, courses, and the file of an import, in a folder of its own."""
    lines = min(context.size, LINES)
    people = -(-lines // EACH)
    database.use(people, YEAR, 1)
    _name_people(people)
    clerk = User.objects.get(username="bench")
    # The rows are of a year long past; its window is open for the bench, or each of them would have a finding.
    RegistrationWindow.objects.update_or_create(
        year=YEAR, defaults={"opens_on": date(YEAR, 1, 1), "closes_on": date(9999, 12, 31), "reason": "bench"}
    )
    PrescribedCourse.objects.all().delete()
    PrescribedCourse.objects.bulk_create(
        PrescribedCourse(
            year=YEAR,
            code=f"HG-{n:02d}",
            name=f"建设行业公需课程第{n}讲",
            category="industry_public",
            hours=n % 12 + 1,
            platform="zhoushan",
        )
        for n in range(LISTED)
    )
    data = workbook(lines)
    kept_root = settings.MEDIA_ROOT
    with tempfile.TemporaryDirectory() as folder:
        settings.MEDIA_ROOT = folder
        try:
            yield _import(data, clerk, lines)
        finally:
            settings.MEDIA_ROOT = kept_root


def _name_people(people: int) -> None:
    """The bench's people get ID numbers that can be found by their hash."""
    ids = list(range(1, people + 1))
    with connection.cursor() as cursor:
        cursor.execute(UPDATE_SQL, [ids, [blind_index("id", id_number(n)).hex() for n in ids]])
        cursor.execute("VACUUM ANALYZE registry_practitioner")


@lru_cache(maxsize=1)
def workbook(lines: int) -> bytes:
    """A platform's export: four courses a person on days all over the year, thirteen columns, as Excel writes them."""
    rows: list[list[str | int]] = [list(COLUMNS)]
    for line in range(lines):
        person, course = line // EACH + 1, (line // EACH + line % EACH * 5) % LISTED
        day = date(YEAR, 1, 1) + timedelta(days=line * 7 % 300)
        rows.append(
            [
                line + 1,
                f"测试{person}",
                "男",
                id_number(person),
                f"138{person:08d}",
                f"舟山虚构建设有限公司{person % 500:04d}",
                f"HG-{course:02d}",
                f"建设行业公需课程第{course}讲",
                "行业公需科目",
                course % 12 + 1,
                (day - timedelta(days=3)).isoformat(),
                day.isoformat(),
                "合格",
            ]
        )
    return xlsx(rows)


def _import(data: bytes, clerk: User, lines: int) -> Stage:
    profile, _ = ImportProfile.objects.get_or_create(
        name="bench",
        defaults={
            "platform": "zhoushan",
            "columns": HEADINGS,
            "categories": {"行业公需科目": "industry_public"},
            "passed": ["合格"],
            "created_by": clerk,
        },
    )
    with files.kept(data, "bench.xlsx") as file:
        row = PlatformImport.objects.create(
            platform="zhoushan",
            name="bench.xlsx",
            sha256=file.sha256,
            size=file.size,
            file=file.path,
            data_key=file.data_key,
            profile=profile,
            created_by=clerk,
        )
    return Stage(data, row, profile, clerk, lines)
