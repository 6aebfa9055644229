"""Files that are not whole, or say what cannot be: refused, never read by half."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path

from tests.office.sheets.build import (
    biff5,
    cells,
    ods,
    record,
    row,
    table,
    with_part,
    worksheet,
    xlsx,
)
from tests.office.sheets.cases import refused
from tests.office.sheets.refused_files import GOOD_ODS, GOOD_XLS, GOOD_XLSX, biff8

FILES = Path(__file__).parent / "files"
TWO_ROWS = {1: {"A": "姓名"}, 2: {"A": "江听澜"}}


def _wrong_checksum() -> bytes:
    """One bit of a stored part changed after its checksum was taken."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(GOOD_XLSX)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as target:
        for name in source.namelist():
            target.writestr(name, source.read(name))
    return out.getvalue().replace("姓名".encode(), "姓各".encode())


ALL = [
    refused("file_damaged", "half an .xlsx", "名单.xlsx", GOOD_XLSX[: len(GOOD_XLSX) // 2]),
    refused("file_damaged", "half an .ods", "名单.ods", GOOD_ODS[: len(GOOD_ODS) // 2]),
    refused("file_damaged", "half an .xls", "名单.xls", GOOD_XLS[: len(GOOD_XLS) // 2]),
    refused("file_damaged", "head of an .xls", "名单.xls", GOOD_XLS[:600]),
    refused("file_damaged", "a wrong checksum", "名单.xlsx", _wrong_checksum),
    refused("file_damaged", "no workbook part", "名单.xlsx", lambda: with_part(GOOD_XLSX, "xl/workbook.xml", None)),
    refused("file_damaged", "no relations", "名单.xlsx", lambda: with_part(GOOD_XLSX, "_rels/.rels", None)),
    refused(
        "file_damaged", "no sheet part", "名单.xlsx", lambda: with_part(GOOD_XLSX, "xl/worksheets/sheet1.xml", None)
    ),
    refused("file_damaged", "no content part", "名单.ods", lambda: with_part(GOOD_ODS, "content.xml", None)),
    refused("file_damaged", "sheet cut short", "名单.xlsx", lambda: xlsx(worksheet(cells(TWO_ROWS))[:-30])),
    refused(
        "file_damaged", "crossed tags", "名单.xlsx", lambda: xlsx(worksheet('<row r="1"><c r="A1"><f>1</row></c>'))
    ),
    refused(
        "file_damaged",
        "a text that is not there",
        "名单.xlsx",
        lambda: xlsx(worksheet('<row r="1"><c r="A1" t="s"><v>7</v></c></row>'), strings="<si><t>a</t></si>"),
    ),
    refused(
        "file_damaged",
        "an unknown type of cell",
        "名单.xlsx",
        lambda: xlsx(worksheet('<row r="1"><c r="A1" t="q"><v>7</v></c></row>')),
    ),
    refused(
        "file_damaged", "crossed tags in .ods", "名单.ods", lambda: ods("<table:table><table:table-row></table:table>")
    ),
    refused(
        "file_damaged",
        "a number of letters in .ods",
        "名单.ods",
        lambda: ods(table(row('<table:table-cell office:value-type="float" office:value="七"/>'))),
    ),
    refused(
        "file_damaged", "a sheet without an end in .xls", "名单.xls", lambda: biff8(end=record(0x200, bytes(14)) * 300)
    ),
    refused(
        "file_old_encoding",
        "Excel 95 by Gnumeric, its Chinese lost",
        "名单.xls",
        (FILES / "gnumeric-95.xls").read_bytes(),
    ),
    refused(
        "file_old_encoding",
        "Excel 95, Chinese under a Western code page",
        "名单.xls",
        lambda: biff5([["姓名".encode("gbk")]], 1252),
    ),
    refused(
        "file_old_encoding",
        "Excel 95, Chinese under no code page",
        "名单.xls",
        lambda: biff5([["姓名".encode("gbk")]], None),
    ),
]
