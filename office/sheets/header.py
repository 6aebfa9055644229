"""Finds the header row among title rows, merged cells and blank lines, and reads the rows under it by column."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from office.sheets.reading import as_input_error
from office.sheets.refusals import Refusal
from office.sheets.sheet import Flag, Row, Sheet, Workbook, column_letters

LONGEST_HEADING = 40  # that a message repeats
SEARCHED_ROWS = 50  # with content, from the top
_PADDING = re.compile(r"[\s*＊:：,，.。·、;；'\"“”‘’_-]+")
_REMARK = re.compile(r"\([^()]*\)$")
_NO_FLAGS: Mapping[str, Flag] = {}


@dataclass(frozen=True)
class Column:
    """A column that is looked for: `title` as printed on the form, `synonyms` as offices also call it."""

    key: str
    title: str
    synonyms: Sequence[str] = ()
    required: bool = True


class Record(NamedTuple):
    """One row under the header: its number in the sheet, text by column key, flags of cells that are no data."""

    row: int
    values: dict[str, str]
    flags: Mapping[str, Flag]


@dataclass(frozen=True)
class Header:
    """Where the columns are: `row` to `last_row` are the lines of the header, `columns` maps key → index from 0."""

    sheet: Sheet
    row: int
    last_row: int
    columns: Mapping[str, int]
    texts: Mapping[str, str]  # key → what the file itself calls the column
    unknown: Sequence[str] = field(default=())  # other headings of the same row

    def records(self) -> Iterator[Record]:
        """The rows with content in any known column; a header repeated on every printed page is passed over."""
        flagged: dict[int, dict[str, Flag]] = {}
        keys = {index: key for key, index in self.columns.items()}
        for (number, index), flag in self.sheet.flags.items():
            if index in keys:
                flagged.setdefault(number, {})[keys[index]] = flag
        headings = self._headings()
        for number, cells in self.sheet.rows:
            if number <= self.last_row:
                continue
            width = len(cells)
            values = {key: cells[index] if index < width else "" for key, index in self.columns.items()}
            flags = flagged.get(number, _NO_FLAGS)
            if (flags or any(values.values())) and not _repeats(values, headings):
                yield Record(number, values, flags)

    def _headings(self) -> dict[str, set[str]]:
        """What the lines of the header say in each column."""
        lines = [row for row in self.sheet.rows[: SEARCHED_ROWS + 1] if self.row <= row.number <= self.last_row]
        return {key: {line.cell(index) for line in lines} for key, index in self.columns.items()}


def _repeats(values: Mapping[str, str], headings: Mapping[str, set[str]]) -> bool:
    """Whether a row is the header again: at least two headings and nothing else in the known columns."""
    filled = 0
    for key, value in values.items():
        if value:
            if value not in headings[key]:
                return False
            filled += 1
    return filled > 1


def find_header(source: Workbook | Sheet, columns: Sequence[Column], *, sheet: str | None = None) -> Header:
    """The header in the named sheet, else in the first sheet that has one.

    Raises InputError (field "file"): header_missing, header_incomplete, header_twice, sheet_missing, sheet_none,
    sheet_empty, or why the sheet could not be read.
    """
    try:
        return _found(_candidates(source, sheet), columns)
    except Refusal as refusal:
        raise as_input_error(refusal) from None


def canonical(text: str) -> str:
    """A heading as headings are compared: without spaces, line breaks, marks of required fields, width and case."""
    return _PADDING.sub("", unicodedata.normalize("NFKC", text)).casefold()


def _candidates(source: Workbook | Sheet, name: str | None) -> Sequence[Sheet]:
    sheets = [source] if isinstance(source, Sheet) else source.sheets
    if not sheets:
        raise Refusal("sheet_none")
    if name is None:
        return sheets
    named = [sheet for sheet in sheets if sheet.name == name]
    if not named:
        raise Refusal("sheet_missing", sheet=name)
    return named


def _found(sheets: Sequence[Sheet], columns: Sequence[Column]) -> Header:
    names = _names(columns)
    best: Header | None = None
    for sheet in sheets:
        for header in _headers(sheet, names):
            if best is None or _worth(header, columns) > _worth(best, columns):
                best = header
        if best is not None and not _missing(best, columns):
            return _unambiguous(best, names)
    for sheet in sheets:  # none has the header: perhaps one that could not be read has it
        if sheet.refusal:
            raise sheet.refusal
    if not any(sheet.rows for sheet in sheets):
        raise Refusal("sheet_empty")
    if best is None or len(best.columns) < 2:
        raise Refusal("header_missing", columns="、".join(column.title for column in columns if column.required))
    missing = "、".join(_missing(best, columns))
    raise Refusal("header_incomplete", sheet=best.sheet.name, row=best.row, columns=missing)


def _worth(header: Header, columns: Sequence[Column]) -> tuple[int, int, int]:
    """More required columns, then more columns, then fewer lines; among equals the first stays."""
    return -len(_missing(header, columns)), len(header.columns), header.row - header.last_row


def _missing(header: Header, columns: Sequence[Column]) -> list[str]:
    return [column.title for column in columns if column.required and column.key not in header.columns]


def _names(columns: Sequence[Column]) -> dict[str, str]:
    """Canonical heading → key. A heading that two columns claim is a mistake of the caller."""
    names: dict[str, str] = {}
    for column in columns:
        for text in (column.title, *column.synonyms):
            if names.setdefault(canonical(text), column.key) != column.key:
                raise ValueError(f"two columns are called {text}")
    return names


def _headers(sheet: Sheet, names: Mapping[str, str]) -> Iterator[Header]:
    """Each row read as a header of one line, and with the row below it as a header of two."""
    rows = sheet.rows[:SEARCHED_ROWS]
    for index, row in enumerate(rows):
        yield _header(sheet, row, None, names)
        if index + 1 < len(rows) and rows[index + 1].number == row.number + 1:
            yield _header(sheet, row, rows[index + 1], names)


def _header(sheet: Sheet, upper: Row, lower: Row | None, names: Mapping[str, str]) -> Header:
    columns: dict[str, int] = {}
    texts: dict[str, str] = {}
    unknown: list[str] = []
    for index in range(max(len(upper.cells), len(lower.cells) if lower else 0)):
        heading, key = _key(upper.cell(index), lower.cell(index) if lower else "", names)
        if key and key not in columns:
            columns[key], texts[key] = index, heading
        elif heading and not key:
            unknown.append(heading)
    return Header(sheet, upper.number, lower.number if lower else upper.number, columns, texts, tuple(unknown))


def _key(upper: str, lower: str, names: Mapping[str, str]) -> tuple[str, str | None]:
    """The heading and its column: both lines together, then the lower one under a group's, then the upper one."""
    for heading in (upper + lower, lower, upper) if lower else (upper,):
        plain = canonical(heading)
        key = names.get(plain) or names.get(_REMARK.sub("", plain))
        if plain and key:
            return heading, key
    return upper + lower, None


def _unambiguous(header: Header, names: Mapping[str, str]) -> Header:
    """Refuses a header that names a column twice when both have content: which one holds is not for us to guess."""
    rows = header.sheet.rows
    lines = [row for row in rows[: SEARCHED_ROWS + 1] if header.row <= row.number <= header.last_row]
    upper, lower = lines[0], lines[1] if len(lines) > 1 else None
    for index in range(max(len(line.cells) for line in lines)):
        heading, key = _key(upper.cell(index), lower.cell(index) if lower else "", names)
        if key is None or header.columns[key] == index:
            continue
        if any(row.cell(index) for row in rows if row.number > header.last_row):
            first, second = column_letters(header.columns[key]), column_letters(index)
            raise Refusal(
                "header_twice", sheet=header.sheet.name, column=heading[:LONGEST_HEADING], first=first, second=second
            )
    return header
