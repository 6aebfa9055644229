"""The pages of a roster: from the upload to the receipt and the office's queue; numbers stay masked."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from accounts.models import Organisation, User
from courses.commands.rosters.deciding import roster_confirm
from courses.commands.rosters.reminding import rosters_reminded
from courses.models import TrainingClass
from courses.tasks import daily_roster_reminders
from office.audit.models import Event
from office.jobs.models import Job
from office.messages.models import Message
from registry.models import HourEntry, Practitioner
from tests.clients import PortalClient
from tests.courses.made import training_class
from tests.courses.rosters import checked, confirmed, fresh, handed_in, known, new, upload, work, xlsx
from tests.registry.people import PractitionerFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def after_the_class() -> Any:
    with time_machine.travel("2021-10-13T09:00:00+08:00", tick=False) as moment:
        yield moment


@pytest.fixture
def held(unit: Organisation) -> TrainingClass:
    return training_class(organisation=unit, planned_number=3)


@pytest.fixture
def organisers(client: PortalClient, organiser: User) -> PortalClient:
    """The organiser's."""
    client.force_login(organiser)
    return client


def browser_of(user: User) -> PortalClient:
    client = PortalClient()
    client.force_login(user)
    return client


def text_of(response: Any) -> str:
    return re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", response.content.decode()))


def test_an_organisers_way_through_the_pages(held: TrainingClass, organisers: PortalClient, city: User) -> None:
    at = f"/classes/{held.pk}/roster/"
    page = text_of(organisers.get(at))
    assert "待报送" in page and "请于2021年10月19日前报送" in page and "还有6天" in page
    assert "roster-template.xlsx" in organisers.get(f"{at}upload/").content.decode()
    assert organisers.post(f"{at}upload/", {}).status_code == 422
    right = new(held, 2)
    file = xlsx([new(held, 1), new(held, 2, 性别="女"), new(held, 3)])
    assert organisers.post(f"{at}upload/", {"file": upload(file)}).headers["Location"] == at
    assert "核对学时登记汇总表" in text_of(organisers.get(at))
    progress = organisers.get(f"{at}progress/")
    assert progress.status_code == 200 and "HX-Refresh" not in progress.headers
    work()
    progress = organisers.get(f"{at}progress/")
    assert (progress.status_code, progress.headers["HX-Refresh"]) == (286, "true")
    page = text_of(organisers.get(at))
    assert "共3行：无误2行，有提示0行，有错误1行" in page and "性别与身份证号不符1行" in page
    rows = organisers.get(f"{at}rows/?verdict=error")
    assert "性别：与身份证号不符" in text_of(rows) and right[6] not in rows.content.decode()
    form = organisers.get(f"{at}rows/5/")
    assert right[6] not in form.content.decode() and right[11] not in form.content.decode()
    given = {
        "name": right[3],
        "sex": "女",
        "employer": "无单位",
        "series": "给排水",
        "level": "中级",
        "title": "工程师",
    }
    given |= {"hours": "16", "municipal": "否", "id_number": "", "phone": ""}
    assert "性别" in text_of(organisers.post(f"{at}rows/5/", given))
    assert organisers.post(f"{at}rows/5/", given).status_code == 422
    assert organisers.post(f"{at}rows/5/", {**given, "sex": "男"}).headers["Location"] == at
    assert "核对无误，可以报送" in text_of(organisers.get(at))
    assert organisers.post(f"{at}submit/", {"filler": ""}).status_code == 422
    sent = {"filler": "林海", "phone": "13800000001", "filled_on": "2021-10-13"}
    assert organisers.post(f"{at}submit/", sent).headers["Location"] == at
    page = text_of(organisers.get(at))
    assert f"已报送，受理编号{fresh(held.roster).number}" in page and "138****0001" in page
    office = browser_of(city)
    assert fresh(held.roster).number in text_of(office.get("/classes/rosters/?state=submitted&late=no&paper=missing"))
    assert "确认登记这份汇总表吗" in text_of(office.get(f"{at}confirm/"))
    office.post(f"{at}confirm/")
    work()
    assert "已确认，学时已登记到各人台账" in text_of(organisers.get(at)) and HourEntry.objects.count() == 3
    office.post(f"{at}paper/", {"received_on": "2021-10-13"})
    assert "2021年10月13日收到" in text_of(organisers.get(at))
    assert organisers.get(f"{at}rows/5/").status_code == 302 and organisers.get(f"{at}submit/").status_code == 302


