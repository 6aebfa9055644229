"""The offices' pages of class applications: the queue, a decision confirmed before it is made, the own unit's class."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import CityOffice, Organisation, User
from courses.commands.decisions import class_approve, class_refuse
from courses.models import ClassApplication, TrainingClass
from courses.states import ApplicationState, Route
from office.audit.models import Event
from tests.courses.made import REASON, class_application, course_unit, firm, training_class
from tests.factories import AppointmentFactory, region

pytestmark = pytest.mark.django_db
S = ApplicationState
QUEUE = "/classes/review/"


def page(name: str, *args: Any) -> str:
    """An address of the room."""
    return reverse(f"courses:{name}", args=args)


def numbers(client: Client, query: str = "") -> list[str]:
    """The applications that the queue lists, by number."""
    return [line["application"].number for line in client.get(f"{QUEUE}{query}").context["lines"]]


@pytest.fixture
def office(client: Client, city: User) -> Client:
    """A browser in which the city office is signed in."""
    client.force_login(city)
    return client


def decide(client: Client, application: ClassApplication, decision: str, *, confirmed: bool = True, **form: Any) -> Any:
    """Post a decision as the page of the application does, or as the page that asks to confirm does."""
    data = {"decision": decision, **form} | ({"confirmed": "1"} if confirmed else {})
    return client.post(page("review_decide", application.pk), data)


def test_each_office_has_what_it_decides(client: Client, county: User, city: User) -> None:
    a = class_application()
    b = class_application(route=Route.B)
    endorsed = class_application(S.ENDORSED, Route.B)
    far = class_application(route=Route.B, organisation=firm(region=region("putuo")))
    municipal = class_application(route=Route.B, organisation=firm(region=region("city")))
    class_application(S.DRAFT)
    client.force_login(county)
    assert numbers(client) == [b.number]
    assert numbers(client, "?tab=elsewhere") == [endorsed.number]
    assert numbers(client, "?tab=all") == [b.number, endorsed.number]
    client.force_login(city)
    assert numbers(client) == [a.number, endorsed.number, municipal.number]
    assert numbers(client, "?tab=elsewhere") == [b.number, far.number]
    counts = {tab["label"]: tab["count"] for tab in client.get(QUEUE).context["tabs"]}
    assert counts == {
        "待办理": 3,
        "待属地审查": 2,
        "已核准": 0,
        "已退回": 0,
        "不予核准": 0,
        "已取消": 0,
        "全部": 5,
    }


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?q=海韵", ["late"]),
        ("?q=防火", ["fire"]),
        ("?q={number}", ["fire"]),
        ("?q={bare}", ["fire"]),
        ("?q=PX20990000001", []),
        ("?late=yes", ["late"]),
        ("?route=b", ["fire"]),
        ("?region=putuo", ["late"]),
        ("?waited=5", []),
        ("?sort=newest", ["late", "fire"]),
        ("?sort=soonest", ["fire", "late"]),
    ],
)
def test_the_queue_is_filtered_and_searched(query: str, found: list[str], office: Client) -> None:
    made = {
        "fire": class_application(S.ENDORSED, Route.B, title="建筑防火设计培训班"),
        "late": class_application(
            organisation=course_unit(name="普陀海韵培训学校", region=region("putuo")),
            is_late=True,
            late_reason="场地原因",
        ),
    }
    number = made["fire"].number or ""
    address = query.format(number=number, bare=number.removeprefix("PX"))
    assert numbers(office, address) == [made[name].number for name in found]


def test_the_queue_says_when_there_is_nothing(office: Client) -> None:
    assert "培训班申请已全部办理" in office.get(QUEUE).content.decode()
    assert "没有符合条件的申请" in office.get(f"{QUEUE}?q=无").content.decode()


def test_the_queue_leaves_as_a_table_and_says_so(office: Client, city: User) -> None:
    application = class_application(is_late=True, late_reason="场地原因")
    text = b"".join(office.get(page("review_export"))).decode()
    assert application.number in text
    assert "是：场地原因" in text
    assert application.contact_phone not in text
    event = Event.objects.get(action="class.queue_export")
    assert (event.actor, event.data["rows"]) == (city, 1)


def test_one_page_has_everything_for_the_decision(office: Client) -> None:
    application = class_application(
        S.ENDORSED,
        Route.B,
        county=AppointmentFactory(user__display_name="周审查").user,
        is_late=True,
        late_reason="台风改期",
    )
    text = office.get(page("review_class", application.pk)).content.decode()
    for said in (
        "培训班申请表（附件1）",
        "按每天8学时认定，共计16学时",
        "2021年10月11日至2021年10月12日，共2天",
        "郑远航",
        "2021年10月11日小计",
        "办班方案.png",
        "定海区住房和城乡建设局已审查同意",
        "周审查",
        "台风改期",
        "办班条件",
        "舟建发〔2018〕67号",
        "按第八条认定",
        "二（二）2(3)",
        'name="hours" value="16"',
        "最多16学时",
    ):
        assert said in text, said


def test_a_decision_is_shown_before_it_is_made(office: Client) -> None:
    first, second = class_application(), class_application()
    answer = decide(office, first, "approve", confirmed=False, hours="12.5", reason="课时有重复", go_on="on")
    text = answer.content.decode()
    assert "12.5" in text
    assert "与申请的学时不同" in text
    assert "市学时办" in text
    assert not TrainingClass.objects.exists()
    answer = decide(office, first, "approve", hours="12.5", reason="课时有重复", go_on="on")
    assert answer["Location"] == page("review_class", second.pk)
    assert TrainingClass.objects.get().hours == Decimal("12.5")
    assert decide(office, second, "refuse", reason=REASON, go_on="on")["Location"] == QUEUE


@pytest.mark.parametrize(
    ("form", "field", "says"),
    [
        ({"decision": "approve", "hours": ""}, "hours", "请填写认定学时"),
        ({"decision": "approve", "hours": "十六"}, "hours", "认定学时应为数字"),
        ({"decision": "approve", "hours": "0"}, "hours", "学时应大于0"),
        ({"decision": "approve", "hours": "0.05"}, "hours", "最多保留一位小数"),
        ({"decision": "approve", "hours": "16.5"}, "hours", "2天最多16学时"),
        ({"decision": "return", "reason": ""}, "reason", "请写明理由"),
        ({"decision": "refuse", "reason": " "}, "reason", "请写明理由"),
        ({"decision": "refuse", "reason": "请致电13812345678"}, "reason", "请勿填写身份证号或手机号码"),
        ({"decision": "return", "reason": REASON, "parts": ["nothing"]}, "parts", "请选择列表中的部分"),
        ({"decision": "endorse"}, "decision", "请选择列表中的审核结果"),
        ({}, "decision", "请选择审核结果"),
    ],
)
@pytest.mark.parametrize("confirmed", [False, True])
def test_a_wrong_decision_names_its_field(
    confirmed: bool, form: dict[str, Any], field: str, says: str, office: Client
) -> None:
    application = class_application()
    answer = office.post(page("review_decide", application.pk), form | ({"confirmed": "1"} if confirmed else {}))
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert says in answer.content.decode()
    application.refresh_from_db()
    assert application.state == S.SUBMITTED


def test_a_return_names_the_parts_to_mend(office: Client) -> None:
    application = class_application()
    decide(office, application, "return", reason=REASON, parts=["timetable", "lecturers"])
    assert application.steps.last().parts == ["timetable", "lecturers"]


def test_the_county_endorses_and_fixes_no_hours(client: Client, county: User) -> None:
    application = class_application(route=Route.B)
    client.force_login(county)
    text = client.get(page("review_class", application.pk)).content.decode()
    assert "审查同意" in text
    assert 'name="hours"' not in text
    decide(client, application, "endorse", reason="符合办班要求")
    application.refresh_from_db()
    assert application.state == S.ENDORSED
    assert "现由市学时办办理" in client.get(page("review_class", application.pk)).content.decode()


@pytest.mark.parametrize("office_of_city", CityOffice)
def test_the_page_says_which_office_decided(office_of_city: CityOffice, client: Client) -> None:
    client.force_login(AppointmentFactory(city=True, office=office_of_city).user)
    application = class_application()
    answer = decide(client, application, "approve", confirmed=False, hours="8")
    assert office_of_city.label in answer.content.decode()
    decide(client, application, "approve", hours="8")
    assert f"{office_of_city.label}　审核人" in client.get(page("review_class", application.pk)).content.decode()


def test_the_own_units_class_is_there_to_read_with_words_in_place_of_buttons(client: Client) -> None:
    unit = course_unit()
    application = class_application(organisation=unit)
    user = AppointmentFactory(organiser=True, organisation=unit).user
    AppointmentFactory(user=user, city=True)
    client.force_login(user)
    assert numbers(client) == []
    assert numbers(client, "?tab=all") == [application.number]
    text = client.get(page("review_class", application.pk)).content.decode()
    assert "应当回避" in text
    assert 'name="decision"' not in text
    assert decide(client, application, "approve", hours="16").status_code == 403
    application.refresh_from_db()
    assert application.state == S.SUBMITTED


def test_who_comes_second_is_told_who_was_first(office: Client) -> None:
    application = class_application()
    first = AppointmentFactory(city=True, user__display_name="李先办").user
    class_refuse(actor=first, application=application, reason=REASON)
    answer = decide(office, application, "approve", hours="16")
    assert answer.status_code == 409
    assert "本申请已由李先办于2021年9月1日 10:00变更为“不予核准”" in answer.content.decode()
    assert decide(office, application, "approve", confirmed=False, hours="16").status_code == 302


def test_the_same_decision_posted_twice_is_one(office: Client) -> None:
    application = class_application()
    for _ in range(2):
        assert decide(office, application, "approve", hours="16").status_code == 302
    assert application.steps.count() == 2


def test_an_approved_class_is_cancelled_for_a_reason(office: Client, city: User) -> None:
    application = class_application()
    class_approve(actor=city, application=application, hours=Decimal(16))
    address = page("review_cancel", application.pk)
    assert "取消培训班" in office.get(page("review_class", application.pk)).content.decode()
    assert office.get(address).status_code == 200
    assert office.post(address, {"reason": ""}).status_code == 422
    assert office.post(address, {"reason": "报名人数不足"}).status_code == 302
    application.refresh_from_db()
    assert application.state == S.CANCELLED
    assert office.get(address).status_code == 302


def test_a_class_with_its_roster_handed_in_is_not_cancelled(office: Client) -> None:
    one = training_class()
    type(one.roster).objects.update(state="submitted")
    answer = office.post(page("review_cancel", one.application_id), {"reason": "报名人数不足"})
    assert answer.status_code == 409
    assert "不能取消" in answer.content.decode()


def test_files_are_shown_as_pictures(office: Client) -> None:
    application = class_application()
    file = application.attachments.get()
    answer = office.get(page("file_page", application.pk, file.pk, 1))
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    assert "no-store" in answer["Cache-Control"]
    assert office.get(page("file_page", application.pk, file.pk, 2)).status_code == 404
    preview = page("file_preview", application.pk, file.pk)
    assert "办班方案" in office.get(preview).content.decode()
    assert office.get(f"{preview}?page=2").status_code == 404
    part = office.get(preview, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    other = class_application()
    assert office.get(page("file_page", other.pk, file.pk, 1)).status_code == 404


def test_the_dashboard_counts_what_waits(office: Client) -> None:
    class_application()
    class_application(route=Route.B)
    tasks = {task["title"]: task["count"] for task in office.get("/").context["office"]["tasks"]}
    assert tasks["培训班申请"] == 1


def test_the_unit_previews_what_it_attached_as_the_office_does(client: Client, unit: Organisation) -> None:
    organiser = AppointmentFactory(organiser=True, organisation=unit).user
    application = class_application(organisation=unit, applicant=organiser)
    [file] = application.attachments.all()
    client.force_login(organiser)
    preview = page("file_preview", application.pk, file.pk)
    assert f'href="{preview}"' in client.get(page("application_detail", application.pk)).content.decode()
    shown = client.get(preview).content.decode()
    assert page("application_file", application.pk, file.pk) in shown
    assert f'href="{page("application_detail", application.pk)}"' in shown
