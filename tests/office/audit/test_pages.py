"""The auditor's pages: the trail searched and read, taken away with a trace, and nobody else's."""

from __future__ import annotations

import csv
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.models import User
from office.audit.commands import record
from office.audit.commands.notes import verification_noted
from office.audit.commands.seals import seal
from office.audit.models import Event
from office.audit.verification import Problem, Report, verify
from tests.factories import AppointmentFactory, OrganisationFactory, UserFactory, make_id_number, make_phone
from tests.office.audit.trail import told

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
LIST_QUERIES = 8
WITH_ACTOR = LIST_QUERIES + 1


@pytest.fixture
def auditor() -> User:
    """An auditor."""
    return AppointmentFactory(auditor=True).user


@pytest.fixture
def desk(client: Client, auditor: User) -> Client:
    """A browser in which the auditor is signed in."""
    client.force_login(auditor)
    return client


@transaction.atomic
def event(actor: User | None = None, action: str = "job.retry", at: str = "", **fields: Any) -> Event:
    """One event at a moment of Shanghai."""
    if not at:
        return record(actor=actor, action=action, **fields)
    with time_machine.travel(datetime.fromisoformat(at).replace(tzinfo=SHANGHAI), tick=False):
        return record(actor=actor, action=action, **fields)


def found(desk: Client, **query: Any) -> list[Event]:
    return [line["event"] for line in desk.get("/audit/", query).context["lines"]]


@pytest.mark.parametrize("trait", ["city", "sysadmin", "employer_admin", "organiser", ""])
@pytest.mark.parametrize("path", ["/audit/", "/audit/export/", "/audit/{pk}/"])
def test_to_everybody_else_there_is_no_such_page(client: Client, trait: str, path: str) -> None:
    pk = event().pk
    client.force_login(AppointmentFactory(**({trait: True} if trait else {})).user)
    assert client.get(path.format(pk=pk)).status_code == 404
    assert not Event.objects.filter(action="audit.export").exists()


