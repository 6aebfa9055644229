"""附件1 as files: what they say of an application in each state, on paper of one page."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
import pikepdf
import pytest

from accounts.models import CityOffice, User
from courses.documents import application, application_sheet, roster
from courses.documents.filling import application_form, notice_of
from courses.models import ClassApplication, TrainingClass
from courses.states import ApplicationState, Route
from hours_rules.notices import load, shipped_texts
from tests.courses import papers
from tests.courses.made import REASON, class_application, course_unit
from tests.courses.printed import pages_of, sheets_of

NOTICE = load(shipped_texts()[0])
A4 = (210, 297)
BOX = "同意该培训班按 16 学时认定，并办理相关登记手续。"
EMPTY_BOX = "同意该培训班按\u3000\u3000学时认定，并办理相关登记手续。"


def told(form: Any) -> list[str]:
    """Every text of the form's first sheet."""
    return sheets_of(application_sheet.as_workbook(form, NOTICE))[0]


PDFS = {
    "附件1": lambda: application.as_pdf(papers.application(opinion=papers.OPINION), NOTICE),
    "附件1空白": lambda: application.as_pdf(papers.EMPTY, NOTICE),
    "附件2": lambda: roster.as_pdf(papers.roster(30)),
}


@pytest.mark.parametrize("name", PDFS)
def test_every_page_is_a4_and_every_font_is_in_the_file(name: str) -> None:
    with pikepdf.open(io.BytesIO(PDFS[name]())) as pdf:
        for page in pdf.pages:
            size = sorted(round(float(side) / 72 * 25.4) for side in page.mediabox[2:])
            assert size == sorted(A4)
        fonts = [item for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and "/FontName" in item]
        assert fonts
        assert all({"/FontFile", "/FontFile2", "/FontFile3"} & set(item.keys()) for item in fonts)


def test_the_form_keeps_to_one_page_and_the_plan_to_the_next() -> None:
    first, second = pages_of(application.as_pdf(papers.application(opinion=papers.OPINION), NOTICE))
    for text in (
        "专业技术人员继续教育培训班申请表",
        "2021年6月7日至2021年6月8日，共2天",
        "审核人：贺知行",
        "zs2283083@163.com",
    ):
        assert "".join(text.split()) in first
    assert "办班方案" in second
    assert "08:30-11:30" in second
    assert len(pages_of(application.as_pdf(papers.EMPTY, NOTICE))) == 1


@pytest.mark.parametrize(("length", "pages"), [(50, 1), (400, 1), (2000, 2)])
def test_a_long_content_goes_on_without_losing_a_letter(length: int, pages: int) -> None:
    content = "".join(chr(0x4E00 + number) for number in range(length))
    form = papers.application(content=content, plan=papers.EMPTY.plan)
    printed = pages_of(application.as_pdf(form, NOTICE))
    assert len(printed) == pages
    assert not set(content) - set("".join(printed))
    assert content in "".join(told(form))


@pytest.mark.parametrize("typed", ["=1+1", "#panic()", "+86 580", "@SUM(A1)", "*粗*", "两行\n文字", "a&b<c>", "-"])
def test_what_people_type_is_text_in_both(typed: str) -> None:
    form = papers.application(title=typed, place=typed, contact=typed)
    assert "".join(typed.split()) in pages_of(application.as_pdf(form, NOTICE))[0]
    data = application_sheet.as_workbook(form, NOTICE)
    cells = [c for row in openpyxl.load_workbook(io.BytesIO(data)).worksheets[0].iter_rows() for c in row if c.value]
    assert {cell.data_type for cell in cells} == {"s"}
    assert sum(cell.value == typed for cell in cells) == 3


def test_days_of_different_length_are_told_as_from_to() -> None:
    daily = (Decimal(8), Decimal("7.5"), Decimal(6))
    assert "按每天 6至8 学时认定，共计 21.5 学时" in told(papers.application(daily_hours=daily, hours=Decimal("21.5")))


@pytest.mark.parametrize(
    ("route", "state", "box", "endorsed"),
    [
        (Route.A, ApplicationState.DRAFT, False, False),
        (Route.A, ApplicationState.SUBMITTED, False, False),
        (Route.A, ApplicationState.APPROVED, True, False),
        (Route.A, ApplicationState.RETURNED, False, False),
        (Route.A, ApplicationState.REFUSED, False, False),
        (Route.A, ApplicationState.CANCELLED, False, False),
        (Route.B, ApplicationState.SUBMITTED, False, False),
        (Route.B, ApplicationState.ENDORSED, False, True),
        (Route.B, ApplicationState.APPROVED, True, True),
        (Route.B, ApplicationState.CANCELLED, False, False),
    ],
)
@pytest.mark.django_db
def test_the_boxes_are_filled_in_while_what_they_say_holds(
    route: Route, state: ApplicationState, box: bool, endorsed: bool
) -> None:
    made = class_application(state, route)
    form = application_form(made, notice_of(made))
    first, plan = sheets_of(application_sheet.as_workbook(form, notice_of(made)))
    assert ("\u3000\u3000" + BOX in first, "\u3000\u3000" + EMPTY_BOX in first) == (box, not box)
    assert any("同意该单位自主举办" in text for text in plan) == endorsed
    assert any("舟建发〔2018〕67号" in text for text in plan) == box
    assert REASON not in "".join(first + plan)
    stands = {"draft": "草稿", "returned": "已退回", "refused": "不予核准", "cancelled": "已取消"}.get(state, "")
    assert form.standing.startswith(stands) and bool(form.standing) == bool(stands)


@pytest.mark.django_db
def test_the_form_says_what_was_applied_for_and_who_decided(city: User) -> None:
    unit = course_unit(address="舟山市定海区虚构路8号")
    days = [date(2021, 10, 11), date(2021, 10, 13)]
    made = class_application(ApplicationState.APPROVED, organisation=unit, office=city, days=days)
    TrainingClass.objects.filter(application=made).update(hours=Decimal("15.5"), office=CityOffice.PERSONNEL)
    texts = told(application_form(made, notice_of(made)))
    for text in (
        made.organisation.name,
        made.organisation.uscc,
        made.organisation.address,
        "林海\u30000580-2000001",
        "建设工程质量安全专题培训班",
        "2021年10月11日至2021年10月13日，共 2 天",
        "按每天 8 学时认定，共计 16 学时",
        "60",
        "\u3000\u3000同意该培训班按 15.5 学时认定，并办理相关登记手续。",
        f"审核人：{city.display_name}",
        "盖章：市住建局组织人事处",
        "2021年9月1日",
        f"受理编号：{made.number}",
    ):
        assert text in texts


@pytest.mark.django_db
def test_an_empty_draft_prints_as_the_blank_form() -> None:
    made = class_application(ApplicationState.DRAFT)
    ClassApplication.objects.filter(pk=made.pk).update(
        title="",
        content="",
        place="",
        first_day=None,
        last_day=None,
        day_count=0,
        asked_hours=None,
        planned_number=None,
    )
    made.sessions.all().delete()
    made.refresh_from_db()
    texts = told(application_form(made, notice_of(made)))
    blank = "\u3000\u3000"
    day = f"{blank}年{blank}月{blank}日"
    assert {f"{day}至{day}，共{blank}天", f"按每天{blank}学时认定，共计{blank}学时"} <= set(texts)
