"""Every workbook that the portal writes: one of each kind, and what must hold of its printed pages."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import openpyxl
from django.test import Client

from compliance.documents import closing
from compliance.models import YearClosing
from courses.documents import application_sheet, roster
from courses.roster.marked import marked
from hours_rules.notices import load, shipped_texts
from office.documents import workbook
from registry.workbook import empty_list
from tests.courses import papers
from tests.factories import AppointmentFactory, OrganisationFactory, region
from tests.registry.people import PractitionerFactory, accepted
from units.views.invitations import BLANK

NOTICE = load(shipped_texts()[0])
ODD = ("=1+1", "+86", "-1", "@SUM(A1)", "000123", " 两 空格 ", "甲\n乙", "<a&b>", "'引", "1e5", "1/2", "TRUE")
LONG = "舟山市海岛建设工程质量安全技术服务与装配式建筑研究院有限责任公司定海分公司第三项目部"


@dataclass(frozen=True)
class Written:
    """A workbook: who writes it, how, on how many pages which way round; `ruled` when it is one table on each page."""

    writer: str
    data: Callable[[], bytes]
    pages: int
    landscape: bool = False
    ruled: bool = True


def _application(**changed: object) -> Callable[[], bytes]:
    return lambda: application_sheet.as_workbook(papers.application(**changed), NOTICE)


def _odd_roster() -> bytes:
    lines = tuple(papers.line(n, name=odd, employer=LONG, title=odd) for n, odd in enumerate(ODD, start=1))
    return roster.as_workbook(papers.RosterForm(filled_by="=1+1", phone="+86 139", lines=lines))


def _marked() -> bytes:
    """A roster given back with an error and a warning in it."""
    problems = {
        5: [{"code": "id_check_digit", "column": "id_number", "text": "末位校验码不符，请核对后重新填写。"}],
        6: [{"code": "title_unknown", "column": "title", "text": "不在常用职称之列，请核对。"}],
    }
    return marked(roster.as_workbook(papers.roster(5)), name="名单.xlsx", problems=problems)


def _year() -> bytes:
    """The year of a unit's people, as its administrator takes it away."""
    unit = OrganisationFactory()
    county = AppointmentFactory(region=unit.region).user
    for _ in range(3):
        accepted(PractitionerFactory(organisation=unit), county)
    client = Client()
    client.force_login(AppointmentFactory(employer_admin=True, organisation=unit).user)
    return bytes(client.get("/units/people/year/export/", {"as": "xlsx"}).content)


def _closing() -> bytes:
    """A county's closing statement of a year."""
    known = ("江听澜", f"{'*' * 14}0012", LONG, "建筑施工", "中级")
    reviewed = ("90", "60", "12", "18", "达标", "审核通过", "2022-02-01", "闻人清", "")
    people = [[str(n), *known, *reviewed] for n in range(1, 4)]
    statement = YearClosing(
        number="SH2021-0001",
        year=2021,
        region=region("dinghai"),
        notice_id=NOTICE.id,
        closed_at=datetime(2022, 2, 1, 10, tzinfo=UTC),
        closed_by_name="闻人清",
        figures={code: 3 for code, _ in closing.FIGURES},
        rows=people,
        sha256="0f" * 32,
    )
    return closing.as_workbook(statement)


def too_low() -> bytes:
    """A roster whose rows have no height told, as LibreOffice draws it: what the look at a page must find."""
    book = openpyxl.load_workbook(io.BytesIO(roster.as_workbook(papers.roster(3))))
    for row in range(5, 8):
        book.worksheets[0].row_dimensions[row].height = 12
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


_SHEET, _ROSTER = "courses.documents.application_sheet", "courses.documents.roster"
WORKBOOKS = {
    "附件1": Written(_SHEET, _application(opinion=papers.OPINION, plan=papers.plan(endorsed=True)), 2, ruled=False),
    "附件1-空白": Written(_SHEET, lambda: application_sheet.as_workbook(papers.EMPTY, NOTICE), 1, ruled=False),
    "附件1-长": Written(_SHEET, _application(content="预制构件的吊装。" * 240, plan=papers.plan(20)), 4, ruled=False),
    "附件1-各样": Written(_SHEET, _application(title=ODD[0], place=LONG, content="\n".join(ODD)), 2, ruled=False),
    "附件2-填报": Written(_ROSTER, lambda: roster.template(papers.TEMPLATE), 5, landscape=True),
    "附件2": Written(_ROSTER, lambda: roster.as_workbook(papers.roster(30)), 3, landscape=True),
    "附件2-一页": Written(_ROSTER, lambda: roster.as_workbook(papers.roster(8)), 1, landscape=True),
    "附件2-各样": Written(_ROSTER, _odd_roster, 3, landscape=True),
    "附件2-标注": Written("office.sheets.marker", _marked, 1, landscape=True, ruled=False),
    "集体申报人员名单": Written("registry.workbook", empty_list, 7),
    "邀请人员名单": Written("units.views.invitations", lambda: workbook.write(BLANK, [], empty_rows=50), 2),
    "年度审核汇总表": Written("compliance.documents.closing", _closing, 1, landscape=True),
    "年度学时": Written("units.views.years", _year, 1, landscape=True),
}
