"""Official forms as .xlsx: title, lines above the table, headers, rows; as they are printed, and safe to open.

Every text cell is written as text, so that nothing typed by a person starts a formula, and ID numbers and phones keep
their digits.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

TEXT, NUMBER, DAY = "text", "number", "day"
TEXT_FORMAT = "@"
_FORMATS = {TEXT: TEXT_FORMAT, NUMBER: "0.0", DAY: "yyyy-mm-dd"}
_LINE = Side(style="thin", color="000000")
_GRID = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_CENTRE = Alignment(horizontal="center", vertical="center", wrap_text=True)
_LEFT = Alignment(horizontal="left", vertical="center", wrap_text=True)
FONT = "宋体"
EMPTY_ROWS_CHOOSE = 2000  # how far down the drop-downs of an empty form reach


@dataclass(frozen=True, slots=True)
class Column:
    """One column: printed header, width in characters, kind of cell, and the values its drop-down offers."""

    header: str
    width: float = 12
    kind: str = TEXT
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """A form: its title, the line above the table (left to right), its columns, notes below; `landscape` A4 or not."""

    title: str
    columns: Sequence[Column]
    above: Sequence[str] = ()
    notes: Sequence[str] = ()
    sheet: str = "Sheet1"
    landscape: bool = True


def write(form: Form, rows: Iterable[Sequence[Any]], *, empty_rows: int = 0) -> bytes:
    """The workbook. `rows` hold str, Decimal, int, date or None in the order of the columns."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)  # noqa: S101 - a new workbook has one
    sheet.title = form.sheet
    header_row = _head(sheet, form)
    last = header_row
    for last, row in enumerate(rows, start=header_row + 1):
        for number, (column, value) in enumerate(zip(form.columns, row, strict=True), start=1):
            put(sheet.cell(last, number), value, column.kind)
    for empty in range(last + 1, last + 1 + empty_rows):
        for number, column in enumerate(form.columns, start=1):
            put(sheet.cell(empty, number), None, column.kind)
    last += empty_rows
    _notes(sheet, form, last + 1)
    _drop_downs(sheet, form, header_row + 1, max(last, header_row + 1))
    _page(sheet, form, header_row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def put(cell: Cell, value: Any, kind: str = TEXT) -> None:
    """Write one cell: text stays text whatever it begins with; characters that no workbook may hold are left out."""
    cell.border, cell.font, cell.alignment = _GRID, Font(name=FONT, size=10), _CENTRE
    cell.number_format = _FORMATS[kind]
    if value is None or value == "":
        return
    if kind == NUMBER and isinstance(value, int | Decimal):
        cell.value = float(value) if isinstance(value, Decimal) else value
    elif kind == DAY and isinstance(value, date):
        cell.value = value
    else:
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", str(value))
        cell.data_type = "s"
        cell.number_format = TEXT_FORMAT


def _head(sheet: Worksheet, form: Form) -> int:
    width = len(form.columns)
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=width)
    title = sheet.cell(1, 1)
    title.value, title.data_type = form.title, "s"
    title.font, title.alignment = Font(name=FONT, size=18, bold=True), _CENTRE
    sheet.row_dimensions[1].height = 36
    row = 1
    if form.above:
        row = 2
        _spread(sheet, row, form.above, width)
    row += 1
    for number, column in enumerate(form.columns, start=1):
        cell = sheet.cell(row, number)
        cell.value, cell.data_type = column.header, "s"
        cell.border, cell.alignment, cell.font = _GRID, _CENTRE, Font(name=FONT, size=10, bold=True)
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    sheet.row_dimensions[row].height = 32
    return row


def _spread(sheet: Worksheet, row: int, texts: Sequence[str], width: int) -> None:
    """The texts above the table, each over its share of the columns."""
    edges = [round(index * width / len(texts)) for index in range(len(texts) + 1)]
    for text, start, end in zip(texts, edges, edges[1:], strict=False):
        if end - start > 1:
            sheet.merge_cells(start_row=row, start_column=start + 1, end_row=row, end_column=end)
        cell = sheet.cell(row, start + 1)
        cell.value, cell.data_type = ILLEGAL_CHARACTERS_RE.sub("", text), "s"
        cell.font, cell.alignment = Font(name=FONT, size=11), _LEFT
    sheet.row_dimensions[row].height = 22


def _notes(sheet: Worksheet, form: Form, row: int) -> None:
    for offset, note in enumerate(form.notes):
        sheet.merge_cells(start_row=row + offset, start_column=1, end_row=row + offset, end_column=len(form.columns))
        cell = sheet.cell(row + offset, 1)
        cell.value, cell.data_type = note, "s"
        cell.font, cell.alignment = Font(name=FONT, size=10), _LEFT


def _drop_downs(sheet: Worksheet, form: Form, first: int, last: int) -> None:
    for number, column in enumerate(form.columns, start=1):
        if not column.choices:
            continue
        listed = ",".join(column.choices)
        rule = DataValidation(type="list", formula1=f'"{listed}"', allow_blank=True, showErrorMessage=True)
        rule.errorTitle, rule.error = column.header, f"请从列表中选择：{'、'.join(column.choices)}"
        letter = get_column_letter(number)
        rule.add(f"{letter}{first}:{letter}{max(last, first + EMPTY_ROWS_CHOOSE)}")
        sheet.add_data_validation(rule)


def _page(sheet: Worksheet, form: Form, header_row: int) -> None:
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4  # type: ignore[assignment]  # its type wants the number itself
    sheet.page_setup.orientation = "landscape" if form.landscape else "portrait"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True  # type: ignore[union-attr]
    sheet.print_title_rows = f"{header_row}:{header_row}"
    sheet.freeze_panes = f"A{header_row + 1}"
