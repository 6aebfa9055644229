"""The second look at the records of an .xls: formulas that nobody worked out, merged cells, macro sheets.

Record numbers are those of [MS-XLS] 2.3. The old libraries store 0 (WriteExcel, POI) or 4 (JExcelAPI) as the result of
a formula and ask for its calculation at loading; xlwt stores "" without asking.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from office.sheets.grid import Merge
from office.sheets.refusals import Refusal

_BOF, _EOF, _BOUNDSHEET, _FILEPASS, _FORMULA, _MERGECELLS, _SAVERECALC = 0x809, 0x0A, 0x85, 0x2F, 0x06, 0xE5, 0x5F
_WANTED = {_BOF, _EOF, _BOUNDSHEET, _FILEPASS, _FORMULA, _MERGECELLS, _SAVERECALC}
_WORKSHEET, _MACRO_SHEET, _VBA_MODULE = 0, 1, 6
_AT_LOADING = 0x02
_NOT_A_NUMBER = b"\xff\xff"  # the last bytes of a result that is text, truth, error or ""
_BLANK_TEXT = 3


@dataclass
class SheetRecords:
    """Of one worksheet: columns without a result by row, both from 0, and merged cells."""

    visible: bool
    no_result: dict[int, list[int]] = field(default_factory=dict)
    blank: dict[int, list[int]] = field(default_factory=dict)  # formulas whose result is ""
    merges: list[Merge] = field(default_factory=list)
    formulas: int = 0
    saves_recalculated: bool = True


def look(stream: bytes | None) -> list[SheetRecords]:
    """The worksheets in the order of the workbook; refuses encryption, macro sheets and a stream cut short."""
    if not stream:
        raise Refusal("file_damaged")
    places = []
    for kind, start, size in _records(stream, 0):
        if kind == _FILEPASS:
            raise Refusal("file_encrypted")
        if kind == _BOUNDSHEET and size >= 6:
            place, hidden, what = struct.unpack_from("<IBB", stream, start)
            if what in (_MACRO_SHEET, _VBA_MODULE):
                raise Refusal("file_macro")
            if what == _WORKSHEET:
                places.append((place, hidden & 3 == 0))
    found = [_sheet(stream, place, visible) for place, visible in places]
    # xlwt alone writes no result for any formula and switches the recalculation at saving off.
    if not any(sheet.saves_recalculated for sheet in found) and all(
        sheet.formulas == sum(map(len, sheet.blank.values())) for sheet in found
    ):
        for sheet in found:
            sheet.no_result = sheet.blank
    return found


def _sheet(stream: bytes, place: int, visible: bool) -> SheetRecords:
    found = SheetRecords(visible)
    for kind, start, size in _records(stream, place):
        if kind == _FORMULA and size >= 16:
            found.formulas += 1
            _formula(stream, start, found)
        elif kind == _MERGECELLS and size >= 2:
            (count,) = struct.unpack_from("<H", stream, start)
            for index in range(min(count, (size - 2) // 8)):
                top, bottom, left, right = struct.unpack_from("<4H", stream, start + 2 + 8 * index)
                found.merges.append((top + 1, left, bottom + 1, right))
        elif kind == _SAVERECALC and size >= 2:
            found.saves_recalculated = stream[start] != 0
    return found


def _formula(stream: bytes, start: int, found: SheetRecords) -> None:
    row, column, _format, result, flags = struct.unpack_from("<HHH8sH", stream, start)
    if result[6:] != _NOT_A_NUMBER:
        if flags & _AT_LOADING:
            found.no_result.setdefault(row, []).append(column)
    elif result[0] == _BLANK_TEXT:
        found.blank.setdefault(row, []).append(column)


def _records(stream: bytes, position: int) -> Iterator[tuple[int, int, int]]:
    """The wanted records of one substream: number, start and size of the data; embedded charts are passed over."""
    unpack, end, depth = struct.Struct("<HH").unpack_from, len(stream), 0
    while position + 4 <= end:
        kind, size = unpack(stream, position)
        position += 4
        if position + size > end:
            break
        if kind in _WANTED:
            if kind == _BOF:
                depth += 1
            elif kind == _EOF:
                depth -= 1
                if depth <= 0:
                    return
            elif depth == 1:
                yield kind, position, size
        position += size
    raise Refusal("file_damaged")
