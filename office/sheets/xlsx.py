"""Reads .xlsx: calamine for the values, and a second look at the XML for what calamine does not tell.

calamine (measured with 0.9.1 of its Python binding) gives error cells, formulas never worked out and blank cells all as
"", knows only the Western built-in date formats, and asks for the whole rectangle between the first and the last cell.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from itertools import islice
from typing import Any

from python_calamine import CalamineSheet, CalamineWorkbook

from office.limited.archive import Archive
from office.sheets.cells import Cell, any_cell, bool_cell
from office.sheets.grid import Grid, Mark, Merge
from office.sheets.limits import Limits
from office.sheets.refusals import Refusal
from office.sheets.sheet import Flag, Sheet
from office.sheets.xlsx_book import Book, SheetPart, read_book
from office.sheets.xlsx_look import Findings, look

_SHORT = 100
_ROWS_AT_ONCE = 2_000


def read_xlsx(data: bytes, archive: Archive, limits: Limits) -> list[Sheet]:
    """The visible worksheets; one beyond the limits has its refusal instead of rows."""
    book = read_book(archive)
    archive.xml(book.strings_path)  # its checksum and encoding; calamine reads it again
    with CalamineWorkbook.from_filelike(io.BytesIO(data)) as workbook:
        return [_sheet(workbook, archive, book, part, limits) for part in book.sheets]


def parts_of_xlsx(data: bytes, archive: Archive, limits: Limits) -> Iterator[tuple[int, Sheet]]:
    """The same, in parts of some thousand rows: the number of the sheet, and its next rows or its refusal."""
    book = read_book(archive)
    archive.xml(book.strings_path)
    with CalamineWorkbook.from_filelike(io.BytesIO(data)) as workbook:
        for number, part in enumerate(book.sheets):
            grid = Grid(part.shown, limits)
            text = archive.xml(part.path)
            try:
                found = look(text, part.shown, book, limits)
                source = workbook.get_sheet_by_name(part.name)
                merges = [merge for merge in _merges(source) if merge[0] != merge[2]]
                for _ in _filling(source, found, grid):
                    if not merges and grid.rows:  # else the rows must be seen together
                        yield number, grid.take()
                yield number, grid.finished(merges)
            except Refusal as refusal:
                yield number, Sheet(part.shown, refusal=refusal)


def _sheet(workbook: CalamineWorkbook, archive: Archive, book: Book, part: SheetPart, limits: Limits) -> Sheet:
    text = archive.xml(part.path)
    try:
        found = look(text, part.shown, book, limits)
        source, grid = workbook.get_sheet_by_name(part.name), Grid(part.shown, limits)
        for _ in _filling(source, found, grid):
            pass
        return grid.finished(_merges(source))
    except Refusal as refusal:
        return Sheet(part.shown, refusal=refusal)


def _filling(source: CalamineSheet, found: Findings, grid: Grid) -> Iterator[None]:
    """Puts the rows in the grid, and stops after every few thousand."""
    flagged: dict[Any, Flag] = {}  # values, for the few that are no data
    known = _Known(flagged)
    known_of = known.__getitem__
    number = 0
    for number, values in enumerate(_from_first_row(source), 1):
        if found.booleans:
            row = [_truth(value) if value.__class__ is bool else known[value] for value in values]
        else:
            row = list(map(known_of, values))
        marks = [(i, flagged[value]) for i, value in enumerate(values) if value in flagged] if flagged else []
        if number in found.marks:
            marks = _marked(row, marks, found.marks[number])
        grid.add(number, row, marks)
        if not number % _ROWS_AT_ONCE:
            yield
    for beyond in sorted(row for row in found.marks if row > number):
        cells: list[str] = []
        grid.add(beyond, cells, _marked(cells, [], found.marks[beyond]))


def _truth(value: bool) -> str:
    """Asked before the known values: 1.0 and True are the same key."""
    return bool_cell(value)[0]


def _marked(row: list[str], marks: list[Mark], found: dict[int, Cell]) -> list[Mark]:
    """Puts what the second look found in its place; gives the flags of the whole row."""
    for column, (text, _) in found.items():
        row += [""] * (column + 1 - len(row))
        row[column] = text
    kept = [(column, flag) for column, flag in marks if column not in found]
    return kept + [(column, flag) for column, (_, flag) in found.items() if flag is not None]


def _from_first_row(source: CalamineSheet) -> Iterator[list[Any]]:
    """All rows from the first of the sheet and, in each, all cells from column A."""
    if source.start is None:
        return
    top, left = source.start
    blanks: list[Any] = [""] * left
    rows = source.iter_rows()
    yield from (blanks for _ in islice(rows, top))
    for row in rows:
        yield blanks + row if left else row


def _merges(source: CalamineSheet) -> Iterator[Merge]:
    for (top, left), (bottom, right) in source.merged_cell_ranges or []:
        yield top + 1, left, bottom + 1, right


class _Known(dict[Any, str]):
    """Texts by the values they came from: names of units and classes stand in every row.

    IDs and phone numbers, of which each stands once, are let go. Flagged values are noted in `flagged`.
    """

    def __init__(self, flagged: dict[Any, Flag]) -> None:
        super().__init__()
        self.flagged = flagged

    def __missing__(self, value: Any) -> str:
        if value.__class__ is str and value.isalnum() and value.isascii() and len(value) < _SHORT:  # noqa: SIM102
            if "E" not in value and "e" not in value:
                return value  # type: ignore[no-any-return]
        self[value], flag = any_cell(value)
        if flag is not None:
            self.flagged[value] = flag
        return self[value]
