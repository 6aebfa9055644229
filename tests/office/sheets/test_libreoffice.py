"""One roster, written by LibreOffice in the three formats: all read alike, through the real child."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from office.sheets.header import Column, Record, find_header
from office.sheets.limits import Limits
from office.sheets.reading import read
from office.sheets.sheet import Flag, Workbook
from tests.office.soffice import convert

FORMATS = {"xlsx": "xlsx:Calc MS Excel 2007 XML", "xls": "xls:MS Excel 97", "ods": "ods:calc8"}
COLUMNS = [
    Column("unit", "培训单位"),
    Column("name", "姓名"),
    Column("id_number", "身份证号"),
    Column("hours", "认定学时"),
    Column("day", "日期"),
    Column("clock", "时间"),
    Column("municipal", "是（否）市属单位人员"),
    Column("note", "备注", required=False),
]
NUMBER_ID = "3.30902199001011E+17"
HEADINGS = ["培训单位", "姓 名", "身份证号", "认 定\n学 时", "日期", "时间", "是（否）市属单位人员", "备注"]
ROWS: list[list[object]] = [
    ["某培训中心", "江听澜", "330902199001011234", 7.5, dt.date(2024, 5, 1), dt.time(8, 30), True, "=1/0"],
    [None, "李\u3000四", "１３", "=D5+0.5", dt.datetime(2024, 12, 31, 23, 59), None, False, '="甲"&"乙"'],
    [None, "𠮷野 家", 330902199001011234, 0.1 + 0.2, dt.date(2024, 2, 29), None, None, "两行\n文字"],
]


def _write(sheet: Worksheet) -> None:
    sheet.append(["学时登记信息汇总表"])
    sheet.merge_cells("A1:H1")
    for column, heading in enumerate(HEADINGS, 1):
        sheet.cell(4, column, heading)
    for number, row in enumerate(ROWS, 5):
        for column, value in enumerate(row, 1):
            sheet.cell(number, column, value)
    sheet["F5"].number_format = "h:mm"
    sheet.merge_cells("A5:A7")
    sheet.row_dimensions[6].hidden = True
    sheet["B3000"] = "远处"


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Workbook]:
    """The same workbook, read from each format."""
    folder = tmp_path_factory.mktemp("libreoffice")
    book = openpyxl.Workbook()
    _write(book.active)
    hidden = book.create_sheet("隐藏")
    hidden["A1"], hidden.sheet_state = "不读", "hidden"
    source = folder / "source" / "名单.xlsx"
    source.parent.mkdir()
    book.save(source)
    made: list[Path] = [convert([source], FORMATS[kind], folder / kind)[0] for kind in FORMATS]
    return {path.suffix[1:]: read(path, name=path.name, limits=Limits()) for path in made}


@pytest.mark.parametrize("kind", FORMATS)
def test_libreoffice_writes_what_we_read(books: dict[str, Workbook], kind: str) -> None:
    header = find_header(books[kind], COLUMNS)
    assert (header.row, header.last_row) == (4, 4)
    assert list(header.records()) == [
        _record(5, "江听澜", "330902199001011234", "7.5", "2024-05-01", "08:30", "TRUE", "#DIV/0!", note=Flag.ERROR),
        _record(6, "李 四", "13", "8", "2024-12-31 23:59", "", "FALSE", "甲乙"),
        _record(
            7, "𠮷野 家", "3.30902199001011E+17", "0.3", "2024-02-29", "", "", "两行 文字", id_number=Flag.LOST_DIGITS
        ),
        _record(3000, "远处", "", "", "", "", "", "", unit=""),
    ]


def test_the_three_formats_read_alike(books: dict[str, Workbook]) -> None:
    sheets = [book.sheets for book in books.values()]
    assert sheets[0] == sheets[1] == sheets[2]
    assert [sheet.name for sheet in sheets[0]] == ["Sheet"]


def _record(row: int, *values: str, unit: str = "某培训中心", **flags: Flag) -> Record:
    keys = [column.key for column in COLUMNS]
    return Record(row, dict(zip(keys, [unit, *values], strict=True)), flags)
