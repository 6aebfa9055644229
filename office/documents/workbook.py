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
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, NamedStyle, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from office.documents.fit import points_for
from office.documents.paper import FONT, new_book, put_text, set_page

TEXT, NUMBER, HOURS, DAY = "text", "number", "hours", "day"
TEXT_FORMAT = "@"
# HOURS as the forms print them: 16 and 7.5; NUMBER with its one place, so that columns of figures stand in line.
_FORMATS = {TEXT: TEXT_FORMAT, NUMBER: "0.0", HOURS: "General", DAY: "yyyy-mm-dd"}
_LINE = Side(style="thin", color="000000")
_GRID = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_CENTRE = Alignment(horizontal="center", vertical="center", wrap_text=True)
_LEFT = Alignment(horizontal="left", vertical="center", wrap_text=True)
_SIZE = 10
_ROW_POINTS = 21  # a row of one line, with room to write by hand
EMPTY_ROWS_CHOOSE = 2000  # how far down the drop-downs of an empty form reach


@dataclass(frozen=True, slots=True)
class Column:
    """One column: printed header, width in characters, kind of cell, the values its drop-down offers, and a hint that
    shows beside a cell about to be filled in.
    """

    header: str
    width: float = 12
    kind: str = TEXT
    choices: tuple[str, ...] = ()
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """A form: its title, the line above the table (left to right), its columns, notes below; `landscape` A4 or not.

    `mark` stands above the title as in a notice (附件 2), `footer` at the foot of each printed page beside its number.
    """

    title: str
    columns: Sequence[Column]
    above: Sequence[str] = ()
    notes: Sequence[str] = ()
    sheet: str = "Sheet1"
    landscape: bool = True
    mark: str = ""
    footer: str = ""


def write(form: Form, rows: Iterable[Sequence[Any]], *, empty_rows: int = 0) -> bytes:
    """The workbook. `rows` hold str, Decimal, int, date or None in the order of the columns.

    `empty_rows` are ruled below them; lower still, a column of text stays text, so that ID numbers keep their digits.
    """
    book = new_book()
    sheet = book.create_sheet(form.sheet)
    _looks(book)
    header_row = _head(sheet, form)
    last = header_row
    for last, row in enumerate(rows, start=header_row + 1):
        for number, (column, value) in enumerate(zip(form.columns, row, strict=True), start=1):
            _put(sheet.cell(last, number), value, column.kind)
        sheet.row_dimensions[last].height = max(_ROW_POINTS, _height(form.columns, row))
    for empty in range(last + 1, last + 1 + empty_rows):
        for number, column in enumerate(form.columns, start=1):
            _put(sheet.cell(empty, number), None, column.kind)
        sheet.row_dimensions[empty].height = _ROW_POINTS
    last += empty_rows
    _keep_text(sheet, form)
    _notes(sheet, form, last + 1)
    _help(sheet, form, header_row + 1, max(last, header_row + 1))
    _page(sheet, form, header_row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def spans(width: int, parts: int) -> list[tuple[int, int]]:
    """Over which of so many columns each text above the table stands: from and to, from 0."""
    edges = [round(index * width / parts) for index in range(parts + 1)]
    return list(zip(edges, edges[1:], strict=False))


def _looks(book: Workbook) -> None:
    """One named style for each kind of cell: giving every cell its font and border took most of a large list's time."""
    for kind, code in _FORMATS.items():
        look = NamedStyle(name=kind, font=Font(name=FONT, size=_SIZE), border=_GRID, alignment=_CENTRE)
        look.number_format = code
        book.add_named_style(look)


def _put(cell: Cell, value: Any, kind: str) -> None:
    """Write one cell: text stays text whatever it begins with; characters that no workbook may hold are left out."""
    if value is None or value == "":
        cell.style = kind
    elif kind in (NUMBER, HOURS) and isinstance(value, int | Decimal):
        cell.value, cell.style = float(value) if isinstance(value, Decimal) else value, kind
    elif kind == DAY and isinstance(value, date):
        cell.value, cell.style = value, kind
    else:
        put_text(cell, str(value))
        cell.style = TEXT


def _head(sheet: Worksheet, form: Form) -> int:
    width = len(form.columns)
    row = 1
    if form.mark:
        _line(sheet, row, form.mark, width, Font(name=FONT, size=12), _LEFT)
        sheet.row_dimensions[row].height = 22
        row += 1
    _line(sheet, row, form.title, width, Font(name=FONT, size=18, bold=True), _CENTRE)
    sheet.row_dimensions[row].height = 36
    if form.above:
        row += 1
        _spread(sheet, row, form.above, width)
    row += 1
    for number, column in enumerate(form.columns, start=1):
        cell = sheet.cell(row, number)
        put_text(cell, column.header)
        cell.border, cell.alignment, cell.font = _GRID, _CENTRE, Font(name=FONT, size=_SIZE, bold=True)
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    sheet.row_dimensions[row].height = max(32, _height(form.columns, [column.header for column in form.columns]))
    return row


def _height(columns: Sequence[Column], texts: Sequence[Any]) -> float:
    """Points for the longest of a row's texts; figures and days have one line."""
    return max(
        points_for(text, column.width, size=_SIZE) if isinstance(text, str) else 0
        for column, text in zip(columns, texts, strict=True)
    )


def _line(sheet: Worksheet, row: int, text: str, width: int, font: Font, alignment: Alignment) -> None:
    """A line of its own across the table."""
    sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=width)
    cell = sheet.cell(row, 1)
    put_text(cell, text)
    cell.font, cell.alignment = font, alignment


