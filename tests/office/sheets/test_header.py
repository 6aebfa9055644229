"""The header row is found among what offices put around it, and what it misses is named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from accounts.errors import InputError
from office.sheets.header import Column, find_header
from office.sheets.refusals import Refusal
from office.sheets.sheet import Flag, Row, Sheet, Workbook

COLUMNS = [
    Column("number", "序号", required=False),
    Column("name", "姓名", ("学员姓名", "Name")),
    Column("id_number", "身份证号", ("身份证号码", "身份证件号码", "公民身份号码")),
    Column("hours", "认定学时", ("学时",)),
    Column("phone", "手机号码", ("手机", "联系电话"), required=False),
    Column("municipal", "是（否）市属单位人员", ("是否市属",), required=False),
]
ONE = ["序号", "姓名", "身份证号", "认定学时"]


def sheet(rows: Mapping[int, Sequence[str]], name: str = "花名册", **more) -> Sheet:  # type: ignore[no-untyped-def]
    """A sheet as a reading gives it."""
    return Sheet(name, [Row(number, cells) for number, cells in rows.items()], **more)


FOUND = {
    "in the first row": ({1: ONE}, 1, 1, {"number": 0, "name": 1, "id_number": 2, "hours": 3}),
    "under titles, a merged cell and blank rows": (
        {1: ["学时登记信息汇总表"], 2: ["填报人：王五", "", "联系电话：0580"], 5: ["", *ONE]},
        5,
        5,
        {"number": 1, "name": 2, "id_number": 3, "hours": 4},
    ),
    "in another order and under other names": (
        {1: ["Name", "学时", "公民身份号码", "是否市属"]},
        1,
        1,
        {"name": 0, "hours": 1, "id_number": 2, "municipal": 3},
    ),
    "with spaces, line breaks, stars and remarks": (
        {2: ["序 号", "* 姓 名：", "身份证号（18位）", "认 定 学 时", "是(否) 市属 单位人员"]},
        2,
        2,
        {"number": 0, "name": 1, "id_number": 2, "hours": 3, "municipal": 4},
    ),
    "in characters of compatibility": (
        {1: ["姓\u2f9d", "ＮＡＭＥ", "身份证号", "学时"]},
        1,
        1,
        {"name": 1, "id_number": 2, "hours": 3},
    ),
    "broken over two lines": (
        {3: ["序号", "姓名", "身份", "认定", "手机"], 4: ["", "", "证号", "学时", "号码"]},
        3,
        4,
        {"number": 0, "name": 1, "id_number": 2, "hours": 3, "phone": 4},
    ),
    "under groups": (
        {1: ["汇总表"], 2: ["序号", "学员", "", "培训"], 3: ["", "姓名", "身份证号", "学时"]},
        2,
        3,
        {"number": 0, "name": 1, "id_number": 2, "hours": 3},
    ),
    "merged over two lines": (
        {1: ["序号", "姓名", "身份证号", "认定学时", "联系"], 2: ["序号", "姓名", "身份证号", "认定学时", "手机"]},
        2,
        2,
        {"number": 0, "name": 1, "id_number": 2, "hours": 3, "phone": 4},
    ),
    "the fuller of two": (
        {1: ["说明：填写姓名", "姓名", "身份证号"], 3: ONE},
        3,
        3,
        {"number": 0, "name": 1, "id_number": 2, "hours": 3},
    ),
}


@pytest.mark.parametrize(("rows", "row", "last", "columns"), FOUND.values(), ids=FOUND)
def test_the_header_is_found(rows, row, last, columns) -> None:  # type: ignore[no-untyped-def]
    header = find_header(sheet(rows), COLUMNS)
    assert (header.row, header.last_row, dict(header.columns)) == (row, last, columns)


REFUSED = {
    "no header at all": ({1: ["江听澜", "330902199001011234"]}, "header_missing", "姓名、身份证号、认定学时"),
    "one column missing": ({4: ["序号", "姓名", "身份证号"]}, "header_incomplete", "第 4 行的表头缺少列：认定学时"),
    "the same column twice": (
        {1: [*ONE, "姓 名"], 2: ["1", "甲", "3", "8", "乙"]},
        "header_twice",
        "“姓 名”出现在 B 列和 E 列",
    ),
    "header below what is searched": ({**{i: ["x"] for i in range(1, 51)}, 60: ONE}, "header_missing", "姓名"),
    "nothing": ({}, "sheet_empty", "没有内容"),
}


@pytest.mark.parametrize(("rows", "code", "words"), REFUSED.values(), ids=REFUSED)
def test_what_the_header_misses_is_named(rows, code, words) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InputError) as caught:
        find_header(sheet(rows), COLUMNS)
    assert (caught.value.code, caught.value.field) == (code, "file")
    assert words in caught.value.message


def test_a_second_column_of_a_name_may_be_blank() -> None:
    header = find_header(sheet({1: [*ONE, "姓名"], 2: ["1", "甲", "3", "8"]}), COLUMNS)
    assert header.columns["name"] == 1


def test_the_first_sheet_with_a_header_is_taken() -> None:
    book = Workbook("xlsx", [sheet({1: ["说明"]}, "说明"), sheet({1: ONE}, "一班"), sheet({1: ONE}, "二班")])
    assert find_header(book, COLUMNS).sheet.name == "一班"
    assert find_header(book, COLUMNS, sheet="二班").sheet.name == "二班"
    with pytest.raises(InputError) as caught:
        find_header(book, COLUMNS, sheet="三班")
    assert caught.value.code == "sheet_missing"


def test_a_sheet_that_could_not_be_read_matters_only_when_no_other_has_the_header() -> None:
    too_long = Sheet("总表", refusal=Refusal("sheet_rows", sheet="总表", limit=5000))
    assert find_header(Workbook("xlsx", [too_long, sheet({1: ONE})]), COLUMNS).sheet.name == "花名册"
    with pytest.raises(InputError) as caught:
        find_header(Workbook("xlsx", [sheet({1: ["说明"]}), too_long]), COLUMNS)
    assert (caught.value.code, caught.value.message) == ("sheet_rows", too_long.refusal.message)
    with pytest.raises(InputError) as caught:
        find_header(Workbook("xlsx", []), COLUMNS)
    assert caught.value.code == "sheet_none"


def test_records_have_the_numbers_of_the_sheet_and_pass_over_repeated_headers() -> None:
    rows = {
        3: [*ONE, "备注"],
        4: ["1", "甲", "3309", "8", "良好"],
        9: ["2", "乙", "3.3E+17", "7.5"],
        10: ["", "", "", "", "只有备注"],
        11: ONE,
        12: ["", "丙"],
        13: ["3", "", "", ""],
    }
    header = find_header(
        sheet(rows, flags={(9, 2): Flag.LOST_DIGITS, (9, 4): Flag.ERROR, (14, 1): Flag.NO_RESULT}), COLUMNS
    )
    assert header.unknown == ("备注",)
    records = list(header.records())
    assert [record.row for record in records] == [4, 9, 12, 13]
    assert records[0].values == {"number": "1", "name": "甲", "id_number": "3309", "hours": "8"}
    assert records[1].flags == {"id_number": Flag.LOST_DIGITS}
    assert records[2].values == {"number": "", "name": "丙", "id_number": "", "hours": ""}
    assert not records[0].flags


def test_two_columns_may_not_share_a_name() -> None:
    with pytest.raises(ValueError, match="学 时"):
        find_header(sheet({1: ONE}), [Column("hours", "学时"), Column("worked", "学 时")])
