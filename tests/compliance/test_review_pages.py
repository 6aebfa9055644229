"""The pages of the annual review: the list by state, a person's page, the decision, progress, the morning's digest."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import User
from compliance.queries.seen import fingerprint, seen_of
from compliance.states import ReviewState
from compliance.tasks import morning_review_digest
from office.audit.models import Event
from office.jobs.commands import run
from office.jobs.models import Job
from office.messages.models import Message
from registry.commands.surnames import sort_key
from registry.models import AnnualStanding, Practitioner
from tests.compliance.signing import COMMANDS, GENERAL, MORE, REASON, meeting, post, review, signed
from tests.factories import AppointmentFactory, OrganisationFactory, region
from tests.registry.people import PractitionerFactory

BACKEND = "accounts.backends.PhoneOrUsernameBackend"
LIST, PROGRESS = "/compliance/standings/", "/compliance/standings/progress/"
# session, user, appointments, second step, own record, unread messages, notices; regions, counts, closing statements
PROGRESS_QUERIES = 10
pytestmark = pytest.mark.django_db


@pytest.fixture
def city(db: None) -> User:
    """The city office."""
    return AppointmentFactory(city=True).user


@pytest.fixture
def desk(client: Client, county: User) -> Client:
    """A browser in which 定海's county bureau is signed in."""
    client.force_login(county, backend=BACKEND)
    return client


def named(county: User, name: str) -> Practitioner:
    return meeting(county, name=name, name_sort=sort_key(name))


def decided(desk: Client, person: Practitioner, query: str = "", **form: Any) -> Any:
    url = reverse("compliance:review_decide", args=[person.pk, 2021]) + query
    return desk.post(url, form)


def page(person: Practitioner, query: str = "") -> str:
    return reverse("compliance:person_year", args=[person.pk, 2021]) + query


def test_the_list_shows_and_filters_each_state(desk: Client, county: User) -> None:
    waiting, passed, failed, fallen = (
        meeting(county),
        signed(county),
        signed(county, ReviewState.FAILED),
        signed(county),
    )
    post(fallen, county, MORE)
    lacking = PractitionerFactory()
    post(lacking, county, GENERAL)
    for wanted, people in (
        ("open", {waiting, lacking}),
        ("passed", {passed}),
        ("failed", {failed}),
        ("changed", {fallen}),
        ("", {waiting, passed, failed, fallen, lacking}),
    ):
        answer = desk.get(LIST, {"review": wanted})
        assert {line["standing"].practitioner for line in answer.context["lines"]} == people
        assert answer.context["numbers"]["all"] == len(people)
    numbers = answer.context["numbers"]
    assert {name: numbers[name] for name in ("met", "short", "passed", "failed", "waiting", "changed")} == {
        "met": 4,
        "short": 1,
        "passed": 1,
        "failed": 1,
        "waiting": 2,
        "changed": 1,
    }
    assert "已审核后有变动" in answer.content.decode()


def test_the_export_tells_who_decided_when_and_why(desk: Client, county: User) -> None:
    signed(county, ReviewState.FAILED)
    meeting(county)
    response = desk.get("/compliance/standings/export/", {"review": "failed"})
    data = b"".join(response.streaming_content).decode()  # type: ignore[attr-defined]
    (row,) = csv.DictReader(io.StringIO(data[1:]))
    assert (row["审核"], row["审核人"], row["审核时间"], row["审核意见"]) == (
        "审核不通过",
        county.display_name,
        "2021-09-01 10:00",
        REASON,
    )


def test_one_after_the_other_without_going_back(desk: Client, county: User) -> None:
    first, second, third = (named(county, name) for name in ("安一", "陈二", "郑三"))
    lacking = PractitionerFactory(name="丁四", name_sort=sort_key("丁四"))
    post(lacking, county, GENERAL)
    assert desk.get(page(second)).context["next"] == third
    form = {"decision": "pass", "go_on": "on"}
    for person, following in ((second, third), (third, first)):
        assert decided(desk, person, "?review=open", **form).headers["Location"] == page(following, "?review=open")
    assert decided(desk, first, "?review=open", **form).headers["Location"] == f"{LIST}?review=open"
    assert {review(person).state for person in (first, second, third)} == {ReviewState.PASSED}
    assert decided(desk, first, decision="open", reason="再核", go_on="on").headers["Location"] == page(first)


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({}, "请选择审核结果"),
        ({"decision": "sleep"}, "请选择列表中的审核结果"),
        ({"decision": "fail"}, "请写明理由"),
        ({"decision": "fail", "reason": "电话13800000005"}, "请勿填写身份证号或手机号码"),
        ({"decision": "pass"}, "未达标的不能通过审核"),
    ],
)
def test_what_cannot_be_done_says_why(desk: Client, county: User, form: dict[str, str], said: str) -> None:
    person = PractitionerFactory()
    post(person, county, GENERAL)
    answer = decided(desk, person, **form)
    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_figures_that_moved_under_the_page_are_a_conflict(desk: Client, county: User) -> None:
    person = meeting(county)
    shown = desk.get(page(person)).context["expected"]
    assert shown == fingerprint(seen_of(AnnualStanding.objects.get(practitioner=person)))
    post(person, county, MORE)
    answer = decided(desk, person, decision="pass", expected=shown)
    assert (answer.status_code, "页面打开后学时有变动" in answer.content.decode()) == (409, True)
    assert decided(desk, person, decision="pass", expected=answer.context["expected"]).status_code == 302


