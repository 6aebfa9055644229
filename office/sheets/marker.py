"""What the limited child does to give a workbook back with remarks in it: the file's own cells, coloured and told.

An .xlsx stays the workbook it was: styles, widths, merged cells, drop-downs. Its formulas become their results, and
links to other files go: nobody who opens it runs what somebody else wrote. Of .xls and .ods the values are copied to
the same rows of an .xlsx, as they are of an .xlsx that openpyxl cannot open.
"""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from typing import Any

from openpyxl import Workbook as Book
from openpyxl import load_workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell, MergedCell
from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

from office.limited.archive import Archive
from office.sheets.child import read_file
from office.sheets.grid import sheet_name
from office.sheets.limits import Limits
from office.sheets.refusals import Refusal
from office.sheets.sheet import Sheet

# Near the colours of Excel's own "bad" and "neutral", and told apart from them when an earlier marking is taken away.
COLOURS = {"error": "FFFFC7CF", "warning": "FFFFEB9D"}
_FILLS = {kind: PatternFill("solid", fgColor=colour) for kind, colour in COLOURS.items()}
_NO_FILL = PatternFill()
_WRAPPED = Alignment(wrap_text=True, vertical="top")
_WIDTH = 60  # digits, of which a Chinese character takes two
_LINE, _LINE_HEIGHT = 28, 15  # characters in a line of the remarks, and its height in points
_TEXT = "@"


def answer(task: dict[str, Any], data: bytes) -> bytes:
    """The workbook in `data` with the remarks of `task` in it, as .xlsx; raises Refusal. `task`: see marking.mark."""
    limits = Limits(**task["limits"])
    read = read_file(data, task["name"], limits)
    sheet = read.sheets[task["sheet"]]
    book = _opened(data, limits) if read.kind == "xlsx" else None
    place = None if book is None else _visible(book, task["sheet"], sheet)
    if book is None or place is None:
        book, place = _copied(sheet)
    _mark(place, task)
    book.active = book.index(place)
    return _saved(book)


def _opened(data: bytes, limits: Limits) -> Book | None:
    """The workbook with results in place of its formulas; None when openpyxl cannot open it."""
    archive = Archive(data, limits)
    for name in archive.names:
        if name.lower().endswith((".xml", ".rels", ".vml")):
            archive.xml(name)
    try:
        book = load_workbook(io.BytesIO(data), keep_links=False)
        _without_formulas(book, data)
    except Refusal:
        raise
    except Exception:
        return None
    return book


def _without_formulas(book: Book, data: bytes) -> None:
    formulas = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    if formulas:
        results = load_workbook(io.BytesIO(data), data_only=True, keep_links=False)
        for cell in formulas:
            result = results[cell.parent.title][cell.coordinate].value
            _put(cell, getattr(cell.value, "text", cell.value) if result is None else result)
    for name in [name for name, defined in book.defined_names.items() if "[" in (defined.attr_text or "")]:
        del book.defined_names[name]
    for sheet in book.worksheets:
        sheet._pivots = []  # type: ignore[attr-defined]  # tables over data from elsewhere


def _visible(book: Book, number: int, read: Sheet) -> Worksheet | None:
    """The worksheet that was read as the `number`th visible one."""
    shown = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    if number < len(shown) and sheet_name(shown[number].title) == read.name:
        return shown[number]
    return None


def _copied(read: Sheet) -> tuple[Book, Worksheet]:
    """The values of a sheet in the same rows and columns of a new workbook, each as text."""
    book = Book()
    sheet = book.worksheets[0]
    for number, cells in read.rows:
        for index, text in enumerate(cells, 1):
            if text:
                _put(sheet.cell(number, index), text)
    return book, sheet


def _mark(sheet: Worksheet, task: dict[str, Any]) -> None:
    """Colour the cells, and tell each row's remarks in a column of its own."""
    header, column = task["header"], task["column"] + 1
    if task["again"]:
        _unmark(sheet, header, column)
    tops = {
        (row, left): (area.min_row, area.min_col)
        for area in sheet.merged_cells.ranges
        for row in range(area.min_row, area.max_row + 1)
        for left in range(area.min_col, area.max_col + 1)
    }
    for row, index, kind in sorted(task["cells"], key=lambda mark: mark[2] == "error"):  # an error covers a warning
        sheet.cell(*tops.get((row, index + 1), (row, index + 1))).fill = _FILLS[kind]
    _remark(sheet.cell(header, column), task["title"], bold=True)
    for number, text in task["rows"]:
        _remark(sheet.cell(number, column), text)
        lines = sum(-(-len(line) // _LINE) for line in text.split("\n"))
        if lines > 1:  # no program makes a row higher by itself when it opens a file
            height = sheet.row_dimensions[number].height or _LINE_HEIGHT
            sheet.row_dimensions[number].height = max(height, lines * _LINE_HEIGHT)
    sheet.column_dimensions[get_column_letter(column)].width = _WIDTH


def _unmark(sheet: Worksheet, header: int, column: int) -> None:
    """Take an earlier marking away."""
    for row in sheet.iter_rows(min_row=header + 1):
        for cell in row:
            if cell.fill.fgColor.rgb in COLOURS.values():
                cell.fill = _NO_FILL
            if cell.column == column and not isinstance(cell, MergedCell):
                cell.value = None


def _remark(cell: Cell | MergedCell, text: str, *, bold: bool = False) -> None:
    if isinstance(cell, MergedCell):
        return
    _put(cell, text)
    cell.alignment, cell.font = _WRAPPED, Font(bold=bold)


def _put(cell: Any, value: Any) -> None:
    """A value that is no formula, whatever it begins with."""
    if isinstance(value, str):
        cell.value = None
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
        cell.data_type, cell.number_format = "s", _TEXT
    else:
        cell.value = value


class _Writer(ExcelWriter):
    """openpyxl's writer, without its temporary files: the child may not write any."""

    def write_worksheet(self, ws: Any) -> None:
        """A worksheet, written in memory."""
        out = io.BytesIO()
        ws._drawing = SpreadsheetDrawing()
        ws._drawing.charts, ws._drawing.images = ws._charts, ws._images
        writer = WorksheetWriter(ws, out)
        writer.write()
        ws._rels = writer._rels
        self._archive.writestr(ws.path[1:], out.getvalue())
        self.manifest.append(ws)


def _saved(book: Book) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        book.properties.modified = dt.datetime.now(tz=dt.UTC).replace(tzinfo=None)
        writer = _Writer(book, archive)
        writer.write_data()
    return out.getvalue()
