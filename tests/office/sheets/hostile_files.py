"""Files made to bring the reader down: each ends in its own message, none in a dead portal."""

from __future__ import annotations

import struct
import zipfile
from io import BytesIO

from office.sheets.limits import Limits
from tests.office.sheets.build import (
    MAIN,
    cells,
    line,
    ods,
    prefixed,
    row,
    table,
    text_cell,
    with_part,
    worksheet,
    xls,
    xlsx,
)
from tests.office.sheets.cases import refused
from tests.office.sheets.refused_files import GOOD_ODS, GOOD_XLSX

LAUGHS = (
    '<!DOCTYPE worksheet [<!ENTITY a "haha">'
    + "".join(f'<!ENTITY {new} "{f"&{old};" * 10}">' for old, new in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>"
)
FETCH = '<!DOCTYPE sst [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
FAR = cells({1: {"A": "姓名"}, 1_048_576: {"XFD": "x"}})
TWO_ROWS = {1: {"A": "姓名"}, 2: {"A": "江听澜"}}
SMALL = Limits(rows=20, columns=5)
QUICK = Limits(cpu_seconds=1)


def _twice() -> bytes:
    """Two parts of one name: which of them is the sheet?"""
    out = BytesIO(GOOD_XLSX)
    with zipfile.ZipFile(out, "a") as target:
        target.writestr("xl/worksheets/SHEET1.xml", worksheet(cells({1: {"A": "另一张"}})))
    return out.getvalue()


def _lying_size() -> bytes:
    """A bomb whose directory calls it small."""
    sheet = worksheet(cells({1: {"A": "姓名"}}), after=" " * (20 * 2**20))
    data, size = xlsx(sheet), struct.pack("<I", len(sheet.encode()))
    assert size in data
    return data.replace(size, struct.pack("<I", 900))


def _merged_over_and_over() -> bytes:
    """Each of 100,000 merged cells covers all 5,000 rows: half a billion steps."""
    rows = "".join(f'<row r="{i}"><c r="A{i}"><v>{i}</v></c></row>' for i in range(1, 5001))
    merges = "".join('<mergeCell ref="B1:B5000"/>' for _ in range(100_000))
    rows = rows.replace("</c>", '</c><c r="B1"><v>1</v></c>', 1)
    return xlsx(worksheet(rows, after=f"<mergeCells>{merges}</mergeCells>"))


def _one_long_text_everywhere() -> bytes:
    """A text of 32,000 characters, referred to from 250,000 cells: 8 GB for a reader that copies it."""
    line = "".join(f'<c r="{letter}@" t="s"><v>0</v></c>' for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    rows = "".join(f'<row r="{i}">{line.replace("@", str(i))}</row>' for i in range(1, 5001))
    return xlsx(worksheet(rows), strings=f"<si><t>{'长' * 32_000}</t></si>")


ARCHIVES = [
    refused("archive_ratio", "a bomb", "名单.xlsx", lambda: with_part(GOOD_XLSX, "xl/media/a.png", bytes(30 * 2**20))),
    refused(
        "archive_ratio",
        "a bomb in .ods",
        "名单.ods",
        lambda: ods(table(row("姓名")), parts={"a.xml": bytes(3 * 2**20)}),
    ),
    refused("file_damaged", "a bomb that calls itself small", "名单.xlsx", _lying_size),
    refused(
        "archive_unpacked",
        "more than may be unpacked",
        "名单.xlsx",
        lambda: with_part(GOOD_XLSX, "a.png", bytes(range(256)) * 2**13),
        Limits(unpacked_bytes=2**20, ratio=10_000),
    ),
    refused("archive_entries", "201 parts", "名单.xlsx", lambda: xlsx("", parts={f"a{i}": "" for i in range(201)})),
    refused("archive_names", "two parts of one name", "名单.xlsx", _twice),
    refused("archive_names", "a part outside", "名单.xlsx", lambda: with_part(GOOD_XLSX, "../../etc/cron.d/a", "x")),
    refused("archive_names", "an absolute part", "名单.xlsx", lambda: with_part(GOOD_XLSX, "/etc/cron.d/a", "x")),
]

ATTACKS = [
    refused(
        "file_hostile",
        "a billion laughs",
        "名单.xlsx",
        lambda: xlsx(
            worksheet(cells({1: {"A": "x"}})).replace("<worksheet", f"{LAUGHS}<worksheet").replace(">x<", ">&i;<")
        ),
    ),
    refused(
        "file_hostile", "laughs in .ods", "名单.ods", lambda: with_part(GOOD_ODS, "content.xml", f"{LAUGHS}<a>&i;</a>")
    ),
    refused(
        "file_hostile",
        "a file fetched by the texts",
        "名单.xlsx",
        lambda: xlsx(
            worksheet('<row r="1"><c r="A1" t="s"><v>0</v></c></row>'),
            strings="<si><t>a</t></si>",
            parts={"xl/sharedStrings.xml": f'{FETCH}<sst xmlns="{MAIN}"><si><t>&x;</t></si></sst>'},
        ),
    ),
    refused(
        "file_hostile",
        "a DTD in the workbook part",
        "名单.xlsx",
        lambda: with_part(GOOD_XLSX, "xl/workbook.xml", f"{FETCH}<workbook>&x;</workbook>"),
    ),
    refused(
        "file_hostile",
        "UTF-16 that hides a DTD",
        "名单.xlsx",
        lambda: with_part(GOOD_XLSX, "xl/worksheets/sheet1.xml", f"{FETCH}<worksheet/>".encode("utf-16")),
    ),
    refused(
        "file_hostile",
        "an encoding nobody uses",
        "名单.xlsx",
        lambda: with_part(GOOD_XLSX, "xl/worksheets/sheet1.xml", '<?xml version="1.0" encoding="UTF-7"?><a/>'),
    ),
    refused("file_hostile", "a number with an entity", "名单.xlsx", lambda: xlsx(worksheet(line("><v>1&#50;</v>")))),
    refused(
        "file_hostile", "a number with a comment", "名单.xlsx", lambda: xlsx(worksheet(line("><v>1<!-- -->2</v>")))
    ),
    refused("file_hostile", "a number as CDATA", "名单.xlsx", lambda: xlsx(worksheet(line("><v><![CDATA[7]]></v>")))),
    refused("sheet_far_cell", "one far cell, 512 GiB", "名单.xlsx", lambda: xlsx(worksheet(FAR))),
    refused("sheet_far_cell", "the same under a prefix", "名单.xlsx", lambda: xlsx(prefixed(worksheet(FAR)))),
    refused("sheet_far_cell", "the same in single quotes", "名单.xlsx", lambda: xlsx(worksheet(FAR.replace('"', "'")))),
    refused(
        "sheet_far_cell",
        "the same with its name in entities",
        "名单.xlsx",
        lambda: xlsx(worksheet(FAR.replace(' r="XFD', ' r="&#88;FD').replace('<row r="1048576">', "<row>"))),
    ),
    refused(
        "file_memory",
        "the same, hidden from the second look",
        "名单.xlsx",
        lambda: xlsx(worksheet(FAR.replace(' r="XFD', '\tr="XFD').replace('<row r="1048576">', "<row>"))),
    ),
    refused("file_memory", "one long text in 130,000 cells", "名单.xlsx", _one_long_text_everywhere),
    refused(
        "cell_long",
        "a text of 40,000 characters",
        "名单.xlsx",
        lambda: xlsx(worksheet(cells({1: {"A": "长" * 40_000}}))),
    ),
    refused("file_time", "half a billion steps", "名单.xlsx", _merged_over_and_over, QUICK),
    refused(
        "file_damaged", "200,000 tags inside one another", "名单.ods", lambda: ods(table(row("姓名") + "<a>" * 200_000))
    ),
    refused(
        "sheet_rows",
        "more rows than allowed",
        "名单.xlsx",
        lambda: xlsx(worksheet(cells({i: {"A": 1} for i in range(1, 72)}))),
        SMALL,
    ),
    refused(
        "sheet_rows",
        "three times as many",
        "名单.xlsx",
        lambda: xlsx(worksheet(cells({i: {"A": 1} for i in range(1, 212)}))),
        SMALL,
    ),
    refused("sheet_rows", "more rows in .xls", "名单.xls", lambda: xls(_many_rows), SMALL),
    refused(
        "sheet_rows",
        "a row repeated a million times",
        "名单.ods",
        lambda: ods(table(row("江听澜", more=' table:number-rows-repeated="1048576"'))),
    ),
    refused(
        "sheet_rows",
        "a row repeated without end",
        "名单.ods",
        lambda: ods(table(row("江听澜", more=f' table:number-rows-repeated="{10**30}"'))),
    ),
    refused(
        "sheet_columns",
        "a cell beyond the columns",
        "名单.xlsx",
        lambda: xlsx(worksheet(cells({1: {"A": 1, "F": "x"}}))),
        SMALL,
    ),
    refused(
        "sheet_columns",
        "a cell beyond the columns of .xls",
        "名单.xls",
        lambda: xls(lambda book: book.add_sheet("表").write(0, 5, "x")),
        SMALL,
    ),
    refused(
        "sheet_columns",
        "a cell repeated 16,384 times",
        "名单.ods",
        lambda: ods(table(row(text_cell("x", ' table:number-columns-repeated="16384"')))),
    ),
    refused(
        "sheet_columns",
        "a cell after 10^30 blank ones",
        "名单.ods",
        lambda: ods(table(row(f'<table:table-cell table:number-columns-repeated="{10**30}"/>', "x"))),
    ),
]


def _many_rows(book) -> None:  # type: ignore[no-untyped-def]
    sheet = book.add_sheet("表")
    for index in range(71):
        sheet.write(index, 0, index)


ALL = ARCHIVES + ATTACKS
