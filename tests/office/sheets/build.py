"""Builds workbooks byte by byte: what other writers leave in a file, and what no writer would."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from xml.sax.saxutils import escape

import xlwt
from xlwt.CompoundDoc import XlsDoc

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
NAMESPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in [
        ("office", "office"),
        ("table", "table"),
        ("text", "text"),
        ("style", "style"),
        ("draw", "drawing"),
    ]
)
CALCEXT = 'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'


def archive(parts: Mapping[str, str | bytes], *, level: int = 6) -> bytes:
    """A ZIP of these parts in this order."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as target:
        for name, content in parts.items():
            target.writestr(name, content)
    return out.getvalue()


def worksheet(rows: str, after: str = "", before: str = "", namespace: str = MAIN) -> str:
    """A worksheet part around the XML of its rows."""
    return (
        f'<?xml version="1.0"?><worksheet xmlns="{namespace}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'
    )


def cells(rows: Mapping[int, Mapping[str, str | float]]) -> str:
    """Rows of inline texts and numbers: {3: {"A": "姓名", "C": 7}}."""
    lines = []
    for number, row in rows.items():
        line = [
            f'<c r="{letters}{number}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'
            if isinstance(value, str)
            else f'<c r="{letters}{number}"><v>{value}</v></c>'
            for letters, value in row.items()
        ]
        lines.append(f'<row r="{number}">{"".join(line)}</row>')
    return "".join(lines)


def prefixed(sheet: str) -> str:
    """The same worksheet with a prefix before each name, as the Open XML SDK writes it."""
    return re.sub(r"<(/?)(?=[a-z])", r"<\1x:", sheet).replace("xmlns=", "xmlns:x=")


def line(*values: str, number: int = 1) -> str:
    """A row of cells given as attributes and content: 't="b"><v>1</v>', one column after the other."""
    made = "".join(f'<c r="{chr(65 + i)}{number}" {value}</c>' for i, value in enumerate(values))
    return f'<row r="{number}">{made}</row>'


def with_part(data: bytes, name: str, content: str | bytes | None) -> bytes:
    """An archive with one part changed, or without it."""
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        parts: dict[str, str | bytes] = {part: source.read(part) for part in source.namelist() if part != name}
    return archive(parts if content is None else {**parts, name: content})


def xlsx(
    *sheets: str,
    names: Sequence[str] = ("Sheet1", "Sheet2", "Sheet3"),
    states: Sequence[str] = (),
    kinds: Sequence[str] = (),
    strings: str = "",
    styles: str = "",
    properties: str = "",
    parts: Mapping[str, str | bytes] | None = None,
    namespace: str = MAIN,
    content_type: str = SHEET_TYPE,
) -> bytes:
    """An .xlsx of worksheet parts; `strings`, `styles` and `properties` are the inner XML of theirs."""
    return archive(
        {
            **xlsx_parts(sheets, names, states, kinds, strings, styles, properties, namespace, content_type),
            **(parts or {}),
        }
    )


