"""From cells at positions to a `Sheet`: blank rows left out, merged cells filled down, limits kept."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from office.sheets.cells import Cell, clean
from office.sheets.limits import Limits
from office.sheets.refusals import Refusal
from office.sheets.sheet import Flag, Row, Sheet, cell_name

Mark = tuple[int, Flag]  # column index and flag
# Row number, first column index, last row number, last column index.
Merge = tuple[int, int, int, int]


LONGEST_NAME = 31  # of a sheet in Excel; LibreOffice allows more


def sheet_name(name: str) -> str:
    """A sheet's name as it may stand in a message."""
    return clean(name)[:LONGEST_NAME]


@dataclass
class Grid:
    """Collects the rows of one sheet in their order."""

    name: str
    limits: Limits
    rows: list[Row] = field(default_factory=list)
    flags: dict[tuple[int, int], Flag] = field(default_factory=dict)
    taken: int = 0  # rows that `take` has given away

    def add(self, number: int, texts: list[str], marks: Sequence[Mark] = ()) -> None:
        """The next row; one without text and flags is left out."""
        if not texts or not texts[-1]:
            needed = max((column for column, _ in marks), default=-1) + 1
            while len(texts) > needed and not texts[-1]:
                texts.pop()
            if not texts:
                return
        if len(texts) > self.limits.columns:
            cell = cell_name(number, len(texts) - 1)
            raise Refusal("sheet_columns", sheet=self.name, cell=cell, limit=self.limits.columns)
        if self.taken + len(self.rows) >= self.limits.all_rows:
            raise Refusal("sheet_rows", sheet=self.name, limit=self.limits.rows)
        self.rows.append(Row(number, texts))
        for column, flag in marks:
            self.flags[number, column] = flag

    def add_cells(self, number: int, cells: Sequence[Cell]) -> None:
        """The next row, from cells with their flags."""
        marks = [(column, flag) for column, (_, flag) in enumerate(cells) if flag is not None]
        self.add(number, [text for text, _ in cells], marks)

    def take(self) -> Sheet:
        """The rows since the last time, for whoever wants a sheet bit by bit; cells merged down are not filled."""
        part = Sheet(self.name, self.rows, self.flags)
        self.taken += len(self.rows)
        self.rows, self.flags = [], {}
        return part

    def finished(self, merges: Iterable[Merge] = ()) -> Sheet:
        """The sheet, in the order of its rows."""
        _fill_down(self, merges)
        return Sheet(self.name, self.rows, self.flags)


def _fill_down(grid: Grid, merges: Iterable[Merge]) -> None:
    """A cell merged over several rows says the same of each of them; rows that have nothing else stay blank."""
    numbers = [row.number for row in grid.rows]
    for top, left, bottom, _right in merges:
        first = bisect_left(numbers, top)
        if bottom == top or first == len(numbers) or numbers[first] != top:
            continue
        text, flag = grid.rows[first].cell(left), grid.flags.get((top, left))
        if not text:
            continue
        for index in range(first + 1, bisect_right(numbers, bottom)):
            if not grid.rows[index].cell(left):
                grid.rows[index] = _with_cell(grid.rows[index], left, text)
                if flag:
                    grid.flags[numbers[index], left] = flag


def _with_cell(row: Row, column: int, text: str) -> Row:
    cells = list(row.cells)
    cells += [""] * (column + 1 - len(cells))
    cells[column] = text
    return Row(row.number, cells)