def test_the_list_reads_in_words(desk: Client) -> None:
    clerk = UserFactory(display_name="阿海")
    event(clerk, "claim.accept", obj=clerk, before="submitted", after="accepted", reason="材料齐全")
    page = desk.get("/audit/").content.decode()
    assert "认定申报" in page
    assert "账号" in page
    assert "阿海" in page
    assert "材料齐全" in page
    assert "claim.accept" not in page.split("<tbody>")[1]  # the filter's options above hold codes


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, "edcba"),
        ({"actor": "阿海"}, "db"),
        ({"actor": "HAI"}, "b"),
        ({"actor": "系统"}, "ca"),
        ({"actor": "没有此人"}, ""),
        ({"action": "user.create"}, "b"),
        ({"object_type": "accounts.organisation"}, "c"),
        ({"object_type": "accounts.user", "object": "{hai}"}, "b"),
        ({"object": "{hai}"}, "b"),
        ({"object": "999999999"}, ""),
        ({"since": "2021-06-02"}, "edc"),
        ({"until": "2021-06-01"}, "ba"),
        ({"since": "2021-06-02", "until": "2021-06-02"}, "c"),
        ({"since": "2021年6月3日", "actor": "阿海"}, "d"),
        ({"request_id": "0f1e2d3c"}, "e"),
    ],
)
def test_the_trail_is_searched(
    desk: Client, auditor: User, query: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    Event.objects.all()
    hai = UserFactory(username="hai", display_name="阿海", pk=700_001)
    namesake = UserFactory(username="hai2", display_name="阿海")
    unit = OrganisationFactory(pk=800_001)
    events = {
        event(at="2021-06-01 00:00:00").pk: "a",
        event(hai, "user.create", at="2021-06-01 23:59:59", obj=hai).pk: "b",
        event(None, "organisation.create", at="2021-06-02 00:00:00", obj=unit).pk: "c",
        event(namesake, "two_step.pass", at="2021-06-03 12:00:00").pk: "d",
    }
    monkeypatch.setattr("structlog.contextvars.get_contextvars", lambda: {"request_id": "0f1e2d3c"})
    events[event(auditor, "annual_check.request", at="2021-06-04 12:00:00").pk] = "e"
    monkeypatch.undo()
    query = {name: value.format(hai=hai.pk) for name, value in query.items()}
    assert "".join(events[one.pk] for one in found(desk, **query)) == expected


def test_an_object_is_found_by_the_number_printed_on_it(desk: Client, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    from tests.registry.people import PractitionerFactory, submitted

    with time_machine.travel("2021-09-01T10:00:00+08:00", tick=False):
        claim = submitted(PractitionerFactory())
        submitted(PractitionerFactory())
    assert {one.object_id for one in found(desk, object=claim.number)} == {str(claim.pk)}
    assert {one.action for one in found(desk, object=claim.number)} >= {"claim.draft", "claim.submit"}


@pytest.mark.parametrize("text", [make_id_number(), make_phone(7), f"人员{make_phone(7)}"])
@pytest.mark.parametrize("field", ["actor", "object", "request_id"])
def test_whoever_types_an_id_number_or_phone_is_told_and_it_is_not_repeated(
    desk: Client, field: str, text: str
) -> None:
    told(1)
    response = desk.get("/audit/", {field: text})
    assert response.status_code == 422
    assert "请勿在此输入完整的身份证号或手机号码" in response.content.decode()
    assert text not in response.content.decode()
    assert response.context["lines"] == []


@pytest.mark.parametrize("query", [{"since": "昨天"}, {"until": "2021-02-30"}, {"action": "no.such"}])
def test_a_search_that_cannot_be_read_finds_nothing_and_exports_nothing(desk: Client, query: dict[str, str]) -> None:
    told(1)
    for url in ("/audit/", "/audit/export/"):
        response = desk.get(url, query)
        assert response.status_code == 422
        assert response.context["lines"] == []
    assert not Event.objects.filter(action="audit.export").exists()


def test_pages_lead_through_the_whole_trail_and_back(desk: Client) -> None:
    pks = [one.pk for one in told(65)][::-1]
    seen, url = [], "/audit/?action=job.retry"
    while url:
        response = desk.get(url)
        seen += [line["event"].pk for line in response.context["lines"]]
        last, url = response, response.context["older_url"] and "/audit/" + response.context["older_url"]
    assert seen == pks
    back = desk.get("/audit/" + last.context["newer_url"])
    assert [line["event"].pk for line in back.context["lines"]] == pks[30:60]


@pytest.mark.parametrize("rows", [1, 31])
@pytest.mark.parametrize(("query", "number"), [("", LIST_QUERIES), ("?actor=阿海&since=2021-01-01", WITH_ACTOR)])
def test_the_list_asks_the_same_for_one_row_and_thirty(
    desk: Client, rows: int, query: str, number: int, django_assert_num_queries: Any
) -> None:
    clerk = UserFactory(display_name="阿海")
    for _ in range(rows):
        event(clerk, "user.create", obj=clerk)
    desk.get("/audit/")
    with django_assert_num_queries(number) as asked:
        desk.get(f"/audit/{query}")
    assert not any("COUNT(" in one["sql"] and "audit_event" in one["sql"] for one in asked.captured_queries)


def test_an_event_shows_all_it_holds_and_the_seal_that_closes_it(desk: Client) -> None:
    unit = OrganisationFactory(name="舟山虚构测绘有限公司")
    one = event(UserFactory(), "organisation.create", obj=unit, reason="新设", region="dinghai", rungs=[1, 2])
    url = reverse("audit:detail", args=[one.pk])
    page = desk.get(url).content.decode()
    for text in (
        "登记单位",
        "organisation.create",
        "舟山虚构测绘有限公司",
        "新设",
        "地区",
        "dinghai",
        "rungs",
        "[1, 2]",
        "尚未封存",
    ):
        assert text in page
    (made,) = seal()
    assert made.sha256_hex in desk.get(url).content.decode()


def test_an_event_whose_object_or_release_is_gone_is_still_shown(desk: Client) -> None:
    one = event(action="gone.long_ago")
    Event.objects.bulk_create([Event(actor_name="某人", action="gone.too", object_type="gone.table", object_id="5")])
    assert "gone.long_ago" in desk.get(reverse("audit:detail", args=[one.pk])).content.decode()
    assert "gone.table 5" in desk.get(reverse("audit:detail", args=[Event.objects.latest("pk").pk])).content.decode()


def test_the_export_is_the_list_and_leaves_its_own_event(desk: Client, auditor: User) -> None:
    clerk = UserFactory(display_name="阿海")
    event(clerk, "claim.accept", obj=clerk, before="submitted", after="accepted", reason="=1+1")
    told(2)
    body = b"".join(desk.get("/audit/export/", {"actor": "阿海"}).streaming_content).decode()
    heading, *rows = list(csv.reader(body.removeprefix("\ufeff").splitlines()))
    assert heading[:4] == ["编号", "时间", "操作人", "操作"]
    assert [(row[2], row[3], row[9]) for row in rows] == [("阿海", "认定申报", "'=1+1")]
    trace = Event.objects.get(action="audit.export")
    assert (trace.actor, trace.data) == (auditor, {"rows": 1, "filters": ["actor"]})


def test_the_export_of_everything_ends_before_its_own_event(desk: Client) -> None:
    told(3)
    body = b"".join(desk.get("/audit/export/").streaming_content).decode()
    assert len(body.strip().splitlines()) == 1 + Event.objects.get(action="audit.export").data["rows"]
    assert "audit.export" not in body


def test_the_home_page_shows_where_the_chain_stands(desk: Client) -> None:
    page = desk.get("/").content.decode()
    assert "还没有封存" in page
    assert "还没有校验过" in page
    told(2)
    seal()
    told(1)
    verification_noted(actor=None, report=verify())
    page = desk.get("/").content.decode()
    assert "尚未封存</dt><dd>2条" in page
    assert "完好" in page
    verification_noted(actor=None, report=Report(problem=Problem("event", 1, "removed")))
    assert "不完整" in desk.get("/").content.decode()
