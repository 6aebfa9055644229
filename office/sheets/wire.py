"""How the child hands its result to the parent: one line of JSON, then all texts, parted by control characters.

Neither pickle nor marshal: what a hostile file could make the child say stays text. Cleaned texts hold no control
characters, and two `str.split` in C cost a tenth of decoding the same rows as JSON.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, overload

from office.sheets.refusals import Refusal
from office.sheets.sheet import Flag, Row, Sheet, Workbook

_SHEET_END, _ROW_END, _CELL_END = "\x1d", "\x1e", "\x1f"


def pack(workbook: Workbook) -> bytes:
    """A workbook for the wire."""
    head = {"kind": workbook.kind, "sheets": [_head(sheet) for sheet in workbook.sheets]}
    body = _SHEET_END.join(
        _ROW_END.join([f"{_CELL_END.join(cells)}{_CELL_END}{number}" for number, cells in sheet.rows])
        for sheet in workbook.sheets
    )
    return f"{json.dumps(head)}\n{body}".encode(errors="replace")


def unpack(answer: bytes) -> Workbook:
    """A workbook from the wire."""
    first, _, body = answer.decode().partition("\n")
    head = json.loads(first)
    bodies = body.split(_SHEET_END)
    return Workbook(head["kind"], [_sheet(sheet, rows) for sheet, rows in zip(head["sheets"], bodies, strict=False)])


def piece(number: int, kind: str, sheet: Sheet) -> bytes:
    """Some rows of the sheet of this number, for the wire."""
    return f"{number}\n".encode() + pack(Workbook(kind, [sheet]))


def unpack_piece(answer: bytes) -> tuple[int, Workbook]:
    """Some rows from the wire, as a workbook of one sheet, and the sheet's number."""
    number, _, packed = answer.partition(b"\n")
    return int(number), unpack(packed)


def _head(sheet: Sheet) -> dict[str, Any]:
    return {
        "name": sheet.name,
        "flags": [[row, column, flag] for (row, column), flag in sheet.flags.items()],
        "refusal": _refusal(sheet.refusal) if sheet.refusal else None,
    }


def _sheet(head: dict[str, Any], body: str) -> Sheet:
    flags = {(row, column): Flag(flag) for row, column, flag in head["flags"]}
    return Sheet(head["name"], _Rows(body), flags, _unrefused(head["refusal"]) if head["refusal"] else None)


class _Rows(Sequence[Row]):
    """Rows that are taken apart as they are asked for: 50,000 lists at once would keep the garbage collector busy."""

    def __init__(self, body: str) -> None:
        self.lines = body.split(_ROW_END) if body else []

    def __len__(self) -> int:
        return len(self.lines)

    def __iter__(self) -> Iterator[Row]:
        return map(row_of, self.lines)

    @overload
    def __getitem__(self, index: int) -> Row: ...

    @overload
    def __getitem__(self, index: slice) -> list[Row]: ...

    def __getitem__(self, index: int | slice) -> Row | list[Row]:
        if isinstance(index, slice):
            return [row_of(line) for line in self.lines[index]]
        return row_of(self.lines[index])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Rows) and self.lines == other.lines

    __hash__ = None  # type: ignore[assignment]


def row_of(line: str) -> Row:
    """A row of the wire, taken apart."""
    cells = line.split(_CELL_END)
    return Row(int(cells.pop()), cells)


def _refusal(refusal: Refusal) -> dict[str, Any]:
    return {"code": refusal.code, "details": refusal.details}


def _unrefused(packed: dict[str, Any]) -> Refusal:
    return Refusal(packed["code"], **packed["details"])
