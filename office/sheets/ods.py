"""Reads .ods straight from its XML, in one pass of expat.

Not calamine: it refuses what Gnumeric writes, gives errors and formulas without a result as "", tells no merged cells
and takes the text of shapes for the cell's; measured, see docs/decisions.
"""

from __future__ import annotations

from typing import Any
from xml.parsers import expat

from office.limited.archive import Archive
from office.sheets.cells import Cell
from office.sheets.grid import Grid, Merge, sheet_name
from office.sheets.limits import Limits
from office.sheets.ods_values import OFFICE, TABLE, value_cell
from office.sheets.refusals import Refusal
from office.sheets.sheet import Sheet, cell_name

_ODF = "urn:oasis:names:tc:opendocument:xmlns:"
_TEXT, _STYLE, _DRAWING, _MANIFEST = (
    f"{_ODF}text:1.0 ",
    f"{_ODF}style:1.0 ",
    f"{_ODF}drawing:1.0 ",
    f"{_ODF}manifest:1.0",
)
_ROW, _CELLS = f"{TABLE}table-row", (f"{TABLE}table-cell", f"{TABLE}covered-table-cell")
_ASIDE = {
    f"{OFFICE}annotation",
    f"{OFFICE}forms",
    f"{TABLE}dde-links",
    f"{TABLE}tracked-changes",
    f"{TABLE}data-pilot-tables",
    f"{_TEXT}ruby-text",
}
_MOST_SPACES = 1000


def read_ods(archive: Archive, limits: Limits) -> list[Sheet]:
    """The visible worksheets; one beyond the limits has its refusal instead of rows."""
    if b"encryption-data" in archive.read("META-INF/manifest.xml"):
        raise Refusal("file_encrypted")
    if any(name.startswith(("Basic/", "Scripts/")) for name in archive.names):
        raise Refusal("file_macro")
    text = archive.xml("content.xml")
    if not text:
        raise Refusal("file_damaged")
    try:
        return _Reader(limits).parse(text)
    except expat.ExpatError as error:
        raise Refusal("file_damaged") from error


class _Reader:
    """One pass over content.xml. Names come with their namespaces: writers choose the prefixes."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.sheets: list[Sheet] = []
        self.hidden_styles: set[str] = set()
        self.style = ""
        self.aside = 0  # depth inside an element that is no part of any cell's text
        self.table: _Table | None = None
        self.skipping = False  # a table that is hidden, or has been refused

    def parse(self, text: bytes) -> list[Sheet]:
        """All tables."""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.characters
        parser.Parse(text, True)
        return self.sheets

    def start(self, name: str, attributes: dict[str, Any]) -> None:
        """The start of any element."""
        if self.aside or name in _ASIDE or name.startswith(_DRAWING):
            self.aside += 1
        elif name == f"{TABLE}table":
            if self.table is not None:  # a table inside a cell
                self.aside += 1
                return
            self.table = _Table(sheet_name(attributes.get(f"{TABLE}name", "")), self.limits)
            self.skipping = attributes.get(f"{TABLE}style-name") in self.hidden_styles
        elif self.table is not None:
            if not self.skipping:
                self.guarded(self.table.start, name, attributes)
        elif name == f"{_STYLE}style":
            self.style = attributes.get(f"{_STYLE}name", "")
        elif name == f"{_STYLE}table-properties" and attributes.get(f"{TABLE}display") == "false":
            self.hidden_styles.add(self.style)

    def end(self, name: str) -> None:
        """The end of any element."""
        if self.aside:
            self.aside -= 1
        elif self.table is not None and name == f"{TABLE}table":
            if not self.skipping:
                self.sheets.append(self.table.grid.finished(self.table.merges))
            self.table = None
        elif self.table is not None and not self.skipping:
            self.guarded(self.table.end, name)

    def characters(self, text: str) -> None:
        """Text, which counts inside a paragraph of a cell."""
        if self.table is not None and not self.aside:
            self.table.characters(text)

    def guarded(self, step: Any, *arguments: Any) -> None:
        """A table beyond the limits is given up; those after it are read all the same."""
        try:
            step(*arguments)
        except Refusal as refusal:
            assert self.table is not None  # noqa: S101
            self.sheets.append(Sheet(self.table.grid.name, refusal=refusal))
            self.skipping = True


class _Table:
    """One table while it is read: the current row, the current cell."""

    def __init__(self, name: str, limits: Limits) -> None:
        self.grid = Grid(name, limits)
        self.merges: list[Merge] = []
        self.number = 1
        self.row_repeats = 1
        self.cells: list[Cell] = []
        self.blanks = 0  # cells since the last with content
        self.attributes: dict[str, str] = {}
        self.paragraphs: list[str] | None = None
        self.in_paragraph = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """A row, a cell, a paragraph, or what stands for spaces in one."""
        if name in _CELLS:
            self.attributes, self.paragraphs = attributes, None
        elif name == _ROW:
            self.row_repeats = max(int(attributes.get(f"{TABLE}number-rows-repeated", 1)), 1)
            self.cells, self.blanks = [], 0
        elif name in (f"{_TEXT}p", f"{_TEXT}h"):
            self.in_paragraph += 1
            self.paragraphs = [*self.paragraphs, "\n"] if self.paragraphs else [""]
        elif self.in_paragraph and self.paragraphs is not None:
            if name == f"{_TEXT}s":
                self.paragraphs.append(" " * min(int(attributes.get(f"{_TEXT}c", 1)), _MOST_SPACES))
            elif name in (f"{_TEXT}tab", f"{_TEXT}line-break"):
                self.paragraphs.append("\n")

    def characters(self, text: str) -> None:
        """Text of the current paragraph."""
        if self.in_paragraph and self.paragraphs is not None:
            self.paragraphs.append(text)

    def end(self, name: str) -> None:
        """The end of a paragraph, a cell or a row."""
        if name in (f"{_TEXT}p", f"{_TEXT}h"):
            self.in_paragraph -= 1
        elif name in _CELLS:
            self.end_cell()
        elif name == _ROW:
            self.end_row()

    def end_cell(self) -> None:
        """Put the cell in its row as often as it says; blank ones only when another follows."""
        text = None if self.paragraphs is None else "".join(self.paragraphs)
        cell = value_cell(self.attributes, text)
        repeats = max(int(self.attributes.get(f"{TABLE}number-columns-repeated", 1)), 1)
        if cell == ("", None):
            self.blanks += repeats
            return
        column = len(self.cells) + self.blanks
        most = self.grid.limits.columns
        if column + repeats > most:
            place = cell_name(self.number, max(column, most))
            raise Refusal("sheet_columns", sheet=self.grid.name, cell=place, limit=most)
        self.cells += [("", None)] * self.blanks + [cell] * repeats
        self.blanks = 0
        rows = int(self.attributes.get(f"{TABLE}number-rows-spanned", 1))
        if rows > 1:
            self.merges.append((self.number, column, self.number + rows - 1, column))

    def end_row(self) -> None:
        """Put the row in the grid as often as it says."""
        if self.cells:
            for index in range(self.row_repeats):
                self.grid.add_cells(self.number + index, self.cells)
        self.number += self.row_repeats
