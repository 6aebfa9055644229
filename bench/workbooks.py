"""Large workbooks for the bench, laid out as Excel, WPS and POI lay them out: every text once, in shared strings.

openpyxl writes each text into its cell, which is rarely what a platform or an office hands in.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def xlsx(rows: Iterable[Sequence[str | int]]) -> bytes:
    """A workbook of one sheet; up to 26 columns of texts and whole numbers."""
    known: dict[str, int] = {}
    lines = [_line(number, cells, known) for number, cells in enumerate(rows, 1)]
    strings = "".join(f"<si><t>{escape(text)}</t></si>" for text in known)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in _around().items():
            archive.writestr(name, _HEAD + text)
        sheet = f'<worksheet xmlns="{_MAIN}"><sheetData>{"".join(lines)}</sheetData></worksheet>'
        archive.writestr("xl/worksheets/sheet1.xml", _HEAD + sheet)
        archive.writestr("xl/sharedStrings.xml", f'{_HEAD}<sst xmlns="{_MAIN}">{strings}</sst>')
    return out.getvalue()


def _line(number: int, cells: Sequence[str | int], known: dict[str, int]) -> str:
    said = (
        f'<c r="{letter}{number}"><v>{cell}</v></c>'
        if isinstance(cell, int)
        else f'<c r="{letter}{number}" t="s"><v>{known.setdefault(cell, len(known))}</v></c>'
        for letter, cell in zip(LETTERS, cells, strict=False)
    )
    return f'<row r="{number}">{"".join(said)}</row>'


def _around() -> dict[str, str]:
    """The parts that every workbook has."""
    part = f'<Override PartName="/xl/%s.xml" ContentType="{_TYPES}.%s+xml"/>'
    parts = [("workbook", "sheet.main"), ("worksheets/sheet1", "worksheet"), ("sharedStrings", "sharedStrings")]
    types = "".join(part % each for each in parts)
    default = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    link = f'<Relationship Id="%s" Type="{_DOCUMENT}/%s" Target="%s"/>'
    links = f'<Relationships xmlns="{_PACKAGE}/relationships">%s</Relationships>'
    inner = link % ("rId1", "worksheet", "worksheets/sheet1.xml") + link % (
        "rId2",
        "sharedStrings",
        "sharedStrings.xml",
    )
    sheets = '<sheets><sheet name="学习记录" sheetId="1" r:id="rId1"/></sheets>'
    return {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">{default}{types}</Types>',
        "_rels/.rels": links % (link % ("rId1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_DOCUMENT}">{sheets}</workbook>',
        "xl/_rels/workbook.xml.rels": links % inner,
    }
