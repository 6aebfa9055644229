"""People of a group claim by a workbook: every mistake of every row is told with its row, and then nobody is added."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest

from accounts.errors import InputError
from accounts.models import User
from registry.commands.group_list import ListRefused, group_list_add
from registry.models import GroupClaim, Practitioner
from registry.workbook import empty_list, read_list
from tests.factories import OrganisationFactory, make_id_number
from tests.registry.groups import admin_of, envelope
from tests.registry.people import PractitionerFactory

HEAD = ["序号", "姓名", "身份证号码", "证书编号"]
FIRST = 3  # row of the first person: a title and the header stand above


@pytest.fixture
def people(db: None) -> list[Practitioner]:
    """Two of one name, one by himself, one whose link waits."""
    unit = OrganisationFactory()
    made = [PractitionerFactory(organisation=unit, name=name) for name in ("张伟", "张伟", "李·娜")]
    return [*made, PractitionerFactory(organisation=unit, name="周待", link_state="pending")]


@pytest.fixture
def admin(people: list[Practitioner]) -> User:
    assert people[0].organisation is not None
    return admin_of(people[0].organisation)


@pytest.fixture
def group(admin: User, people: list[Practitioner]) -> GroupClaim:
    assert people[0].organisation is not None
    return envelope(admin, people[0].organisation)


def workbook(*rows: list[Any], head: list[str] | None = None) -> bytes:
    """A workbook as an office sends it: a title, the header, the rows."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["参加培训人员名单"])
    sheet.append(head or HEAD)
    for number, row in enumerate(rows, 1):
        sheet.append([number, *row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def add(admin: User, group: GroupClaim, data: bytes) -> int:
    return group_list_add(actor=admin, group=group, lines=read_list(data, name="名单.xlsx"))


def test_everybody_comes_in_with_the_own_certificate(
    admin: User, group: GroupClaim, people: list[Practitioner]
) -> None:
    wide = people[1].id_number.translate(str.maketrans("0123456789X", "０１２３４５６７８９Ｘ"))
    spaced = f" {people[0].id_number[:6]} {people[0].id_number[6:14]} {people[0].id_number[14:]} "
    data = workbook(["张伟", spaced, "浙建培1"], ["张 伟", wide, "浙建培2"], ["李•娜", "", ""])
    assert add(admin, group, data) == 3
    found = dict(group.claims.values_list("practitioner", "certificate_number"))
    assert found == {people[0].pk: "浙建培1", people[1].pk: "浙建培2", people[2].pk: ""}
    assert add(admin, group, workbook(["李·娜", "", "浙建培3"])) == 0  # again: the number alone is new
    assert group.claims.get(practitioner=people[2]).certificate_number == "浙建培3"


ELSEWHERE, NOWHERE, NEW = "elsewhere", "nowhere", "new"


@pytest.mark.parametrize(
    ("name", "number", "certificate", "code", "column", "said"),
    [
        ("张伟", "", "", "name_twice_in_unit", "id_number", "2名“张伟”"),
        ("王五", "", "", "person_not_in_unit", "name", "没有此人"),
        ("周待", "", "", "person_not_in_unit", "name", "没有此人"),
        ("周待", 3, "", "person_pending", "name", "待确认"),
        ("李四", 2, "", "name_differs", "name", "姓名与身份证号不符"),
        ("李·娜", NEW, "", "id_unknown", "id_number", "没有在平台登记"),
        ("赵他", ELSEWHERE, "", "person_elsewhere", "name", "在其他单位在册"),
        ("钱无", NOWHERE, "", "person_not_in_unit", "name", "不是本单位在册人员"),
        ("李·娜", "33090219850615", "", "id_length", "id_number", "18位"),
        ("李·娜", "330902198506150018", "", "id_check_digit", "id_number", "校验位"),
        ("李·娜", 330902198506150011.0, "", "cell_no_data", "id_number", "按数字填写"),
        ("李·娜", 330902198506150, "", "id_length", "id_number", "15位"),
        ("", 2, "", "name_missing", "name", "请填写姓名"),
        ("李·娜", "", 2021018000123456789, "cell_no_data", "certificate_number", "按数字填写"),
        ("李·娜", "", "号" * 61, "too_long", "certificate_number", "不能超过60字"),
        ("李·娜", "", "=1/0", "cell_no_data", "certificate_number", "直接填写"),
    ],
)
def test_a_row_that_cannot_be_taken(
    name: str,
    number: Any,
    certificate: Any,
    code: str,
    column: str,
    said: str,
    admin: User,
    group: GroupClaim,
    people: list[Practitioner],
) -> None:
    other = PractitionerFactory(name="赵他")
    alone = PractitionerFactory(name="钱无", organisation=None, link_state="none", region=other.region)
    known = {ELSEWHERE: other.id_number, NOWHERE: alone.id_number, NEW: make_id_number(serial=499)}
    typed = people[number].id_number if number in (2, 3) else known.get(number, number)
    with pytest.raises(ListRefused) as refused:
        add(admin, group, workbook(["李·娜", people[2].id_number, ""], [name, typed, certificate]))
    first = refused.value.problems[0]
    assert (first.row, first.column, first.code) == (FIRST + 1, column, code)
    assert said in first.text
    assert f"第{FIRST + 1}行" in refused.value.message
    assert not group.claims.exists()
    if code == "person_elsewhere":  # the fact, and not where
        assert other.unit_name not in refused.value.message
    for person in (*people, other, alone):
        assert person.id_number not in refused.value.message


def test_every_mistake_is_told_at_once_and_the_same_person_twice_is_one(
    admin: User, group: GroupClaim, people: list[Practitioner]
) -> None:
    rows = [["张伟", "", ""], ["李·娜", "", ""], ["李娜", people[2].id_number, ""], ["李·娜", people[2].id_number, ""]]
    with pytest.raises(ListRefused) as refused:
        add(admin, group, workbook(*rows))
    assert [(each.row, each.code) for each in refused.value.problems] == [
        (3, "name_twice_in_unit"),
        (5, "name_differs"),
        (6, "person_twice"),
    ]
    assert "与第4行是同一人" in refused.value.problems[-1].message


def test_too_many_none_and_a_sheet_without_names(admin: User, group: GroupClaim) -> None:
    for data, code in (
        (workbook(*[["张伟", "", ""]] * 201), "too_many_people"),
        (workbook(), "list_empty"),
        (workbook(["张伟", "", ""], head=["序号", "单位", "身份证号", "证书编号"]), "header_incomplete"),
        (b"\x00\x01", "file_unknown"),
    ):
        with pytest.raises(InputError) as refused:
            add(admin, group, data)
        assert (refused.value.code, refused.value.field) == (code, "file")


def test_the_empty_form_is_read_back(admin: User, group: GroupClaim, people: list[Practitioner]) -> None:
    book = openpyxl.load_workbook(io.BytesIO(empty_list()))
    sheet = book.active
    assert sheet is not None
    assert sheet["B3"].number_format == "@"  # ID numbers keep their digits
    sheet["A3"], sheet["B3"] = people[2].name, people[2].id_number
    out = io.BytesIO()
    book.save(out)
    assert add(admin, group, out.getvalue()) == 1
