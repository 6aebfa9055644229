"""What a reading gives: sheets of rows of text, each row with its number as the sheet shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from office.sheets.refusals import Refusal


class Flag(StrEnum):
    """Why a cell's text is not data. The cell is reported, never repaired."""

    LOST_DIGITS = "lost_digits"  # a number of 16 or more digits: a spreadsheet keeps 15 of them
    ERROR = "error"  # #REF!, #N/A, …
    NO_RESULT = "no_result"  # a formula that no spreadsheet program has worked out


class Row(NamedTuple):
    """One row with content: its number in the sheet (1 is the first) and its cells, trailing blanks left off."""

    number: int
    cells: Sequence[str]

    def cell(self, index: int) -> str:
        """The text at a column (0 is A); blank beyond the last."""
        return self.cells[index] if index < len(self.cells) else ""


@dataclass(frozen=True)
class Sheet:
    """One visible worksheet. `flags` by (row number, column index); `refusal` when it could not be read whole."""

    name: str
    rows: Sequence[Row] = ()
    flags: Mapping[tuple[int, int], Flag] = field(default_factory=dict)
    refusal: Refusal | None = None


@dataclass(frozen=True)
class Workbook:
    """The visible worksheets of a file, in its order; hidden ones are not read."""

    kind: str  # xlsx, xls or ods
    sheets: Sequence[Sheet]


def column_letters(index: int) -> str:
    """0 → A, 25 → Z, 26 → AA."""
    letters = ""
    index += 1
    while index:
        index, digit = divmod(index - 1, 26)
        letters = chr(65 + digit) + letters
    return letters


def cell_name(row: int, column: int) -> str:
    """The name of a cell by row number (from 1) and column index (from 0): B7."""
    return f"{column_letters(column)}{row}"