def xlsx_parts(
    sheets: Sequence[str],
    names: Sequence[str],
    states: Sequence[str],
    kinds: Sequence[str],
    strings: str,
    styles: str,
    properties: str,
    namespace: str,
    content_type: str,
) -> dict[str, str | bytes]:
    """The parts of `xlsx`, for who wants to change one."""
    entries, links, parts = [], [], {}
    for index, sheet in enumerate(sheets):
        state = f' state="{states[index]}"' if index < len(states) and states[index] else ""
        kind = kinds[index] if index < len(kinds) else "worksheet"
        entries.append(f'<sheet name="{escape(names[index])}" sheetId="{index + 1}"{state} r:id="rId{index + 1}"/>')
        links.append((f"rId{index + 1}", kind, f"worksheets/sheet{index + 1}.xml"))
        parts[f"xl/worksheets/sheet{index + 1}.xml"] = sheet
    if strings:
        links.append(("rId90", "sharedStrings", "sharedStrings.xml"))
        parts["xl/sharedStrings.xml"] = f'<sst xmlns="{namespace}">{strings}</sst>'
    if styles:
        links.append(("rId91", "styles", "styles.xml"))
        parts["xl/styles.xml"] = f'<styleSheet xmlns="{namespace}">{styles}</styleSheet>'
    book = (
        f'<workbook xmlns="{namespace}" xmlns:r="{OFFICE}">{properties}<sheets>{"".join(entries)}</sheets></workbook>'
    )
    return {
        "[Content_Types].xml": f'<Types xmlns="{TYPES}"><Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{content_type}"/></Types>',
        "_rels/.rels": relations([("rId1", "officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": book,
        "xl/_rels/workbook.xml.rels": relations(links),
        **parts,
    }


def relations(links: Iterable[tuple[str, str, str]]) -> str:
    """A part of relations: id, kind, target."""
    inner = "".join(f'<Relationship Id="{i}" Type="{OFFICE}/{kind}" Target="{target}"/>' for i, kind, target in links)
    return f'<Relationships xmlns="{RELATIONS}">{inner}</Relationships>'


def number_formats(*ids: int, defined: str = "") -> str:
    """Styles whose cell formats 0, 1, … have these number formats."""
    xfs = "".join(f'<xf numFmtId="{number}" applyNumberFormat="1"/>' for number in ids)
    return f"{defined}<cellXfs>{xfs}</cellXfs>"


def ods(tables: str, *, styles: str = "", parts: Mapping[str, str | bytes] | None = None) -> bytes:
    """An .ods around the XML of its tables."""
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {NAMESPACES} {CALCEXT}>'
        f"<office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    return archive({"mimetype": ODS_TYPE, "content.xml": content, "META-INF/manifest.xml": manifest, **(parts or {})})


def table(rows: str, name: str = "Sheet1", more: str = "") -> str:
    """One table of an .ods."""
    return f'<table:table table:name="{name}"{more}>{rows}</table:table>'


def row(*inner: str, more: str = "") -> str:
    """One row of an .ods; plain words become cells of text, "" a blank cell."""
    made = [cell if cell.startswith("<") else text_cell(cell) if cell else "<table:table-cell/>" for cell in inner]
    return f"<table:table-row{more}>{''.join(made)}</table:table-row>"


def text_cell(text: str, more: str = "") -> str:
    """A cell of text of an .ods."""
    return f'<table:table-cell office:value-type="string"{more}><text:p>{text}</text:p></table:table-cell>'


def xls(fill: Callable[[xlwt.Workbook], None]) -> bytes:
    """An .xls (BIFF8) by xlwt."""
    book, out = xlwt.Workbook(encoding="utf-8"), io.BytesIO()
    fill(book)
    book.save(out)
    return out.getvalue()


def compound(stream: bytes, name: str = "Workbook") -> bytes:
    """A compound file with one stream, called as wanted."""
    out = io.BytesIO()
    XlsDoc().save(out, stream)
    old, new = "Workbook".encode("utf-16-le"), name.encode("utf-16-le")
    data = out.getvalue()
    place = data.index(old)
    entry = new.ljust(64, b"\0") + struct.pack("<H", len(new) + 2)
    return data[:place] + entry + data[place + 66 :]


def record(number: int, data: bytes = b"") -> bytes:
    """One record of a BIFF stream."""
    return struct.pack("<HH", number, len(data)) + data


def biff5(rows: Sequence[Sequence[bytes]], codepage: int | None) -> bytes:
    """An .xls of Excel 5 with one sheet of texts in the bytes of a code page."""
    start = record(0x809, struct.pack("<HHHH", 0x500, 0x05, 0x096C, 0x07C9))
    if codepage is not None:
        start += record(0x42, struct.pack("<H", codepage))
    sheet = record(0x809, struct.pack("<HHHH", 0x500, 0x10, 0x096C, 0x07C9))
    for index, texts in enumerate(rows):
        for column, text in enumerate(texts):
            sheet += record(0x204, struct.pack("<HHHH", index, column, 15, len(text)) + text)
    sheet += record(0x0A)
    bound = struct.pack("<BBB", 0, 0, 6) + b"Sheet1"
    place = len(start) + len(record(0x85, b"\0\0\0\0" + bound)) + len(record(0x0A))
    stream = start + record(0x85, struct.pack("<I", place) + bound) + record(0x0A) + sheet
    return compound(stream.ljust(4096, b"\0"), "Book")