def _spread(sheet: Worksheet, row: int, texts: Sequence[str], width: int) -> None:
    """The texts above the table, each over its share of the columns."""
    for text, (start, end) in zip(texts, spans(width, len(texts)), strict=True):
        if end - start > 1:
            sheet.merge_cells(start_row=row, start_column=start + 1, end_row=row, end_column=end)
        cell = sheet.cell(row, start + 1)
        put_text(cell, text)
        cell.font, cell.alignment = Font(name=FONT, size=11), _LEFT
    sheet.row_dimensions[row].height = 22


def _notes(sheet: Worksheet, form: Form, row: int) -> None:
    for offset, note in enumerate(form.notes):
        _line(sheet, row + offset, note, len(form.columns), Font(name=FONT, size=_SIZE), _LEFT)
        width = sum(column.width for column in form.columns)
        sheet.row_dimensions[row + offset].height = points_for(note, width, size=_SIZE)


def _keep_text(sheet: Worksheet, form: Form) -> None:
    for number, column in enumerate(form.columns, start=1):
        sheet.column_dimensions[get_column_letter(number)].number_format = _FORMATS[column.kind]


def _help(sheet: Worksheet, form: Form, first: int, last: int) -> None:
    """Drop-downs and hints, and beyond the last row too: more people come than were planned."""
    for number, column in enumerate(form.columns, start=1):
        if not column.choices and not column.hint:
            continue
        rule = DataValidation(allow_blank=True)
        if column.choices:
            rule.type, rule.formula1, rule.showErrorMessage = "list", f'"{",".join(column.choices)}"', True
            rule.errorTitle, rule.error = column.header, f"请从列表中选择：{'、'.join(column.choices)}"
        if column.hint:
            rule.showInputMessage, rule.promptTitle, rule.prompt = True, column.header, column.hint
        letter = get_column_letter(number)
        rule.add(f"{letter}{first}:{letter}{max(last, first + EMPTY_ROWS_CHOOSE)}")
        sheet.add_data_validation(rule)


def _page(sheet: Worksheet, form: Form, header_row: int) -> None:
    set_page(sheet, landscape=form.landscape, footer=form.footer, margin=0.5)
    sheet.print_title_rows = f"{header_row}:{header_row}"
    sheet.freeze_panes = f"A{header_row + 1}"
