"""How the child hands its result to the parent: one line of JSON, then all texts, parted by control characters.

Neither pickle nor marshal: what a hostile file could make the child say stays text. Cleaned texts hold no control
characters, and two `str.split` in C cost a tenth of decoding the same rows as JSON.
"""

from __future__ import annotations

import json
from typing import Any

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


def pack_refusal(refusal: Refusal) -> bytes:
    """A refusal of the whole file."""
    return json.dumps({"refusal": _refusal(refusal)}).encode() + b"\n"


def unpack(answer: bytes) -> Workbook:
    """A workbook from the wire; raises the Refusal that was packed instead."""
    first, _, body = answer.decode().partition("\n")
    head = json.loads(first)
    if "refusal" in head:
        raise _unrefused(head["refusal"])
    bodies = body.split(_SHEET_END)
    return Workbook(head["kind"], [_sheet(sheet, rows) for sheet, rows in zip(head["sheets"], bodies, strict=False)])


def _head(sheet: Sheet) -> dict[str, Any]:
    return {
        "name": sheet.name,
        "flags": [[row, column, flag] for (row, column), flag in sheet.flags.items()],
        "refusal": _refusal(sheet.refusal) if sheet.refusal else None,
    }


def _sheet(head: dict[str, Any], body: str) -> Sheet:
    rows = []
    for line in body.split(_ROW_END) if body else ():
        cells = line.split(_CELL_END)
        rows.append(Row(int(cells.pop()), cells))
    flags = {(row, column): Flag(flag) for row, column, flag in head["flags"]}
    return Sheet(head["name"], rows, flags, _unrefused(head["refusal"]) if head["refusal"] else None)


def _refusal(refusal: Refusal) -> dict[str, Any]:
    return {"code": refusal.code, "details": refusal.details}


def _unrefused(packed: dict[str, Any]) -> Refusal:
    return Refusal(packed["code"], **packed["details"])
