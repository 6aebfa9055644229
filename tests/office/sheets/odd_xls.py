"""What writers of .xls leave behind, and how it must read; `files/` says which program wrote each of those."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import xlwt

from tests.office.sheets.build import biff5, xls
from tests.office.sheets.cases import read_as

FILES = Path(__file__).parent / "files"
HEADER = ["序号", "姓名", "身份证号", "认 定 学 时", "日期", "合计", "备注"]
TITLE = ["学时登记信息汇总表"]
NUMBER_ID = "3.30902199001011E+17"
FIRST = ["1", "江听澜", "330902199001011234", "7.5", "2024-05-01"]
SECOND = ["2", "Zoë 𠮷", NUMBER_ID, "8", "2024-05-01"]
LOST = {"C5": "lost_digits"}
UNKNOWN = {"F4": "no_result", **LOST, "F5": "no_result"}


def _file(name: str):  # type: ignore[no-untyped-def]
    return (FILES / name).read_bytes


def _written(first: list[str], second: list[str]):  # type: ignore[no-untyped-def]
    return {1: TITLE, 3: HEADER, 4: FIRST + first, 5: SECOND + second}


WRITERS = [
    read_as(
        "JExcelAPI: code page of the West over Unicode, 4 for every formula",
        "a.xls",
        _file("jexcelapi.xls"),
        _written(["", "TRUE"], [""]),
        UNKNOWN,
    ),
    read_as(
        "Spreadsheet::WriteExcel: 0 for every formula",
        "a.xls",
        _file("writeexcel.xls"),
        _written(["", "TRUE"], [""]),
        UNKNOWN,
    ),
    read_as(
        "POI before evaluation, Chinese date format",
        "a.xls",
        _file("poi.xls"),
        _written(["", "TRUE"], ["", ""]),
        {**UNKNOWN, "G5": "no_result"},
    ),
    read_as(
        "POI after evaluation: numbers are still marked for it",
        "a.xls",
        _file("poi-evaluated.xls"),
        _written(["", "TRUE"], ["#DIV/0!", "甲乙"]),
        {"F4": "no_result", **LOST, "F5": "error"},
    ),
    read_as("Gnumeric", "a.xls", _file("gnumeric.xls"), _written(["8", "TRUE"], ["#DIV/0!"]), {**LOST, "F5": "error"}),
    read_as("Excel::Writer::XLSX", "a.xlsx", _file("writerxlsx.xlsx"), _written(["", "TRUE"], [""]), UNKNOWN),
    read_as(
        "Gnumeric's .xlsx",
        "a.xlsx",
        _file("gnumeric.xlsx"),
        _written(["8", "TRUE"], ["#DIV/0!"]),
        {**LOST, "F5": "error"},
    ),
    read_as(
        "Gnumeric's .ods", "a.ods", _file("gnumeric.ods"), _written(["8", "TRUE"], ["#DIV/0!"]), {**LOST, "F5": "error"}
    ),
    read_as(
        "Excel 95 in Chinese",
        "a.xls",
        lambda: biff5([["姓名".encode("gbk")], [], ["镕\uff11".encode("gbk"), b"ASCII"]], 936),
        {1: ["姓名"], 3: ["镕1", "ASCII"]},
    ),
    read_as(
        "Excel 95 in ASCII under a Western code page",
        "a.xls",
        lambda: biff5([[b"Name"], [b"330902199001011234"]], 1252),
        {1: ["Name"], 2: ["330902199001011234"]},
    ),
]


def _places(book: xlwt.Workbook) -> None:
    sheet = book.add_sheet("花名册")
    sheet.write_merge(1, 3, 0, 0, "某公司")
    for index, name in enumerate("甲乙丙"):
        sheet.write(1 + index, 1, name)
    sheet.row(2).hidden = True
    sheet.write(65_535, 1, "末行")


def _values(book: xlwt.Workbook) -> None:
    sheet = book.add_sheet("表")
    styles = {code: xlwt.easyxf(num_format_str=code) for code in ("yyyy-mm-dd", "yyyy-mm-dd h:mm", "[h]:mm", "h:mm")}
    values = [7, 7.5, 0.1 + 0.2, True, "李\u3000四", "１２", 330902199001011234, "", None]
    for index, value in enumerate(values):
        sheet.write(0, index, value)
    sheet.write(1, 0, dt.date(2024, 2, 29), styles["yyyy-mm-dd"])
    sheet.write(1, 1, dt.datetime(2024, 12, 31, 23, 59), styles["yyyy-mm-dd h:mm"])
    sheet.write(1, 2, 30 / 24 + 5 / 1440, styles["[h]:mm"])
    sheet.write(1, 3, dt.time(8, 30), styles["h:mm"])


def _formulas(book: xlwt.Workbook) -> None:
    sheet = book.add_sheet("表")
    sheet.write(0, 0, "姓名")
    sheet.write(1, 0, xlwt.Formula("3+4"))


def _sheets(book: xlwt.Workbook) -> None:
    for name, visibility in (("隐藏", 1), ("深藏", 2), ("花名册", 0)):
        sheet = book.add_sheet(name)
        sheet.visibility = visibility
        sheet.write(0, 0, name)
    book.active_sheet = 2


def _from_1904(book: xlwt.Workbook) -> None:
    book.dates_1904 = True
    book.add_sheet("表").write(0, 0, dt.date(2024, 5, 1), xlwt.easyxf(num_format_str="yyyy-mm-dd"))


XLWT = [
    read_as(
        "merged, hidden and far rows",
        "a.xls",
        lambda: xls(_places),
        {2: ["某公司", "甲"], 3: ["某公司", "乙"], 4: ["某公司", "丙"], 65_536: ["", "末行"]},
    ),
    read_as(
        "values of every kind",
        "a.xls",
        lambda: xls(_values),
        {
            1: ["7", "7.5", "0.3", "TRUE", "李 四", "12", NUMBER_ID],
            2: ["2024-02-29", "2024-12-31 23:59", "30:05", "08:30"],
        },
        {"G1": "lost_digits"},
    ),
    read_as(
        "xlwt leaves all formulas unworked",
        "a.xls",
        lambda: xls(_formulas),
        {1: ["姓名"], 2: [""]},
        {"A2": "no_result"},
    ),
    read_as("hidden sheets of .xls", "a.xls", lambda: xls(_sheets), sheets={"花名册": {1: ["花名册"]}}),
    read_as("dates of .xls counted from 1904", "a.xls", lambda: xls(_from_1904), {1: ["2024-05-01"]}),
]

ALL = WRITERS + XLWT
