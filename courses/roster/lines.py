"""The rows of a file that are people, as text, and the cells among them that are no data."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from operator import itemgetter

from courses.roster.rules import Stated
from office.sheets.header import SEARCHED_ROWS, Header
from office.sheets.sheet import Flag

# The columns a line is read from: whose it is, then what `Stated` takes, in its order.
READ = ("name", "id_number", "phone", *Stated._fields)
_PERSONAL = ("name", "id_number", "phone", "sex", "employer", "series", "level", "title", "municipal")
# Lines under the table, which no person's row begins with.
_NOTE = re.compile(
    r"(注|备注|附注|说明|填表说明|填报说明)([:：].*)?|(合计|总计|小计|共计|总人数|合计人数)[:：]?.*"
    r"|(填报人|填报单位|填报日期|填表人|制表人?|审核人?|经办人|负责人|联系人|联系电话|培训单位[(（]?盖章|单位盖章)"
    r"\s*[)）]?([:：].*)?"
)

Line = tuple[int, str, str, str, tuple[str, ...]]  # number, name, ID cell, phone cell, what is stated besides
Flags = Mapping[int, Mapping[str, Flag]]


def lines_of(header: Header) -> Iterator[Line]:
    """The rows that state something of a person: not what a template has filled in, not notes, not repeated headers.

    What `Header.records` gives, without a mapping for each row.
    """
    at = [header.columns.get(key, -1) for key in READ]
    name_at, id_at, phone_at, *stated_at = at
    state, width = itemgetter(*stated_at), max(at) + 1
    whole = -1 not in at  # else -1, a column that the file has not, is the blank put at each row's end
    personal = [header.columns[key] for key in _PERSONAL if key in header.columns]
    heading = set(header.texts.values()) | _cells_of(header)
    flags = header.sheet.flags  # may grow while rows are still coming
    for number, given in header.sheet.rows:
        if number <= header.last_row:
            continue
        have = len(given)
        cells = given if whole and have >= width else [*given[:width], *[""] * (width - have), ""]
        name, id_text, phone = cells[name_at], cells[id_at], cells[phone_at]
        whole_row = name and id_text and phone or any((number, index) in flags for index in personal)
        if not whole_row and _no_person(given, personal, id_text, phone):
            continue
        if name in heading and id_text in heading:
            continue
        yield number, name, id_text, phone, state(cells)


def _cells_of(header: Header) -> set[str]:
    """What the lines of the header say, which may stand on every printed page again."""
    lines = (row for row in header.sheet.rows[:SEARCHED_ROWS] if header.row <= row.number <= header.last_row)
    return {cell for line in lines for cell in line.cells if cell}


def _no_person(given: Sequence[str], personal: Sequence[int], id_text: str, phone: str) -> bool:
    """Whether a row has nothing of a person, or is a note under the table."""
    have = len(given)
    if not any(given[index] for index in personal if index < have):
        return True
    return not (id_text or phone) and bool(_NOTE.fullmatch(next(filter(None, given))))


def flags_of(header: Header) -> dict[int, dict[str, Flag]]:
    """Row → key of column → why its cell is no data. A long number elsewhere is judged as the text it shows."""
    keys = {index: key for key, index in header.columns.items() if key in READ}
    flags: dict[int, dict[str, Flag]] = {}
    for (number, index), flag in header.sheet.flags.items():
        if index in keys and (flag != Flag.LOST_DIGITS or keys[index] == "id_number"):
            flags.setdefault(number, {})[keys[index]] = flag
    return flags
