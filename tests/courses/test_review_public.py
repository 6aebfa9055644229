"""The public list of classes and the offices' register: what is announced, found, taken away - and nobody's name."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from courses.commands.decisions import class_cancel
from courses.models import Roster, TrainingClass
from courses.states import ApplicationState, RosterState, Route
from office.audit.models import Event
from tests.courses.made import REASON, class_application, course_unit, firm, following, training_class
from tests.factories import AppointmentFactory, region

pytestmark = pytest.mark.django_db
LIST = "/classes/"
S = ApplicationState


def titles(client: Client, query: str = "") -> list[str]:
    """What the list shows, in its order."""
    return [line["one"].title for line in client.get(f"{LIST}{query}").context["lines"]]


def test_the_list_has_classes_that_stand_and_nothing_else(client: Client) -> None:
    for state in (S.DRAFT, S.SUBMITTED, S.RETURNED, S.REFUSED, S.CANCELLED):
        class_application(state, title=f"{state}班")
    training_class(title="防火班")
    assert titles(client, "?state=all") == ["防火班"]
    assert client.get(LIST).get("Cache-Control") is None


@pytest.fixture
def three(db: None) -> None:
    """A class that is over, one under way, one to come."""
    training_class(title="消防班", days=following(date(2021, 8, 2)), levels=["senior"], specialties=["gas"])
    training_class(
        title="结构班",
        days=following(date(2021, 8, 31), 3),
        organisation=course_unit(name="海桥学校"),
        delivery="mixed",
    )
    training_class(title="岩土班", route=Route.B, organisation=firm(region=region("putuo"), name="普陀岩土公司"))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["结构班", "岩土班"]),
        ("?sort=latest", ["岩土班", "结构班"]),
        ("?state=over", ["消防班"]),
        ("?state=all", ["岩土班", "结构班", "消防班"]),
        ("?state=nonsense", ["结构班", "岩土班"]),
        ("?q=岩土", ["岩土班"]),
        ("?q=海桥", ["结构班"]),
        ("?month=2021-10", ["岩土班"]),
        ("?state=all&month=2021-08", ["结构班", "消防班"]),
        ("?region=putuo", ["岩土班"]),
        ("?delivery=mixed", ["结构班"]),
        ("?state=all&level=senior", ["消防班"]),
        ("?state=all&specialty=gas", ["消防班"]),
        ("?specialty=gas", []),
    ],
)
def test_the_list_is_filtered(query: str, found: list[str], three: None, client: Client) -> None:
    assert titles(client, query) == found


@pytest.mark.parametrize("query", ["?month=2021-13", "?level=none_such", "?region=atlantis"])
def test_a_filter_that_is_no_choice_says_so(query: str, three: None, client: Client) -> None:
    answer = client.get(f"{LIST}{query}")
    assert answer.status_code == 422
    assert "请选择列表中的" in answer.content.decode()


@pytest.mark.parametrize(
    ("days", "says"),
    [
        (following(date(2021, 9, 8)), "距开班7天"),
        (following(date(2021, 8, 31), 4), "进行中，还有2天"),
        (following(date(2021, 8, 31), 2), "进行中，今日结束"),
        (following(date(2021, 8, 30), 2), "已结束"),
    ],
)
def test_a_class_says_how_far_it_has_come(days: list[date], says: str, client: Client) -> None:
    one = training_class(days=days)
    assert says in client.get(f"{LIST}{one.pk}/").content.decode()


def test_nothing_to_come_is_said(client: Client) -> None:
    assert "目前没有将要举办的培训班" in client.get(LIST).content.decode()
    assert "没有符合条件的培训班" in client.get(f"{LIST}?q=无").content.decode()


def test_a_page_tells_what_a_trainee_needs(client: Client) -> None:
    one = training_class()
    text = client.get(f"{LIST}{one.pk}/").content.decode()
    for said in (
        "登录单位网站报名",
        "16",
        "二（二）2(3)",
        "初级、中级",
        "建筑施工、建筑结构",
        "8:30",
        "市学时办于2021年9月1日",
    ):
        assert said in text, said


def test_a_cancelled_class_leaves_the_list_and_its_page_says_so(client: Client, city: User) -> None:
    one = training_class()
    class_cancel(actor=city, application=one.application, reason=REASON)
    assert titles(client, "?state=all") == []
    text = client.get(f"{LIST}{one.pk}/").content.decode()
    assert "本培训班已取消" in text
    assert "登录单位网站报名" not in text
    assert REASON not in text


def test_what_is_public_names_nobody(client: Client) -> None:
    city = AppointmentFactory(city=True, user__display_name="钱审核").user
    one = training_class(office=city, contact_phone="13805801234", contact_name="孙联系")
    application = one.application
    pages = [client.get(LIST), client.get(f"{LIST}{one.pk}/")]
    texts = [page.content.decode() for page in pages] + [b"".join(client.get(f"{LIST}export/")).decode()]
    assert one.title in texts[2]
    for text in texts:
        for name in (
            "钱审核",
            "孙联系",
            "13805801234",
            "郑远航",
            application.created_by.display_name,
            application.number,
        ):
            assert name not in text


def test_an_absent_class_is_not_found(client: Client) -> None:
    application = class_application()
    assert client.get(f"{LIST}{application.pk + 1000}/").status_code == 404


def test_the_start_page_and_the_standards_lead_to_the_list(client: Client) -> None:
    for address in ("/", "/standards/"):
        assert 'href="/classes/"' in client.get(address).content.decode()


REGISTER = "/classes/review/classes/"


def _numbers(client: Client, query: str = "") -> list[str]:
    return [line["one"].title for line in client.get(f"{REGISTER}{query}").context["lines"]]


@pytest.fixture
def rostered(db: None) -> dict[str, TrainingClass]:
    """Classes by where their roster stands."""
    made = {
        "late": training_class(title="逾期班", days=following(date(2021, 8, 23))),
        "due": training_class(title="待报班", days=following(date(2021, 8, 24))),
        "submitted": training_class(title="待确认班", route=Route.B),
        "confirmed": training_class(title="已确认班"),
        "cancelled": training_class(title="取消班", state=S.CANCELLED, days=following(date(2021, 8, 2))),
    }
    for name in (RosterState.SUBMITTED, RosterState.CONFIRMED):
        Roster.objects.filter(training_class=made[name]).update(state=name)
    return made


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?roster=late", ["逾期班"]),
        ("?roster=awaited", ["待报班", "逾期班"]),
        ("?roster=submitted", ["待确认班"]),
        ("?roster=confirmed", ["已确认班"]),
        ("?roster=cancelled", ["取消班"]),
        ("?q=待", ["待确认班", "待报班"]),
        ("?month=2021-10", ["已确认班", "待确认班"]),
    ],
)
def test_the_register_is_filtered_by_roster(
    query: str, found: list[str], rostered: dict[str, Any], client: Client, city: User
) -> None:
    client.force_login(city)
    assert _numbers(client, query) == found
    text = b"".join(client.get(f"{REGISTER}export/{query}")).decode()
    assert [title for title in found if title in text] == found
    assert Event.objects.get(action="class.register_export").data["rows"] == len(found)


def test_a_county_registers_route_b_of_its_region(rostered: dict[str, Any], client: Client, county: User) -> None:
    training_class(route=Route.B, organisation=firm(region=region("putuo")))
    client.force_login(county)
    assert _numbers(client) == ["待确认班"]


def test_the_page_of_a_class_says_where_its_roster_stands(
    rostered: dict[str, TrainingClass], client: Client, city: User
) -> None:
    client.force_login(city)
    for name, said in (
        ("late", "汇总表逾期未报"),
        ("due", "应于2021年9月1日前报送"),
        ("confirmed", "已确认"),
        ("cancelled", "本培训班已取消"),
    ):
        assert said in client.get(reverse("courses:class_page", args=[rostered[name].pk])).content.decode(), name
