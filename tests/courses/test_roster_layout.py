"""How a roster may be laid out: titles, lines around the table, other names and orders of columns, notes."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.errors import InputError
from courses.roster import columns
from courses.roster.check import check
from courses.roster.columns import COLUMNS, FORM_TITLES, TITLES
from courses.roster.report import told
from office.sheets.sheet import Flag, Sheet, Workbook
from tests.courses.sheets import CLASS, EMPLOYER, HEADINGS, book, checked, checking, header, row
from tests.factories import OrganisationFactory

pytestmark = pytest.mark.django_db
PRINTED = (
    *("序号", "培训单位", "培训班名称", "姓名", "性别", "企业名称", "身份证号", "职称专业系列", "职称级别", "职称"),
    *("认定学时", "手机号码", "是（否）市属单位人员"),
)


@pytest.fixture(autouse=True)
def unit() -> None:
    """The unit of every row."""
    OrganisationFactory(name=EMPLOYER)


def test_the_columns_are_those_that_the_notice_prints() -> None:
    assert HEADINGS == PRINTED


@pytest.mark.parametrize("title", FORM_TITLES)
def test_the_form_may_call_itself_by_any_of_its_names(title: str) -> None:
    above = ([title], [], ["填报人：江听澜", "", "", "联系电话：0580-2000000", "", "", "填报日期：2021年9月1日"])
    (one,) = checked([row()], above=above)
    assert (one.row, one.verdict) == (5, "ready")


@pytest.mark.parametrize(
    ("column", "name"), [(column.key, name) for column in COLUMNS for name in column.synonyms], ids=lambda text: text
)
def test_every_other_name_of_a_column_is_known(column: str, name: str) -> None:
    headings = [name if key == column else title for key, title in TITLES.items()]
    assert columns.called(header([row()], headings=headings), column) == name


@pytest.mark.parametrize(
    "heading",
    [
        "身 份 证 号",
        "身份证号*",
        "*身份证号",
        "身份证号（18位）",
        "身份\n证号",
        "【身份证号】".strip("【】"),
        "身份证号：",
        "身份证号 ",
    ],
)
def test_headings_may_be_spaced_starred_and_explained(heading: str) -> None:
    headings = [heading if key == "id_number" else title for key, title in TITLES.items()]
    assert len(checked([row()], headings=headings)) == 1


def test_columns_may_stand_in_any_order_and_among_others() -> None:
    order = [12, 3, 6, 0, 11, 1, 2, 10, 4, 5, 9, 8, 7]
    shuffled = [[cells[at] for at in order] + ["甲", "乙"] for cells in (HEADINGS, row(), row(1))]
    headings, *rows = ([*cells[:-2], "备注", "座位"] if number == 0 else cells for number, cells in enumerate(shuffled))
    assert [one.verdict for one in checked(rows, headings=headings)] == ["ready", "ready"]


def test_the_printed_header_counts_where_a_file_has_another_name_of_the_column_too() -> None:
    headings = [*HEADINGS, "联系电话"]
    (one,) = checked([[*row(), "0580-2000000"]], headings=headings)
    assert (one.verdict, one.phone) == ("ready", "13870000000")


def test_two_columns_of_one_name_are_not_guessed_between() -> None:
    with pytest.raises(InputError) as refused:
        checked([[*row(), "13800000000"]], headings=[*HEADINGS, "手机号码"])
    assert (refused.value.code, refused.value.field) == ("header_twice", "file")


def test_columns_that_a_class_knows_itself_may_be_missing() -> None:
    left = [
        at for at, key in enumerate(columns.KEYS) if key not in ("serial", "organiser", "class_name", "series", "title")
    ]
    headings, good, untitled = ([cells[at] for at in left] for cells in (HEADINGS, row(), row(1, level="无职称")))
    assert [one.verdict for one in checked([good, untitled], headings=headings)] == ["warned", "ready"]


@pytest.mark.parametrize("column", [column.key for column in COLUMNS if column.required])
def test_a_missing_column_is_named(column: str) -> None:
    kept = [at for at, key in enumerate(columns.KEYS) if key != column]
    with pytest.raises(InputError) as refused:
        header([[row()[at] for at in kept]], headings=[HEADINGS[at] for at in kept])
    assert refused.value.code == "header_incomplete"
    assert TITLES[column] in refused.value.message


@pytest.mark.parametrize(
    "below",
    [
        ["注：本表一式两份。"],
        ["备注", "", "", "附件另送"],
        ["", "", "", "合计"],
        ["合计", "", "", "", "", "", "", "", "", "", 32],
        ["", "", "", "共计：2人", "", "", "", "", "", "", 32],
        ["合计", "", "", "", "", "", "", "", "", "", Flag.NO_RESULT],
        ["填报人：江听澜", "", "", "联系人", "", "联系电话：0580-2000000"],
        ["培训单位（盖章）：", "", "", "", "", "审核人："],
        [3, CLASS.organiser, CLASS.name, "", "", "", "", "", "", "", 16],
        [3],
        list(HEADINGS),
        [],
    ],
    ids=str,
)
def test_lines_that_are_nobody_are_passed_over(below: list[Any]) -> None:
    rows = checked([row(), below, row(1)])
    assert [(one.row, one.verdict) for one in rows] == [(3, "ready"), (5, "ready")]


@pytest.mark.parametrize(
    "line",
    [
        [3, "", "", "江听涛"],
        ["", "", "", "", "", "", "330902198506150036"],
        ["", "", "", "", "", "", "", "", "", "", "", "13800000000"],
        ["", "", "", "", "男"],
        ["", "", "", "", "", "", Flag.NO_RESULT],
        ["合计", "", "", "", "", "", "330902198506150036"],
    ],
    ids=str,
)
def test_a_line_that_states_anything_of_a_person_is_never_lost(line: list[Any]) -> None:
    rows = checked([row(), line])
    assert [(one.row, one.verdict) for one in rows] == [(3, "ready"), (4, "error")]


def test_another_sheet_with_people_is_told() -> None:
    first, second = book([row()]).sheets[0], book([row(1)]).sheets[0]
    empty = Sheet("空表", book([]).sheets[0].rows)
    whole = Workbook("xlsx", [first, Sheet("二班", second.rows), empty])
    found = columns.find(whole)
    check_of = check(found, CLASS, left_out=list(columns.others(whole, found)))
    report = told(check_of, found)
    assert [(each["code"], "row" in each) for each in report["warnings"]] == [("sheet_left_out", False)]
    assert "二班" in report["warnings"][0]["message"]


def test_what_the_file_calls_a_column_is_told_beside_its_printed_header() -> None:
    headings = ["公民身份号码" if key == "id_number" else title for key, title in TITLES.items()]
    found = header([row(id_number="1", sex="")], headings=headings)
    errors = told(check(found, CLASS), found)["errors"]
    assert errors == [
        {
            "row": 3,
            "column": "身份证号",
            "code": "id_length",
            "message": "（文件中的“公民身份号码”列）身份证号应为18位。",
        },
        {"row": 3, "column": "性别", "code": "sex_missing", "message": "没有填写。性别请填“男”或“女”。"},
    ]


def test_the_form_that_we_hand_out_comes_back_without_a_finding_about_its_blank_lines() -> None:
    check_of = checking([[n, CLASS.organiser, CLASS.name, *[""] * 7, 16, "", ""] for n in range(40)] + [row(40)])
    assert [one.row for one in check_of.rows()] == [43]
