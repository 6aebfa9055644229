"""Official forms that are one grid of labelled boxes, as .xlsx that prints like the paper: A4, merged cells, rules.

Merged cells never grow with their text, neither in Excel nor in WPS, so that heights are worked out (`fit`); a text
longer than a row can be is cut by whoever lays the sheet out.
"""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.worksheet.worksheet import Worksheet

from office.documents.fit import SIZE, TALLEST, points_for
from office.documents.paper import FONT, new_book, put_text, set_page

_MARGIN = 0.75  # inches
_RULE = Side(style="thin", color="000000")


@dataclass(frozen=True, slots=True)
class Box:
    """A text over the columns "B" or "B:D" and so many rows; `edges` are the sides with a rule (l, r, t, b)."""

    columns: str
    text: str = ""
    align: Literal["left", "center", "right"] = "center"
    vertical: Literal["top", "center", "bottom"] = "center"
    size: float = SIZE
    bold: bool = False
    edges: str = "lrtb"
    rows: int = 1


@dataclass(frozen=True, slots=True)
class Row:
    """A row of boxes, as high as its longest text and `least` points at the least."""

    boxes: tuple[Box, ...] = ()
    least: float = 0


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet, A4 upright: widths of its columns in digits, its rows; `footer` stands beside the page's number.

    `one_page` makes it smaller rather than let its last lines go over to a second page.
    """

    name: str
    widths: Sequence[float]
    rows: Sequence[Row]
    footer: str = ""
    one_page: bool = False


def write(grids: Sequence[Grid]) -> bytes:
    """The workbook, a sheet for each grid; every cell is text, so that nothing typed starts a formula."""
    book = new_book()
    for grid in grids:
        _draw(book.create_sheet(grid.name), grid)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _draw(sheet: Worksheet, grid: Grid) -> None:
    for number, width in enumerate(grid.widths, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    for number, row in enumerate(grid.rows, start=1):
        needed = (_needed(box, grid.widths) for box in row.boxes if box.rows == 1)
        sheet.row_dimensions[number].height = min(math.ceil(max(row.least, *needed, SIZE)), TALLEST)
        for box in row.boxes:
            _place(sheet, number, box)
    set_page(sheet, landscape=False, footer=grid.footer, margin=_MARGIN)
    sheet.page_setup.fitToHeight = int(grid.one_page)


def _needed(box: Box, widths: Sequence[float]) -> float:
    left, _, right, _ = range_boundaries(_cells(box, 1))
    return points_for(box.text, sum(widths[left - 1 : right]), size=box.size, indent=box.align != "center")


def _cells(box: Box, row: int) -> str:
    first, _, last = box.columns.partition(":")
    return f"{first}{row}:{last or first}{row + box.rows - 1}"


def _place(sheet: Worksheet, number: int, box: Box) -> None:
    cells = _cells(box, number)
    left, top, right, bottom = range_boundaries(cells)
    for row in range(top, bottom + 1):
        for column in range(left, right + 1):
            sheet.cell(row, column).border = Border(
                left=_rule(column == left and "l" in box.edges),
                right=_rule(column == right and "r" in box.edges),
                top=_rule(row == top and "t" in box.edges),
                bottom=_rule(row == bottom and "b" in box.edges),
            )
    cell = sheet.cell(top, left)
    assert isinstance(cell, Cell)  # noqa: S101 - merged only below
    cell.font = Font(name=FONT, size=box.size, bold=box.bold)
    cell.alignment = Alignment(
        horizontal=box.align, vertical=box.vertical, wrap_text=True, indent=0 if box.align == "center" else 1
    )
    cell.number_format = "@"
    if box.text:
        put_text(cell, box.text)
    if (left, top) != (right, bottom):
        sheet.merge_cells(cells)


def _rule(wanted: bool) -> Side:
    return _RULE if wanted else Side()
