"""附件2 as files: to fill in and filled, and who is told when one leaves."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
from django.urls import reverse
from pypdf import PdfReader

from accounts.models import User
from courses.commands.roster_check import read_and_stage
from courses.documents import roster
from courses.documents.roster_filling import roster_form
from courses.roster import columns
from courses.roster.facts import facts_of
from courses.roster.lines import lines_of
from courses.states import RosterState
from office.audit.models import Event
from office.sheets.reading import read
from tests.courses import papers
from tests.courses.made import training_class
from tests.courses.people import put_people
from tests.courses.printed import pages_of, sheets_of
from tests.courses.sheets import row, xlsx

ROSTER_FILES = ("courses:roster_xlsx", "courses:roster_pdf")


def test_the_template_is_filled_in_with_the_class_for_everybody_planned() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(roster.template(papers.TEMPLATE))).active
    assert [sheet["A1"].value, sheet["A2"].value] == ["附件 2", "学时登记信息汇总表"]
    assert [cell.value for cell in sheet[3] if cell.value] == ["填报人：", "联系电话：", "填报日期："]
    assert [cell.value for cell in sheet[4]] == [column.header for column in roster.COLUMNS]
    assert [cell.value for cell in sheet[5]][:4] == [
        "1",
        papers.TEMPLATE.training_unit,
        papers.TEMPLATE.class_title,
        None,
    ]
    assert [sheet.cell(row, 11).value for row in (5, 64, 65)] == [16, 16, None]
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize, sheet.print_title_rows) == (
        "landscape",
        9,
        "$4:$4",
    )
    for letter in "GL":  # ID number and phone, in the ruled lines and below them
        assert sheet[f"{letter}5"].number_format == sheet.column_dimensions[letter].number_format == "@"
    lists = {rule.formula1 for rule in sheet.data_validations.dataValidation if rule.type == "list"}
    assert lists == {'"男,女"', '"无职称,员级,初级,中级,高级"', '"是,否"'}


def test_a_filled_roster_says_the_same_in_both() -> None:
    form = papers.roster(30)
    sheet = openpyxl.load_workbook(io.BytesIO(roster.as_workbook(form))).active
    lines = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=5)]
    assert len(lines) == 30
    course = ["舟山海岸职业培训学校", "装配式混凝土结构技术培训班"]
    person = ["欧阳叙白", "男", "舟山千岛建筑工程有限公司", "330902198506150012", "建筑工程", "中级", "工程师"]
    assert lines[0] == ["1", *course, *person, 16, "13900000001", "否"]
    printed = "".join(pages_of(roster.as_pdf(form)))
    for line in lines:
        for value in line:
            assert str(value) in printed
    assert printed.count("身份证号") == len(PdfReader(io.BytesIO(roster.as_pdf(form))).pages) == 2


def _read(data: bytes) -> list[tuple[str, ...]]:
    """Row, name, ID number and phone of the people that the portal's own reader finds."""
    return [line[:4] for line in lines_of(columns.find(read(data, name="名单.xlsx")))]


def test_what_we_write_the_reader_reads_and_a_template_has_nobody_on_it() -> None:
    assert _read(roster.template(papers.TEMPLATE)) == []
    form = papers.roster(3)
    people = [(line.name, line.id_number, line.phone) for line in form.lines]
    assert _read(roster.as_workbook(form)) == [(5 + n, *person) for n, person in enumerate(people)]


@pytest.mark.django_db
def test_a_roster_leaves_as_a_file_once_it_is_checked_and_the_trail_knows(city: User, client: Any) -> None:
    made = training_class()
    client.force_login(city)
    for name in ROSTER_FILES:
        response = client.get(reverse(name, args=[made.roster.pk]))
        assert (response.status_code, "核对无误后才能导出" in response.content.decode()) == (409, True)
    put_people(made.roster, 3, state=RosterState.SUBMITTED)
    workbook, pdf = (
        client.get(reverse(name, args=[made.roster.pk])) for name in ("courses:roster_xlsx", "courses:roster_pdf")
    )
    (texts,) = sheets_of(workbook.content)
    assert {"欧阳叙白", "330902198506150012", "13900000001", "中级", "填报人：陆听风"} <= set(texts)
    assert "330902198506150012" in "".join(pages_of(pdf.content))
    assert "待确认" in "".join(pages_of(pdf.content))
    assert workbook["Cache-Control"] == "no-store, private"
    trail = Event.objects.filter(action="roster.print").order_by("id")
    assert [(event.data["form"], event.data["rows"]) for event in trail] == [("xlsx", 3), ("pdf", 3)]


@pytest.mark.django_db
def test_what_was_handed_in_is_printed_as_it_was_understood() -> None:
    made = training_class()
    course = {"organiser": made.organisation.name, "class_name": made.title}
    rows = [row(0, **course, level="正高", municipal="否"), row(1, **course, sex="男性", hours=7.5, title="")]
    facts = facts_of(made)
    read_and_stage(roster=made.roster, data=xlsx(rows), name="花名册.xlsx", facts=facts)
    (printed,) = sheets_of(roster.as_workbook(roster_form(made.roster)))
    first, second = printed[-25:-12], printed[-12:]
    assert first == ["1", *map(str, (*rows[0][1:8], "高级", *rows[0][9:]))]
    assert second == ["2", *course.values(), "江听澜", "男", *rows[1][5:9], "7.5", *rows[1][11:]]


@pytest.mark.django_db
@pytest.mark.parametrize("people", [1, 40])
def test_a_roster_asks_as_often_for_one_as_for_forty(
    city: User, client: Any, people: int, django_assert_num_queries: Any
) -> None:
    made = put_people(training_class().roster, people, state=RosterState.READY)
    client.force_login(city)
    url = reverse("courses:roster_xlsx", args=[made.pk])
    client.get(url)
    with django_assert_num_queries(9):
        client.get(url)
