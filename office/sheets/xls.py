"""Reads .xls (Excel 5 to 2003): xlrd for the values, and a second look at the records for formulas and merged cells.

Not calamine: it reads the Unicode strings of files whose writer names a code page (JExcelAPI, Spreadsheet::WriteExcel)
through that code page, and panics on Excel 95 files; both measured, see docs/decisions.
"""

from __future__ import annotations

import io
import re
from datetime import timedelta

import xlrd
from xlrd.compdoc import CompDoc

from office.sheets.cells import Cell, bool_cell, error_cell, moment_cell, number_cell, serial_cell, text_cell
from office.sheets.grid import Grid, sheet_name
from office.sheets.kinds import kind_of_ole
from office.sheets.limits import Limits
from office.sheets.refusals import Refusal
from office.sheets.sheet import Flag, Sheet
from office.sheets.xls_look import SheetRecords, look

_DURATION = re.compile(r"\[[hms]+\]", re.IGNORECASE)
_EXCEL_97 = 80
_MULTIBYTE = {932, 936, 949, 950, 54936, 65001, 1200}
# Western text in a Chinese office is a non-breaking space or a sign; letters with accents are Chinese read wrongly.
_ACCENTED = re.compile("[\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f]|\\?\\?")


def kind_of(data: bytes) -> str:
    """`xls`, or the refusal of what else the compound file is."""
    return kind_of_ole([entry.name for entry in _compound(data).dirlist])


def read_xls(data: bytes, limits: Limits) -> list[Sheet]:
    """The visible worksheets; one beyond the limits has its refusal instead of rows."""
    compound = _compound(data)
    stream = compound.get_named_stream("Workbook") or compound.get_named_stream("Book")
    records = look(stream)
    try:
        book = _opened(data, with_formats=False)
        if any(_is_duration(book, index) for index in range(len(book.xf_list))):
            book = _opened(data, with_formats=True)
    except xlrd.XLRDError as error:
        raise Refusal("file_encrypted" if "encrypted" in str(error) else "file_damaged") from error
    if book.nsheets != len(records):
        raise Refusal("file_damaged")
    return [_sheet(book, index, found, limits) for index, found in enumerate(records) if found.visible]


def _compound(data: bytes) -> CompDoc:
    try:
        return CompDoc(data, logfile=io.StringIO())
    except Exception as error:
        raise Refusal("file_damaged") from error


def _opened(data: bytes, *, with_formats: bool) -> xlrd.Book:
    return xlrd.open_workbook(
        file_contents=data, logfile=io.StringIO(), formatting_info=with_formats, on_demand=True, ragged_rows=True
    )


def _sheet(book: xlrd.Book, index: int, records: SheetRecords, limits: Limits) -> Sheet:
    source = book.sheet_by_index(index)
    grid = Grid(sheet_name(source.name), limits)
    checked = book.biff_version < _EXCEL_97 and book.codepage not in _MULTIBYTE
    try:
        for row in range(source.nrows):
            cells = [_cell(book, source, row, column) for column in range(source.row_len(row))]
            if checked and any(_ACCENTED.search(text) for text, _ in cells):
                raise Refusal("file_old_encoding")
            for column in records.no_result.get(row, ()):
                cells += [("", None)] * (column + 1 - len(cells))
                cells[column] = "", Flag.NO_RESULT
            grid.add_cells(row + 1, cells)
        return grid.finished(records.merges)
    except Refusal as refusal:
        return Sheet(grid.name, refusal=refusal)
    finally:
        book.unload_sheet(index)


def _cell(book: xlrd.Book, sheet: xlrd.sheet.Sheet, row: int, column: int) -> Cell:
    kind, value = sheet.cell_type(row, column), sheet.cell_value(row, column)
    if kind == xlrd.XL_CELL_TEXT:
        return text_cell(value)
    if kind == xlrd.XL_CELL_NUMBER:
        return number_cell(value)
    if kind == xlrd.XL_CELL_DATE:
        if book.formatting_info and _is_duration(book, sheet.cell_xf_index(row, column)):
            return moment_cell(timedelta(days=value))
        return serial_cell(value, from_1904=bool(book.datemode))
    if kind == xlrd.XL_CELL_BOOLEAN:
        return bool_cell(bool(value))
    if kind == xlrd.XL_CELL_ERROR:
        return error_cell(xlrd.error_text_from_code.get(value, "#ERROR!"))
    return "", None


def _is_duration(book: xlrd.Book, index: int) -> bool:
    """Whether a cell style counts hours beyond 24, such as [h]:mm."""
    found = book.format_map.get(book.xf_list[index].format_key)
    return found is not None and _DURATION.search(found.format_str or "") is not None