def test_the_page_tells_its_history_and_what_is_signed(desk: Client, county: User) -> None:
    person = meeting(county)
    assert "学时情况表" in (text := desk.get(page(person)).content.decode())
    assert "未审核" in text
    decided(desk, person, decision="pass", reason="材料齐全")
    assert "2021年9月1日审核通过" in (text := desk.get(page(person)).content.decode())
    assert "学时情况表" not in text
    post(person, county, MORE)
    text = desk.get(page(person)).content.decode()
    for shown in ("材料齐全", "已审核后有变动", "合计由90变为96学时", "学时情况表"):
        assert shown in text


def test_who_may_only_look_has_no_form(client: Client, county: User, city: User) -> None:
    person = signed(county)
    admin = AppointmentFactory(employer_admin=True, organisation=person.organisation).user
    for user in (city, admin):
        client.force_login(user, backend=BACKEND)
        text = client.get(page(person)).content.decode()
        assert "2021年9月1日审核通过" in text
        assert 'name="decision"' not in text
    client.force_login(city, backend=BACKEND)
    assert decided(client, person, decision="open", reason="再核").status_code == 403
    client.force_login(admin, backend=BACKEND)
    assert decided(client, person, decision="open", reason="再核").status_code == 404
    assert review(person).state == ReviewState.PASSED


@pytest.mark.parametrize("people", [1, 12])
def test_progress_asks_a_constant_number_of_questions(
    client: Client, county: User, city: User, people: int, django_assert_num_queries: Callable[..., Any]
) -> None:
    for _ in range(people):
        signed(county)
    client.force_login(city, backend=BACKEND)
    client.get(PROGRESS)
    with django_assert_num_queries(PROGRESS_QUERIES):
        answer = client.get(PROGRESS)
    assert [line["passed"] for line in answer.context["lines"] if line["region"].code == "dinghai"] == [people]
    assert answer.context["whole"]["passed"] == people


def test_progress_as_a_table_leaves_an_audit_row(client: Client, county: User, city: User) -> None:
    signed(county)
    meeting(county, organisation=OrganisationFactory(region=region("putuo")))
    client.force_login(city, backend=BACKEND)
    response = client.get("/compliance/standings/progress/export/", {"year": "2021"})
    data = b"".join(response.streaming_content).decode()  # type: ignore[attr-defined]
    rows = {row["审核单位"]: row for row in csv.DictReader(io.StringIO(data[1:]))}
    here = rows[region().office_name]
    assert (here["人数"], here["审核通过"], here["审核进度%"]) == ("1", "1", "100")
    assert Event.objects.get(action="review.progress_export").data == {"year": 2021, "rows": 5}


def test_the_morning_tells_each_office_once_what_fell_open(county: User, city: User) -> None:
    people = [signed(county) for _ in range(2)]
    with time_machine.travel("2021-09-02T06:50:00+08:00", tick=False):
        post(people[0], county, MORE)
        morning_review_digest()
        assert Job.objects.count() == 0
    for day, new in (("2021-09-02", 1), ("2021-09-03", 0), ("2021-09-04", 1)):
        with time_machine.travel(f"{day}T07:00:00+08:00", tick=False) as clock:
            if day == "2021-09-04":
                post(people[1], county, MORE)
                clock.shift(timedelta(seconds=1))
            for _ in range(2):
                morning_review_digest()
            run(str(Job.objects.get(key=f"review_digest:{day}").pk))
            told = Message.objects.filter(kind="review.digest", key__startswith=f"review_digest:{day}")
            assert [message.recipient for message in told] == [county] * new
    assert "目前共有2人待重新审核" in Message.objects.filter(kind="review.digest").latest("pk").body


@pytest.mark.parametrize("url", ["/", "/ledger/2021/"])
def test_the_person_sees_how_the_own_year_stands(client: Client, county: User, url: str) -> None:
    person = meeting(county)
    client.force_login(person.user, backend=BACKEND)
    for act, shown in (
        (lambda: None, ("未审核", "学时情况表")),
        (lambda: COMMANDS["fail"](county, person), ("2021年9月1日审核不通过", REASON)),
        (lambda: COMMANDS["open"](county, person), ("未审核", "学时情况表")),
        (lambda: COMMANDS["pass"](county, person), ("审核通过", f"{region().office_name}2021年9月1日审核通过")),
        (lambda: post(person, county, MORE), ("已审核后有变动", "重新审核")),
    ):
        act()
        text = client.get(url).content.decode()
        assert all(words in text for words in shown), shown