def test_the_same_file_again_says_so(held: TrainingClass, organisers: PortalClient, organiser: User) -> None:
    checked(held, organiser, [new(held, 1)])
    answer = organisers.post(f"/classes/{held.pk}/roster/upload/", {"file": upload(xlsx([new(held, 1)]))}, follow=True)
    assert "与现有文件相同，没有变化" in text_of(answer)


def test_a_file_that_cannot_be_read_says_why_on_its_page(held: TrainingClass, organisers: PortalClient) -> None:
    at = f"/classes/{held.pk}/roster/"
    organisers.post(f"{at}upload/", {"file": upload(xlsx([["", "", "", "陈一"]], headings=("甲", "乙", "丙", "丁")))})
    work()
    assert "文件无法读取" in text_of(organisers.get(at))


def test_the_marked_workbook_comes_back(held: TrainingClass, organisers: PortalClient, organiser: User) -> None:
    checked(held, organiser, [new(held, 1), new(held, 2, 性别="女")])
    response = organisers.get(f"/classes/{held.pk}/roster/rows/marked/")
    assert response.headers["Content-Disposition"].startswith("attachment")
    sheet = load_workbook(io.BytesIO(response.content)).active
    assert sheet is not None and "与身份证号不符" in str([cell.value for cell in sheet[5]])
    assert Event.objects.filter(action="roster.export").count() == 1


def test_lists_leave_as_tables_with_masks_and_an_audit_row(
    held: TrainingClass, organisers: PortalClient, organiser: User, city: User
) -> None:
    handed_in(held, organiser, [new(held, 1)])
    rows = b"".join(organisers.get(f"/classes/{held.pk}/roster/rows/export/").streaming_content).decode()
    number = new(held, 1)[6]
    assert f"{number[:6]}********{number[-4:]}" in rows and number not in rows
    listed = b"".join(browser_of(city).get("/classes/rosters/export/").streaming_content).decode()
    assert held.title in listed and Event.objects.filter(action="roster.export").count() == 2


def test_a_late_roster_asks_why(held: TrainingClass, organiser: User, after_the_class: Any) -> None:
    checked(held, organiser, [new(held, n) for n in range(3)])
    after_the_class.move_to("2021-10-20T09:00:00+08:00")
    at, organisers = f"/classes/{held.pk}/roster/", browser_of(organiser)
    assert "已超过报送期限" in text_of(organisers.get(at))
    sent = {"filler": "林海", "phone": "13800000001", "filled_on": "2021-10-20"}
    assert "请写明逾期原因" in text_of(organisers.post(f"{at}submit/", {**sent, "late_reason": ""}))
    assert organisers.post(f"{at}submit/", {**sent, "late_reason": "公章外借"}).status_code == 302
    assert "逾期报送" in text_of(organisers.get(at)) and "公章外借" in text_of(organisers.get(at))


def test_a_return_and_a_reversal_ask_why(held: TrainingClass, organiser: User, city: User) -> None:
    at, office = f"/classes/{held.pk}/roster/", browser_of(city)
    handed_in(held, organiser, [new(held, n) for n in range(3)])
    assert office.post(f"{at}return/", {"reason": ""}).status_code == 422
    assert office.post(f"{at}return/", {"reason": "缺盖章件"}).status_code == 302
    assert "缺盖章件" in text_of(browser_of(organiser).get(at))
    confirmed(held, organiser, city, [new(held, n) for n in range(2)])
    assert office.post(f"{at}reverse/", {"reason": ""}).status_code == 422
    assert office.post(f"{at}reverse/", {"reason": "代学"}).status_code == 302
    assert "登记已撤销" in text_of(office.get(at)) and "代学" in text_of(office.get(at))


def test_what_could_not_be_registered_is_told_to_the_office(held: TrainingClass, organiser: User, city: User) -> None:
    person = PractitionerFactory(name="王海一")
    roster = handed_in(held, organiser, [known(held, person)])
    Practitioner.objects.filter(pk=person.pk).update(name="王海云")
    roster_confirm(actor=city, roster=roster)
    work(fails=True)
    page = text_of(browser_of(city).get(f"/classes/{held.pk}/roster/"))
    assert "任务没有完成" in page and "第4行" in page and "退回更正" in page


