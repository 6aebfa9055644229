"""The reminders' pages of the city office: plan, preview, lists of people and units, sending."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.test import Client

from accounts.models import Organisation, User
from compliance.models import ReminderStep
from office.audit.models import Event
from office.jobs import commands as jobs
from office.jobs.models import Job
from office.messages.models import Message
from registry.commands.surnames import sort_key
from registry.models import Practitioner
from tests.compliance.signing import CLASS, GENERAL, meeting
from tests.compliance.test_reminders import send, with_hours
from tests.factories import AppointmentFactory, OrganisationFactory, region
from tests.public.counting import asked
from tests.registry.people import PractitionerFactory

pytestmark = pytest.mark.django_db
PLAN = "/compliance/standings/reminders/"
EDIT, STEP = f"{PLAN}2021/", f"{PLAN}2021/30/"
PEOPLE, UNITS = f"{STEP}people/", f"{STEP}units/"


@pytest.fixture
def office(client: Client) -> Client:
    """A browser in which the city office is signed in."""
    client.force_login(AppointmentFactory(city=True).user, backend="accounts.backends.PhoneOrUsernameBackend")
    return client


@pytest.fixture
def people(county: User) -> dict[str, Practitioner]:
    """Three who are short, one of them without an account, in three units; and one who is not."""
    here, there, lone = (
        OrganisationFactory(name=name, region=region(code))
        for name, code in (("虚构甲公司", "dinghai"), ("虚构乙公司", "putuo"), ("虚构丙公司", "dinghai"))
    )
    AppointmentFactory(employer_admin=True, organisation=here)
    people = {
        "安一": PractitionerFactory(organisation=here, name="安一", name_sort=sort_key("安一")),
        "陈二": PractitionerFactory(organisation=there, name="陈二", name_sort=sort_key("陈二")),
        "郑三": PractitionerFactory(organisation=lone, name="郑三", name_sort=sort_key("郑三"), user=None),
    }
    for name, activities in {"安一": (GENERAL,), "陈二": (CLASS,), "郑三": ()}.items():
        with_hours(people[name], county, *activities)
    meeting(county, organisation=here, name="满一", name_sort=sort_key("满一"))
    return people


def names(client: Client, url: str, **query: str) -> list[str]:
    """Whom or what a list names, in its order."""
    lines = client.get(url, query).context["lines"]
    return [line["row"].practitioner.name if "row" in line else line["unit"].name for line in lines]


def table(client: Client, url: str, **query: str) -> list[list[str]]:
    """The rows of an export without its heading."""
    text = b"".join(client.get(url, query).streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))[1:]


def test_the_plan_says_when_each_step_falls_and_what_was_sent(office: Client, people: Any) -> None:
    text = office.get(PLAN).content.decode()
    for said in ("2021年11月2日", "2022年1月1日", "2022年1月24日", "待发送"):
        assert said in text
    send(30)
    steps = office.get(PLAN).context["steps"]
    assert [(step.days, word, people, units) for step, word, _, people, units in steps] == [(30, "已发送", 2, 1)]


def test_the_preview_says_who_would_read_what_and_sending_is_a_job(office: Client, people: Any) -> None:
    text = office.get(STEP).content.decode()
    for said in ("2人</a>", "1个单位</a>", "2个单位</a>，无人接收", "1人</a>，本人收不到", "还缺专业科目60学时"):
        assert said in text
    assert not Message.objects.exists()
    response = office.post(f"{STEP}send/")
    job = Job.objects.get()
    assert response.headers["Location"] == f"/jobs/{job.pk}/"
    assert "正在发送" in office.get(STEP).content.decode()
    assert "发送中" in office.get(PLAN).content.decode()
    jobs.run(str(job.pk))
    assert "2人、1个单位（1名单位管理员）" in office.get(f"/jobs/{job.pk}/").content.decode()
    text = office.get(STEP).content.decode()
    assert "没有待提醒的人员和单位" in text
    assert "立即发送" not in text


def test_people_are_filtered_and_taken_away_masked(office: Client, people: dict[str, Practitioner]) -> None:
    assert names(office, PEOPLE) == ["安一", "陈二", "郑三"]
    assert names(office, PEOPLE, state="left") == ["安一", "陈二"]
    assert names(office, PEOPLE, state="unreachable") == ["郑三"]
    assert names(office, PEOPLE, region="putuo") == ["陈二"]
    assert names(office, PEOPLE, unit="丙") == ["郑三"]
    assert names(office, PEOPLE, lacks="general_public") == ["陈二", "郑三"]
    assert names(office, PEOPLE, q="陈") == ["陈二"]
    send(30)
    assert names(office, PEOPLE, state="told") == ["安一", "陈二"]
    [row] = table(office, f"{PEOPLE}export/", lacks="general_public", state="told")
    assert row[:5] == ["陈二", f"{'*' * 14}{people['陈二'].id_last4}", "虚构乙公司", "普陀区", "2021"]
    assert row[-3:] == ["行业公需科目12学时、一般公需科目18学时", "", "已提醒"]
    event = Event.objects.get(action="reminder.export")
    assert event.data == {"year": 2021, "days": 30, "rows": 1, "filters": ["lacks", "state"]}


def test_units_are_filtered_and_taken_away(office: Client, people: Any) -> None:
    assert set(names(office, UNITS)) == {"虚构甲公司", "虚构乙公司", "虚构丙公司"}
    assert names(office, UNITS, region="putuo") == ["虚构乙公司"]
    assert set(names(office, UNITS, state="nobody")) == {"虚构乙公司", "虚构丙公司"}
    assert names(office, UNITS, state="told") == []
    assert names(office, UNITS, q="甲") == ["虚构甲公司"]
    send(30)
    assert names(office, UNITS, state="left") == []
    assert names(office, UNITS, state="told") == ["虚构甲公司"]
    [told] = table(office, f"{UNITS}export/", q="甲")
    assert told == ["虚构甲公司", "定海区", "2021", "1", "0", "1", "2021-09-01 10:00", "1"]
    [nobody] = table(office, f"{UNITS}export/", q="丙")
    assert nobody == ["虚构丙公司", "定海区", "2021", "1", "1", "0", "", ""]


@pytest.mark.parametrize(("url", "queries"), [(PEOPLE, 12), (UNITS, 15), (PLAN, 13), (STEP, 22)])
def test_more_people_cost_no_more_queries(office: Client, people: Any, county: User, url: str, queries: int) -> None:
    send(30)
    with_hours(PractitionerFactory(), county)
    few = asked(office, url)
    for _ in range(3):
        with_hours(PractitionerFactory(), county)
    assert len(few) == len(asked(office, url)) == queries


def test_the_plan_is_changed_on_its_page(office: Client) -> None:
    form = {"days_1": "60", "on_1": "on", "days_3": "14", "on_3": "on", "days_4": "5"}
    assert office.post(EDIT, form).headers["Location"] == f"{PLAN}?year=2021"
    assert list(ReminderStep.objects.values_list("days", "is_on")) == [(60, True), (14, True), (5, False)]
    response = office.post(EDIT, form | {"days_3": "999"})
    assert response.status_code == 422
    assert "第3步：提前天数应为1至180天" in response.content.decode()
    assert office.post(EDIT, form | {"days_3": "十四"}).context["form"].errors["days_3"] == [
        "第3步：提前天数应为整数。"
    ]


def test_what_was_sent_keeps_its_days(office: Client) -> None:
    send(30)
    assert "readonly" in office.get(EDIT).content.decode()
    response = office.post(EDIT, {"days_1": "20", "on_1": "on"})
    assert "提前30天的提醒已经发送，不能删除，可以停用" in response.content.decode()


def test_a_step_that_may_not_be_sent_says_why(office: Client) -> None:
    office.post(EDIT, {"days_1": "30"})
    assert "已停用，不能发送" in office.get(STEP).content.decode()
    text = office.post(f"{STEP}send/", follow=True).content.decode()
    assert "提前30天的提醒已停用，不能发送" in text
    assert not Job.objects.exists()


@pytest.mark.parametrize("url", [f"{PLAN}2021/45/", f"{PLAN}1999/30/", f"{PLAN}2022/30/", f"{PLAN}1999/"])
def test_steps_that_are_not_planned_are_not_there(office: Client, url: str) -> None:
    assert office.get(url).status_code == 404


def test_who_is_no_city_office_finds_nothing(client: Client, county: User) -> None:
    client.force_login(county, backend="accounts.backends.PhoneOrUsernameBackend")
    for url in (PLAN, EDIT, STEP, PEOPLE, UNITS):
        assert client.get(url).status_code == 404


def test_where_nobody_is_short_the_lists_say_so(office: Client, unit: Organisation) -> None:
    assert "没有未达标人员" in office.get(PEOPLE).content.decode()
    assert "没有单位有未达标人员" in office.get(UNITS).content.decode()


@pytest.fixture
def unit(db: None) -> Organisation:
    """A unit of which nobody is short."""
    return OrganisationFactory()
