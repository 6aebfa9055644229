"""A platform's file of 50,000 lines: sealed file → every check → staged rows, against its limit and a plain importer.

The limit reads the same workbook with calamine and does nothing else. The peer reads it with openpyxl and does the same
checks with the same rules, row by row, and stores the rows with `bulk_create`: what one writes without measuring.
What hashing ID numbers takes, and how much memory the reading child uses, are rows of their own.
"""

from __future__ import annotations

import io
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.db import connection
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from accounts.crypto import blind_index
from accounts.identity import normalise
from accounts.masks import mask_id
from accounts.models import User
from bench import database
from bench.pairs import Bar, Context, Measure, Row, at_least, at_most, compare, seconds
from bench.workbooks import xlsx
from registry.commands.platforms import files
from registry.commands.platforms.columns import Reading
from registry.commands.platforms.earlier import earlier_of
from registry.commands.platforms.reading import import_check
from registry.commands.platforms.rules import Rules, Stated
from registry.models import (
    ImportProfile,
    PlatformImport,
    PlatformRow,
    Practitioner,
    PrescribedCourse,
    RegistrationWindow,
    RowVerdict,
)
from registry.platform_states import ImportState

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
    data = _workbook(lines)
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
def _workbook(lines: int) -> bytes:
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


def _ours(stage: Stage) -> float:
    """Seconds from the sealed file to the staged rows, none of which may have a problem."""
    PlatformRow.objects.all().delete()
    PlatformImport.objects.filter(pk=stage.row.pk).update(state=ImportState.CHECKING)
    taken = seconds(lambda: import_check(pk=stage.row.pk, progress=lambda *_: None))
    _must_be_ready(stage)
    return taken


def _calamine(stage: Stage) -> float:
    """Seconds of reading every cell, and nothing else."""

    def read() -> None:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(stage.data)).get_sheet_by_index(0)
        if sum(1 for _ in sheet.iter_rows()) != stage.lines + 1:
            raise AssertionError("calamine did not read all rows")

    return seconds(read)


def _plain_importer(stage: Stage) -> float:
    """Seconds of openpyxl, the same checks row by row, and `bulk_create`."""
    PlatformRow.objects.all().delete()
    taken = seconds(lambda: _import_plainly(stage))
    _must_be_ready(stage)
    return taken


def _import_plainly(stage: Stage) -> None:
    sheet = load_workbook(io.BytesIO(stage.data), read_only=True).active
    people = {
        bytes(id_hash): (pk, name, user)
        for pk, name, id_hash, user in Practitioner.objects.values_list("pk", "name", "id_hash", "user_id")
    }
    earlier = earlier_of("zhoushan", [YEAR], [pk for pk, _, _ in people.values()])
    rules = Rules("zhoushan", Reading.of(stage.profile))
    seen, rows = set(), []
    for number, cells in enumerate(sheet.iter_rows(min_row=2, values_only=True), 2):  # type: ignore[union-attr]
        name, id_text, code, course, category, hours, day, passed = ("" if c is None else str(c).strip() for c in cells)
        id_text = normalise(id_text)
        pk, known_as, user = people[blind_index("id", id_text)]
        judged = rules.judge(Stated(code, course, category, hours, passed, day))
        key = (pk, judged.code)
        wrong = (
            known_as != name or user == stage.clerk.pk or judged.problems or earlier.known(pk, judged) or key in seen
        )
        seen.add(key)
        rows.append(
            PlatformRow(
                platform_import=stage.row,
                row=number,
                verdict=RowVerdict.ERROR if wrong else RowVerdict.READY,
                practitioner_id=pk,
                name=name,
                id_masked=mask_id(id_text),
                activity=judged.activity,
                course_code=judged.code,
                course_name=judged.name,
                hours=Decimal(judged.tenths or 0) / 10,  # type: ignore[misc]  # the stubs know no Decimal there
                completed_on=judged.day,
            )
        )
    PlatformRow.objects.bulk_create(rows, batch_size=1000)


def _must_be_ready(stage: Stage) -> None:
    ready = PlatformRow.objects.filter(verdict=RowVerdict.READY).count()
    if ready != stage.lines:
        raise AssertionError(f"{ready} of {stage.lines} rows are ready")


def _against(name: str, limit: Callable[[Stage], float], peer: str, must: Bar, context: Context) -> Row:
    with stage(context) as there:
        return compare(
            context,
            name=name,
            n=there.lines,
            unit="rows/s",
            ours=lambda: _ours(there),
            limit=lambda: limit(there),
            peer=peer,
            must=must,
            binds=there.lines == LINES,
        )


def against_calamine(context: Context) -> Row:
    """At least 40 % of the speed at which calamine alone reads the workbook."""
    return _against(CALAMINE, _calamine, "calamine alone", at_least(0.4), context)


def against_plain_importer(context: Context) -> Row:
    """At least 6 times as fast as openpyxl, the same checks, and bulk_create."""
    return _against(PLAIN, _plain_importer, "openpyxl + bulk_create", at_least(6), context)


def hashing(context: Context) -> Row:
    """Hashing every different ID number takes at most a quarter of the whole."""
    with stage(context) as there:
        numbers = [id_number(n) for n in range(1, -(-there.lines // EACH) + 1)]

        def hash_all() -> float:
            return seconds(lambda: [blind_index("id", number) for number in numbers])

        return compare(
            context,
            name=HASHING,
            n=there.lines,
            unit="rows/s",
            ours=hash_all,
            limit=lambda: _ours(there),
            peer="the whole check",
            must=at_most(0.25),
            binds=there.lines == LINES,
        )


def memory(context: Context) -> Row:
    """The reading child holds at most 250 MB at its peak."""
    lines = min(context.size, LINES)
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
        Path(file.name).write_bytes(_workbook(lines))
        done = subprocess.run(
            [sys.executable, "-c", MEASURE_CHILD, file.name], capture_output=True, text=True, check=True
        )
    used = int(done.stdout) / 1024
    return Row(
        name=MEMORY,
        n=lines,
        unit="MB",
        ours=used,
        limit=MOST_MEGABYTES,
        peer="allowed",
        ratio=used / MOST_MEGABYTES,
        quartiles=(used / MOST_MEGABYTES, used / MOST_MEGABYTES),
        must=str(at_most(1)),
        ok=used <= MOST_MEGABYTES if lines == LINES else None,
    )


MOST_MEGABYTES = 250
# A process of its own: what a child is said to have used includes what its parent held when it was started.
MEASURE_CHILD = """
import resource, sys
from pathlib import Path
import django
django.setup()
from office.sheets.reading import read
from registry.commands.platforms.files import limits
read(Path(sys.argv[1]), name="bench.xlsx", limits=limits())
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
NAME = "platform import of 50,000 lines"
CALAMINE, PLAIN, HASHING, MEMORY = (
    f"{NAME}, {part}" for part in ("calamine alone", "openpyxl and bulk_create", "share of hashing", "reading child")
)
MEASURES: dict[str, Measure] = {
    CALAMINE: against_calamine,
    PLAIN: against_plain_importer,
    HASHING: hashing,
    MEMORY: memory,
}
