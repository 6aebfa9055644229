"""`mark`: a workbook given back with remarks in it. The file is opened in a limited child (`marker`), never here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from office.limited.asking import Reader
from office.sheets.header import SEARCHED_ROWS, Header, canonical
from office.sheets.limits import Limits
from office.sheets.reading import as_input_error, asked, configured
from office.sheets.refusals import Refusal
from office.sheets.sheet import Workbook

TITLE = "核对结果"  # of the column that tells each row's remarks
ERROR, WARNING = "error", "warning"
_MARKER = Reader("office.sheets.marker")


class Mark(NamedTuple):
    """A cell to colour: its row as numbered in the sheet, its column from 0, and ERROR or WARNING."""

    row: int
    column: int
    kind: str


def mark(
    data: bytes,
    *,
    name: str,
    book: Workbook,
    header: Header,
    cells: Sequence[Mark],
    remarks: Mapping[int, str],
    limits: Limits | None = None,
) -> bytes:
    """The workbook `data`, which `book` and `header` were read from, as .xlsx with cells coloured and remarks by row.

    The remarks stand in a column 核对结果 behind all others; that of an earlier marking is written anew. An .xlsx keeps
    its looks, while its formulas become their results; of .xls and .ods the values are copied. InputError (field
    `file`) as `read` raises it.
    """
    limits = limits or configured()
    column, again = _column(header)
    task = {
        "name": name,
        "limits": limits.as_dict(),
        "sheet": next(number for number, sheet in enumerate(book.sheets) if sheet is header.sheet),
        "header": header.last_row,
        "column": column,
        "again": again,
        "title": TITLE,
        "cells": [list(cell) for cell in cells],
        "rows": list(remarks.items()),
    }
    try:
        return asked(_MARKER, task, data, limits)
    except Refusal as refusal:
        raise as_input_error(refusal) from None


def _column(header: Header) -> tuple[int, bool]:
    """The column for the remarks, and whether an earlier marking made it."""
    top = header.sheet.rows[: SEARCHED_ROWS + 1]
    for line in (row for row in top if header.row <= row.number <= header.last_row):
        for index, text in enumerate(line.cells):
            if canonical(text) == TITLE:
                return index, True
    return max(len(row.cells) for row in header.sheet.rows), False