def test_an_engineer_sees_where_the_hours_come_from(held: TrainingClass, organiser: User, city: User) -> None:
    person = PractitionerFactory(name="王海一")
    roster = confirmed(held, organiser, city, [known(held, person)])
    assert person.user is not None
    page = text_of(browser_of(person.user).get("/ledger/2021/"))
    assert held.title in page and held.organisation.name in page and str(roster.number) in page
    assert "二（二）2(3)" in page and "2021年10月12日" in page


def test_a_ledger_of_a_past_year_comes_in_by_its_page(held: TrainingClass, city: User) -> None:
    office = browser_of(city)
    assert office.post("/classes/ledgers/new/", {"year": "2019"}).status_code == 422
    answer = office.post("/classes/ledgers/new/", {"year": "2019", "file": upload(xlsx([new(held, 1)]))})
    work()
    page = text_of(office.get(answer.headers["Location"]))
    assert "2019年度往年台账" in page and "核对无误，可以报送" in page


def test_lists_ask_a_constant_number_of_questions(held: TrainingClass, organiser: User, city: User) -> None:
    other = training_class(organisation=held.organisation, title="第二期", days=[held.last_day.replace(day=8)])
    handed_in(held, organiser, [new(held, n) for n in range(3)])
    office, at = browser_of(city), f"/classes/{held.pk}/roster/"
    pages = ("/classes/rosters/", at, f"{at}rows/", f"{at}confirm/")
    asked(office, "/")  # what a session asks at first
    before = {page: asked(office, page) for page in pages}
    handed_in(other, organiser, [new(other, n, 8) for n in range(20, 45)])
    assert {page: asked(office, page) for page in pages} == before
    more = f"/classes/{other.pk}/roster/"
    assert asked(office, f"{more}rows/") == before[f"{at}rows/"]
    assert asked(office, f"{more}rows/") <= 12


def asked(client: PortalClient, page: str) -> int:
    """How many questions a page asks."""
    with CaptureQueriesContext(connection) as queries:
        assert client.get(page).status_code == 200
    return len(queries)


MOMENTS = {"2021-10-16T09:00:00+08:00": 0, "2021-10-17T09:00:00+08:00": 1, "2021-10-20T09:00:00+08:00": 0}


@pytest.mark.parametrize("moment", MOMENTS)
def test_the_unit_is_reminded_once_before_the_last_day(
    moment: str, held: TrainingClass, organiser: User, after_the_class: Any
) -> None:
    after_the_class.move_to(moment)
    daily_roster_reminders()
    daily_roster_reminders()
    assert Job.objects.filter(kind="roster_reminders").count() == 1
    work()
    assert bool(rosters_reminded(progress=lambda *_: None)) == bool(MOMENTS[moment])
    told = Message.objects.filter(kind="roster.due", recipient=organiser)
    assert told.count() == MOMENTS[moment]
    if MOMENTS[moment]:
        assert "2021年10月19日" in told.get().title and told.get().link == f"/classes/{held.pk}/roster/"


def test_a_roster_handed_in_is_not_reminded_of(held: TrainingClass, organiser: User, after_the_class: Any) -> None:
    handed_in(held, organiser, [new(held, n) for n in range(3)])
    after_the_class.move_to("2021-10-18T09:00:00+08:00")
    assert rosters_reminded(progress=lambda *_: None) == 0


def test_what_waits_stands_on_the_home_page(held: TrainingClass, organiser: User, city: User) -> None:
    unit, office = browser_of(organiser), browser_of(city)
    assert "还有6天（10月19日前）" in text_of(unit.get("/"))
    checked(held, organiser, [new(held, 1, 性别="女")])
    assert "有错误须更正" in text_of(unit.get("/"))
    handed_in(held, organiser, [new(held, n) for n in range(3)])
    assert "学时登记汇总表：" not in text_of(unit.get("/"))
    page = text_of(office.get("/"))
    assert "待确认的学时登记汇总表" in page and "未收到纸质盖章件的汇总表" in page
    office.post(f"/classes/{held.pk}/roster/return/", {"reason": "缺盖章件"})
    assert "市学时办退回，请更正后重新报送" in text_of(unit.get("/"))


def test_a_roster_that_is_late_says_so_on_the_home_page(
    held: TrainingClass, organiser: User, after_the_class: Any
) -> None:
    after_the_class.move_to("2021-10-22T09:00:00+08:00")
    assert "已逾期3天" in text_of(browser_of(organiser).get("/"))
