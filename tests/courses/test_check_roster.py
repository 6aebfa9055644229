"""`manage.py check_roster`: what it prints, as sentences and as JSON, and its exit status; nothing is saved."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from courses.models import Roster, RosterRow
from registry.models import Practitioner
from tests.courses.made import training_class
from tests.courses.sheets import EMPLOYER, HEADINGS, row, xlsx
from tests.factories import OrganisationFactory, make_id_number, make_phone

pytestmark = pytest.mark.django_db
SHORT = make_id_number()[:17]


@pytest.fixture(autouse=True)
def unit() -> None:
    """The unit of every row."""
    OrganisationFactory(name=EMPLOYER)


def check(data: bytes, tmp_path: Path, *arguments: str, name: str = "花名册.xlsx") -> tuple[int, str]:
    """Exit status and output."""
    path, out = tmp_path / name, io.StringIO()
    path.write_bytes(data)
    try:
        call_command("check_roster", str(path), *arguments, stdout=out)
    except SystemExit as end:
        return int(str(end.code)), out.getvalue()
    return 0, out.getvalue()


def as_json(data: bytes, tmp_path: Path, *arguments: str, **how: Any) -> tuple[int, dict[str, Any]]:
    """Exit status and what a program reads."""
    status, text = check(data, tmp_path, "--json", *arguments, **how)
    return status, json.loads(text)


def test_a_roster_without_errors(tmp_path: Path) -> None:
    data = xlsx([row(), row(1)])
    assert as_json(data, tmp_path) == (0, {"rows": 2, "ok": 2, "errors": [], "warnings": []})
    assert check(data, tmp_path) == (0, "共2行，2行无错误；0个错误，0个提示。\n")


def test_errors_are_told_by_row_and_printed_column(tmp_path: Path) -> None:
    headings = ["身份证" if cell == "身份证号" else cell for cell in HEADINGS]
    data = xlsx([row(), row(1, id_number=SHORT, hours="x"), row(2, series="航海")], headings=headings)
    status, told = as_json(data, tmp_path)
    assert (status, told["rows"], told["ok"]) == (1, 3, 2)
    assert told["errors"] == [
        {"row": 4, "column": "身份证号", "code": "id_length", "message": "（文件中的“身份证”列）身份证号应为18位。"},
        {"row": 4, "column": "认定学时", "code": "hours_wrong", "message": "认定学时应为数字，例如16或7.5。"},
    ]
    assert [(each["row"], each["column"], each["code"]) for each in told["warnings"]] == [
        (5, "职称专业系列", "series_unknown")
    ]


def test_the_sentences_for_people(tmp_path: Path) -> None:
    status, text = check(xlsx([row(), row(1, sex=""), row(2, series="航海")]), tmp_path)
    assert status == 1
    assert text.splitlines() == [
        "错误 第4行 性别：没有填写。性别请填“男”或“女”。（sex_missing）",
        "提示 第5行 职称专业系列：不是常见的职称专业系列，请核对。（series_unknown）",
        "共3行，2行无错误；1个错误，1个提示。",
    ]


def test_a_roster_held_against_its_class(tmp_path: Path) -> None:
    approved = training_class(planned_number=60)
    rows = [row(organiser=approved.organisation.name, class_name=approved.title), row(1, hours=17)]
    status, told = as_json(xlsx(rows), tmp_path, "--class", str(approved.pk))
    assert (status, [each["code"] for each in told["errors"]]) == (1, ["hours_above"])
    codes = [(each["code"], each.get("row")) for each in told["warnings"]]
    assert codes == [("organiser_differs", 4), ("class_differs", 4), ("people_count", None)]


def test_without_a_class_nothing_is_held_against_it(tmp_path: Path) -> None:
    rows = [row(organiser="任何单位", class_name="任何班", hours=120)]
    assert as_json(xlsx(rows), tmp_path)[0] == 0


@pytest.mark.parametrize(
    ("data", "name", "code", "says"),
    [
        (b"", "名单.xlsx", "file_empty", "文件是空的"),
        (b"a,b\n", "名单.csv", "file_ending", "只接受 .xlsx、.xls、.ods"),
        (b"%PDF-1.7", "名单.xlsx", "file_not_workbook", "PDF"),
        (b"PK\x03\x04damaged", "名单.xlsx", "file_damaged", "损坏"),
        (b"<html><table>", "名单.xls", "file_html", "网页"),
        (xlsx([row()]), "名单.xls", "file_misnamed", "内容却是 .xlsx"),
        (xlsx([], headings=["甲", "乙"]), "名单.xlsx", "header_missing", "身份证号"),
        (xlsx([["江听澜", "男"]], headings=["姓名", "性别"]), "名单.xlsx", "header_incomplete", "身份证号"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_error_without_a_row(
    data: bytes, name: str, code: str, says: str, tmp_path: Path
) -> None:
    status, told = as_json(data, tmp_path, name=name)
    (error,) = told.pop("errors")
    assert (status, told) == (2, {"rows": 0, "ok": 0, "warnings": []})
    assert (error["code"], "row" in error) == (code, False)
    assert says in error["message"]


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    out = io.StringIO()
    with pytest.raises(SystemExit) as end:
        call_command("check_roster", str(tmp_path / "没有.xlsx"), "--json", stdout=out)
    assert (end.value.code, json.loads(out.getvalue())["errors"][0]["code"]) == (2, "file_missing")


def test_a_class_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="没有编号为4711的培训班"):
        check(xlsx([row()]), tmp_path, "--class", "4711")


def test_nothing_is_saved_and_no_number_is_printed(tmp_path: Path) -> None:
    approved = training_class()
    shifted = row(2, sex=make_id_number(serial=9), level=make_phone(7), name=make_id_number(serial=8))
    rows = [row(), row(), row(1, id_number=SHORT, phone="1390000"), shifted]
    for arguments in ((), ("--json",)):
        _, text = check(xlsx(rows), tmp_path, "--class", str(approved.pk), *arguments)
        for number in (SHORT[:14], "1390000", *(make_id_number(serial=n)[:14] for n in (8, 9)), make_phone(7)):
            assert number not in text
    assert (RosterRow.objects.count(), Practitioner.objects.count(), Roster.objects.get().state) == (0, 0, "awaited")
