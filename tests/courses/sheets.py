"""附件2 as offices hand it in: rows of cells, as a workbook in memory or as a file."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from openpyxl import Workbook as Book

from courses.roster import columns
from courses.roster.check import Checked, Checking, check
from courses.roster.columns import COLUMNS, KEYS
from courses.roster.facts import ClassFacts
from office.sheets.cells import any_cell
from office.sheets.grid import Grid
from office.sheets.header import Header
from office.sheets.limits import Limits
from office.sheets.sheet import Flag, Workbook
from tests.factories import make_id_number, make_phone

HEADINGS = tuple(column.title for column in COLUMNS)
TITLE = "学时登记信息汇总表"
EMPLOYER = "舟山虚构建工有限公司"
CLASS = ClassFacts(
    name="装配式建筑培训班",
    organiser="舟山虚构培训中心",
    hours=Decimal(16),
    days=frozenset({date(2021, 8, 26), date(2021, 8, 27)}),
    planned=None,
)
GOOD = {
    "organiser": CLASS.organiser,
    "class_name": CLASS.name,
    "name": "江听澜",
    "sex": "男",
    "employer": EMPLOYER,
    "series": "建筑施工",
    "level": "中级",
    "title": "工程师",
    "hours": 16,
    "municipal": "否",
}


def row(n: int = 0, **changed: Any) -> list[Any]:
    """The nth person's row, as the form has it; `changed` by keys of columns. Everybody is a man of 定海."""
    person = {"serial": n + 1, "id_number": make_id_number(serial=n), "phone": make_phone(70_000_000 + n)}
    values = {**GOOD, **person, **changed}
    return [values[key] for key in KEYS]


def book(
    rows: Iterable[Sequence[Any]], headings: Sequence[Any] = HEADINGS, above: Iterable[Sequence[Any]] = ((TITLE,),)
) -> Workbook:
    """A workbook as the reader would give it, without a file: one sheet, its first row is number 1.

    A Flag for a cell is a cell that is no data.
    """
    grid = Grid("Sheet1", Limits())
    for number, cells in enumerate((*above, headings, *rows), 1):
        grid.add_cells(
            number, [("", cell) if isinstance(cell, Flag) else any_cell("" if cell is None else cell) for cell in cells]
        )
    return Workbook("xlsx", [grid.finished()])


def header(rows: Iterable[Sequence[Any]], **how: Any) -> Header:
    """The roster's header in such a workbook."""
    return columns.find(book(rows, **how))


def checking(
    rows: Iterable[Sequence[Any]], facts: ClassFacts = CLASS, *, actor: int | None = None, **how: Any
) -> Checking:
    """The check of such a workbook."""
    return check(header(rows, **how), facts, actor=actor)


def checked(rows: Iterable[Sequence[Any]], facts: ClassFacts = CLASS, **how: Any) -> list[Checked]:
    """All its rows, checked."""
    return list(checking(rows, facts, **how).rows())


def found(one: Checked) -> list[tuple[str, str]]:
    """Codes and keys of columns of what is wrong with a row."""
    return [(finding.code.value, finding.column) for finding in one.findings]


def xlsx(
    rows: Iterable[Sequence[Any]], headings: Sequence[Any] = HEADINGS, above: Iterable[Sequence[Any]] = ((TITLE,),)
) -> bytes:
    """The same as a file."""
    written = Book()
    sheet = written.active
    assert sheet is not None
    for cells in (*above, headings, *rows):
        sheet.append(list(cells))
    out = io.BytesIO()
    written.save(out)
    return out.getvalue()
