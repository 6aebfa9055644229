"""The second look at a worksheet's XML: errors, formulas without a result, Eastern dates, cells far away.

Most rosters have none of these, which a few searches through the bytes show; the others are read again, cell by cell.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from office.sheets.cells import Cell, clean, error_cell, serial_cell
from office.sheets.limits import Limits
from office.sheets.refusals import Refusal
from office.sheets.sheet import Flag, cell_name
from office.sheets.xlsx_book import Book

_HEAD = 64 * 1024
_MOST_CELLS = 8_000_000  # of the rectangle around all content: calamine allocates 32 bytes for each
_FAR_COLUMN = re.compile(rb' r="[A-Z]{3}')
_LAST_ROW = re.compile(rb'<row\b[^>]*?\br="([0-9]+)"')
_PLAIN_KINDS = ("n", "b", "e", "s")  # of cells whose value is a number, or a word of the format
# Formulas, errors; comments and CDATA, at which calamine cuts a number off.
_SIGNS = (b"<f", b't="e"', b"<!")
# So it does at entities. In the text of a string they are harmless, and openpyxl writes each Chinese character as one.
_ENTITY = re.compile(rb"<(?!t[ >])[^<]*&#")
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


@dataclass
class Findings:
    """What calamine does not tell: cells by row number and column index, and how far the content reaches."""

    marks: dict[int, dict[int, Cell]] = field(default_factory=lambda: defaultdict(dict))
    booleans: bool = True  # whether there may be any


def look(text: bytes, sheet: str, book: Book, limits: Limits) -> Findings:
    """The findings of one worksheet; refuses one with a far cell, and a part that is no well-formed XML."""
    if not text:
        raise Refusal("file_damaged")
    if not _worth_a_look(text, book, limits):
        return Findings(booleans=b't="b"' in text)
    try:
        return _Look(sheet, book, limits).parse(text)
    except expat.ExpatError as error:
        raise Refusal("file_damaged") from error


def _worth_a_look(text: bytes, book: Book, limits: Limits) -> bool:
    start = text.find(b"<sheetData")
    end = text.rfind(b"</sheetData>")
    if start < 0 or end < 0:  # names with a prefix, or no content
        return True
    head = text[start : start + _HEAD]
    if (
        b"='" in head or b"= " in head or b" =" in head or book.date_styles
    ):  # written in another manner than searched for
        return True
    last = _LAST_ROW.match(text, max(text.rfind(b"<row", start, end), start))
    if last and int(last[1]) > 2 * limits.all_rows:
        return True
    if any(_there(sign, text, start, end) for sign in _SIGNS) or _FAR_COLUMN.search(text, start, end):
        return True
    return _there(b"&#", text, start, end) and bool(_ENTITY.search(text, start, end))


def _there(sign: bytes, text: bytes, start: int, end: int) -> bool:
    """Whether a sign is there; its rarest byte is looked for first, ten times as fast as all of it."""
    return text.find(sign[1:2], start, end) >= 0 and text.find(sign, start, end) >= 0


class _Look:
    """One pass of expat over a worksheet."""

    def __init__(self, sheet: str, book: Book, limits: Limits) -> None:
        self.sheet, self.book, self.limits = sheet, book, limits
        self.found = Findings()
        self.row, self.column = 0, -1
        self.attributes: dict[str, str] = {}
        self.formula = False
        self.filled = False
        self.value: list[str] | None = None
        self.value_start = 0
        self.text = ""
        self.rows, self.last_row = 0, 0  # with content
        self.bounds: tuple[int, int, int, int] | None = None  # of the content: top, left, bottom, right

    def parse(self, text: bytes) -> Findings:
        """All cells, one after the other."""
        self.source = text
        self.parser = parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.characters
        parser.Parse(text, True)
        return self.found

    def start(self, name: str, attributes: dict[str, Any]) -> None:
        """A row, a cell, or what is in a cell."""
        name = name.rpartition(":")[2]
        if name == "row":
            self.row = int(attributes.get("r", self.row + 1))
            self.column = -1
        elif name == "c":
            self.begin_cell(attributes)
        elif name == "f":
            self.formula = True
        elif name in ("v", "t"):
            self.value, self.value_start = [], self.parser.CurrentByteIndex

    def begin_cell(self, attributes: dict[str, str]) -> None:
        """Its place as it says itself, else the one after the last cell's."""
        self.attributes, self.formula, self.text, self.filled = attributes, False, "", False
        if found := _REFERENCE.fullmatch(attributes.get("r", "")):
            self.row, self.column = int(found[2]), _column(found[1])
        else:
            self.column += 1

    def characters(self, text: str) -> None:
        """Text inside a value."""
        if self.value is not None:
            self.value.append(text)

    def end(self, name: str) -> None:
        """The end of a value or of a cell."""
        name = name.rpartition(":")[2]
        if name in ("v", "t") and self.value is not None:
            self.text += "".join(self.value)
            self.filled = True
            self.value = None
            if self.attributes.get("t", "n") in _PLAIN_KINDS:
                self.check_plain(self.source[self.value_start : self.parser.CurrentByteIndex])
        elif name == "c":
            self.end_cell()

    def check_plain(self, value: bytes) -> None:
        """No program writes a number with entities or comments in it, and calamine would read the half of it."""
        if b"&" in value or b"<!" in value:
            raise Refusal("file_hostile")

    def end_cell(self) -> None:
        """Note where it is, and what calamine will not tell of it."""
        if self.filled:
            self.extend()
        kind = self.attributes.get("t", "n")
        if kind == "e":
            self.mark(error_cell(clean(self.text)))
        elif self.formula and (self.book.recalculates or not self.filled or (not self.text and kind != "str")):
            self.mark(("", Flag.NO_RESULT))
        elif kind == "n" and self.text and self.attributes.get("s") in self.book.date_styles:
            self.mark(serial_cell(float(self.text), from_1904=self.book.from_1904))

    def mark(self, cell: Cell) -> None:
        """Keep what this cell is to read as."""
        self.found.marks[self.row][self.column] = cell

    def extend(self) -> None:
        """Widen the rectangle of content, which calamine will allocate, and count the rows."""
        top, left, bottom, right = self.bounds or (self.row, self.column, self.row, self.column)
        self.bounds = min(top, self.row), min(left, self.column), max(bottom, self.row), max(right, self.column)
        top, left, bottom, right = self.bounds
        if (bottom - top + 1) * (right - left + 1) > _MOST_CELLS:
            raise Refusal("sheet_far_cell", sheet=self.sheet, cell=cell_name(self.row, self.column))
        if self.row != self.last_row:
            self.rows, self.last_row = self.rows + 1, self.row
            if self.rows > 2 * self.limits.all_rows:
                raise Refusal("sheet_rows", sheet=self.sheet, limit=self.limits.rows)


def _column(letters: str) -> int:
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1
