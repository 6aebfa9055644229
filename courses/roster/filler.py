"""Who filled 附件2 in, their telephone, and when: 填报人, 联系电话 and 填报日期, above the table or below it.

What does not hold is left out, not refused: whoever hands the roster in is asked for all three and sees what was read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from itertools import takewhile

from accounts.errors import InputError
from accounts.identity import check_telephone
from accounts.texts import check_name
from office.sheets.header import Header
from office.sheets.sheet import Row

LAST_ROWS = 12  # of the sheet, in which the lines under the table stand
LABELS = {
    "name": r"填\s*报\s*人|填\s*表\s*人|制\s*表\s*人",
    "phone": r"联\s*系\s*电\s*话|联\s*系\s*方\s*式|电\s*话",
    "on": r"填\s*报\s*日\s*期|填\s*表\s*日\s*期|填\s*报\s*时\s*间|填\s*表\s*时\s*间",
}
# Cells are joined by tabs: a label begins a cell or follows a blank, and has a colon or fills its cell.
_LABEL = re.compile(
    r"(?:^|(?<=\s))(?:" + "|".join(f"(?P<{key}>{words})" for key, words in LABELS.items()) + r")(?:\s*[:：]|(?=\t|$))"
)
_OTHER_LABEL = re.compile(r"(?:^|\s)[^\s:：]{2,8}[:：]")  # 审核人：, 单位盖章：
_DATE = re.compile(r"(\d{4})\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})\s*日?(?:\s.*)?")


@dataclass(frozen=True, slots=True)
class Filler:
    """What the file says of it; blank or None where it says nothing that holds."""

    name: str = ""
    phone: str = ""
    on: date | None = None


def filler_of(header: Header) -> Filler:
    """The first of each that holds, above the header, else under the table; asked for after the rows were taken."""
    found: dict[str, str | date] = {}
    for key, text in _labelled([*_above(header), *_below(header)]):
        if key not in found and (value := _READ[key](text)):
            found[key] = value
    return Filler(**found)  # type: ignore[arg-type]  # as `_READ` gives them


def _above(header: Header) -> Iterator[Row]:
    return takewhile(lambda row: row.number < header.row, header.sheet.rows)


def _below(header: Header) -> Iterator[Row]:
    """The last lines that are none of the table's: in those a label begins the line."""
    for row in header.sheet.rows[-LAST_ROWS:]:
        if row.number > header.last_row and _LABEL.match(_text(row.cells)):
            yield row


def _labelled(rows: Iterable[Row]) -> Iterator[tuple[str, str]]:
    """Which of the three, and what stands behind it: up to the next label, and in one cell."""
    for row in rows:
        text = _text(row.cells)
        labels = list(_LABEL.finditer(text))
        ends = [label.start() for label in labels[1:]] + [len(text)]
        for label, end in zip(labels, ends, strict=False):
            said = text[label.end() : end].strip()
            said = said.split("\t")[0]
            if other := _OTHER_LABEL.search(said):
                said = said[: other.start()]
            yield str(label.lastgroup), said.strip()


def _text(cells: Sequence[str]) -> str:
    """The cells that say something; a cell merged over several columns says it once."""
    said: list[str] = []
    for cell in cells:
        text = " ".join(cell.split())
        if text and said[-1:] != [text]:
            said.append(text)
    return "\t".join(said)


def _name(text: str) -> str:
    with suppress(InputError):
        check_name(text)
        return text
    return ""


def _phone(text: str) -> str:
    with suppress(InputError):
        return check_telephone(text)
    return ""


def _day(text: str) -> date | None:
    found = _DATE.fullmatch(text)
    if found is None:
        return None
    with suppress(ValueError):
        return date(*(int(part) for part in found.groups()))
    return None


_READ = {"name": _name, "phone": _phone, "on": _day}
