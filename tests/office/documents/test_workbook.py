"""Official forms as workbooks: the printed layout, and no cell that does anything."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from office.documents.workbook import DAY, NUMBER, Column, Form, write

FORM = Form(
    title="学时登记信息汇总表",
    above=("填报人：", "联系电话：", "填报日期："),
    columns=(
        Column("序号", 6),
        Column("姓名", 10),
        Column("性别", 6, choices=("男", "女")),
        Column("身份证号", 22),
        Column("认定学时", 8, NUMBER),
        Column("日期", 12, DAY),
    ),
    notes=("备注：本表为虚构。",),
)
ROW = ("1", "海一", "男", "330902198506150012", Decimal("7.5"), date(2021, 6, 1))


def opened(rows: list[Any]) -> Any:
    return openpyxl.load_workbook(io.BytesIO(write(FORM, rows))).active


def test_the_layout_is_title_line_header_rows_notes() -> None:
    sheet = opened([ROW])
    assert sheet["A1"].value == "学时登记信息汇总表"
    assert "A1:F1" in {str(cells) for cells in sheet.merged_cells.ranges}
    assert [cell.value for cell in sheet[2] if cell.value] == ["填报人：", "联系电话：", "填报日期："]
    assert [cell.value for cell in sheet[3]] == ["序号", "姓名", "性别", "身份证号", "认定学时", "日期"]
    assert [cell.value for cell in sheet[4]] == ["1", "海一", "男", "330902198506150012", 7.5, sheet["F4"].value]
    assert sheet["F4"].value.date() == date(2021, 6, 1)
    assert sheet["A5"].value == "备注：本表为虚构。"
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize, sheet.print_title_rows) == (
        "landscape",
        9,
        "$3:$3",
    )


def test_id_numbers_are_text_in_every_reader() -> None:
    data = write(FORM, [ROW])
    assert openpyxl.load_workbook(io.BytesIO(data)).active["D4"].data_type == "s"
    assert openpyxl.load_workbook(io.BytesIO(data)).active["D4"].number_format == "@"
    assert CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()[3][3] == ROW[3]


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "=cmd|' /C calc'!A0",
        '=HYPERLINK("http://x")',
        "\t=1",
        "\r=1",
        " =1",
        "＝1＋1",
        "=",
        "{=1}",
        "-2+3+cmd|' /C calc'!D2",
        "%=1",
    ],
)
def test_no_cell_starts_a_formula(text: str) -> None:
    sheet = opened([("1", text, "男", text, None, None)])
    assert {sheet["B4"].data_type, sheet["D4"].data_type} == {"s"}
    assert str(sheet["B4"].value).strip() == text.strip()
    assert b"<f>" not in write(FORM, [("1", text, "", text, None, None)])


@pytest.mark.parametrize("text", ["\x00", "a\x0bb", "\x1f", "𠮷野", "😀", "\u202eabc", "长" * 300])
def test_odd_characters_leave_a_workbook_that_opens(text: str) -> None:
    sheet = opened([("1", text, "男", "x", None, None)])
    kept = str(sheet["B4"].value or "")
    assert kept == "".join(letter for letter in text if ord(letter) >= 32)


def test_drop_downs_offer_the_choices_below_the_header_and_far_enough() -> None:
    sheet = opened([])
    (rule,) = sheet.data_validations.dataValidation
    assert rule.formula1 == '"男,女"'
    assert str(rule.sqref).startswith("C4:C")
    assert int(str(rule.sqref).split("C")[-1]) > 1000


def test_an_empty_form_has_its_empty_rows_ruled() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(write(FORM, [], empty_rows=3))).active
    assert [sheet.cell(row, 1).border.left.style for row in (4, 5, 6, 7)] == ["thin", "thin", "thin", None]
    assert sheet["D5"].number_format == "@"
