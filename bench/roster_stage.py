"""What a roster is measured on: people, their units, and 附件2 of one class as an office hands it in."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from django.db import connection
from django.utils import timezone

from accounts.crypto import blind_index
from accounts.models import Organisation, Region, User
from bench import database
from bench.pairs import Context
from bench.platform_stage import UPDATE_SQL, id_number
from bench.workbooks import xlsx
from courses.models import Roster
from courses.roster.columns import COLUMNS
from courses.roster.facts import ClassFacts
from office.sheets.limits import Limits

YEAR, UNITS = 2021, 500
FIGURES = str.maketrans("0123456789", "零一二三四五六七八九")
FACTS = ClassFacts(
    name="2021年建设工程专业技术人员继续教育培训班",
    organiser="舟山虚构建设培训中心",
    hours=Decimal(16),
    days=frozenset({date(YEAR, 6, 1), date(YEAR, 6, 2)}),
)
LIMITS = Limits(file_bytes=30 * 2**20, rows=60_000, unpacked_bytes=300 * 2**20, cpu_seconds=60, wall_seconds=120)
NAMES_SQL = (
    "UPDATE registry_practitioner SET name = '测试' || translate(id::text, '0123456789', '零一二三四五六七八九')"
)


@dataclass(frozen=True)
class Stage:
    """What a run works on: the workbook, the roster its rows are kept for, how many rows there are."""

    data: bytes
    roster: Roster
    rows: int


@contextmanager
def stage(context: Context, rows: int) -> Iterator[Stage]:
    """As many people as rows, all registered; 500 units; a roster that is being checked."""
    rows = min(context.size, rows)
    database.use(rows, YEAR, 1)
    ids = list(range(1, rows + 1))
    with connection.cursor() as cursor:
        cursor.execute(UPDATE_SQL, [ids, [blind_index("id", id_number(n)).hex() for n in ids]])
        cursor.execute(NAMES_SQL)
        cursor.execute("VACUUM ANALYZE registry_practitioner")
    county = Region.objects.filter(is_city=False)[0]
    Organisation.objects.bulk_create(
        [Organisation(name=_unit(n), old_code=f"{n:09d}", kind="enterprise", region=county) for n in range(UNITS)],
        ignore_conflicts=True,
    )
    yield Stage(workbook(rows), _roster(), rows)


def _roster() -> Roster:
    clerk = User.objects.get(username="bench")
    defaults = {"kind": "history", "created_by": clerk, "state": "checking", "state_at": timezone.now()}
    return Roster.objects.get_or_create(year=YEAR, defaults={**defaults, "token": uuid.uuid4()})[0]


def _unit(n: int) -> str:
    return f"舟山虚构建设工程有限公司{n:03d}".translate(FIGURES)


@lru_cache(maxsize=2)
def workbook(rows: int) -> bytes:
    """附件2 with its title and the line above its columns; everybody once, each with a phone of their own."""
    lines: list[list[str | int]] = [
        ["学时登记信息汇总表"],
        ["填报人：测试", "", "", "", "联系电话：0580-2000000", "", "", "", "填报日期：2021-06-03"],
        [column.title for column in COLUMNS],
    ]
    for n in range(1, rows + 1):
        number = id_number(n)
        lines.append(
            [
                n,
                str(FACTS.organiser),
                str(FACTS.name),
                f"测试{n}".translate(FIGURES),
                "男" if int(number[16]) % 2 else "女",
                _unit(n % UNITS),
                number,
                "建筑施工",
                "中级",
                "工程师",
                16,
                f"138{n:08d}",
                "否",
            ]
        )
    return xlsx(lines)
