"""The work queue beyond what a reviewer's day needs: its age, its searches, its counts, and what is taken away."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import User
from office.audit.models import Event
from registry.models import Claim, Practitioner
from registry.queries import claims
from tests.factories import OrganisationFactory, region
from tests.registry.people import EXAM, PractitionerFactory, accepted, submitted
from tests.registry.test_findings import CLASS, TALK, filed

BACKEND = "accounts.backends.PhoneOrUsernameBackend"
QUEUE, EXPORT = "/review/", "/review/export/"


@pytest.fixture
def desk(client: Client, county: User) -> Client:
    """A browser in which 定海's county bureau is signed in."""
    client.force_login(county, backend=BACKEND)
    return client


def found(client: Client, **query: Any) -> list[Claim]:
    return [line["claim"] for line in client.get(QUEUE, query).context["lines"]]


def table(client: Client, **query: Any) -> list[list[str]]:
    response = client.get(EXPORT, query)
    assert response["Content-Type"].startswith("text/csv")
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def handed_in(days_ago: int, *, minutes: int = 0) -> Claim:
    with time_machine.travel(timezone.now() - timedelta(days=days_ago, minutes=minutes), tick=False):
        return submitted(PractitionerFactory())


@pytest.mark.parametrize(
    ("days", "ago", "shown"),
    [(5, 5, False), (5, 6, True), (10, 6, False), (10, 11, True), (20, 21, True), (30, 30, False), (30, 31, True)],
)
def test_by_age_in_calendar_days(desk: Client, days: int, ago: int, shown: bool) -> None:
    claim = handed_in(ago)
    assert found(desk, waited=days) == ([claim] if shown else [])
    [line] = desk.get(QUEUE).context["lines"]
    assert (line["days"] > days) == shown


def test_a_day_begins_at_midnight_in_shanghai(desk: Client) -> None:
    handed_in(5, minutes=10 * 60 - 1)  # 1 September 10:00, five days and 9:59 hours ago: 27 August 00:01
    before = handed_in(5, minutes=10 * 60 + 1)
    assert found(desk, waited=5) == [before]


@pytest.mark.parametrize(
    ("typed", "hit"),
    [
        ("ZJ-2021-0001", True),
        ("zj 2021 0001", True),
        ("ＺＪ２０２１０００１", True),
        ("ZJ-2021", False),  # the whole of it is asked for
        ("2021-0001", False),
        ("ZJ-2021-0002", False),
        ("1-", False),
    ],
)
def test_by_a_certificates_number(desk: Client, typed: str, hit: bool) -> None:
    claim = submitted(PractitionerFactory(), replace(EXAM, certificate_number="ZJ-2021-0001"))
    submitted(PractitionerFactory(), replace(EXAM, certificate_number="SX-2021-0001"))
    submitted(PractitionerFactory())
    assert found(desk, q=typed) == ([claim] if hit else [])


def test_by_a_document_number_with_chinese_in_it(desk: Client) -> None:
    claim = submitted(PractitionerFactory(), replace(EXAM, certificate_number="浙建教〔2021〕8号"))
    assert found(desk, q="浙建教[2021]8号") == [claim]


def test_what_was_told_when_it_was_handed_in(desk: Client, person: Practitioner) -> None:
    filed(person, CLASS)
    told = filed(person, TALK)
    assert found(desk, told="yes") == [told]
    assert desk.get(QUEUE).content.decode().count("有提示</span>") == 1


@pytest.mark.parametrize("query", [{"waited": "7"}, {"told": "no"}, {"sort": "size"}])
def test_a_filter_that_is_not_there_is_told(desk: Client, query: dict[str, str]) -> None:
    submitted(PractitionerFactory())
    page = desk.get(QUEUE, query)
    assert page.status_code == 422
    assert "请选择列表中的" in page.content.decode()


def test_more_than_two_hundred_are_not_counted(desk: Client, county: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claims, "MOST_COUNTED", 3)
    for _ in range(2):
        submitted(PractitionerFactory())
    accepted(PractitionerFactory(), county)
    assert counts(desk) == ["2", "1", "0", "0", "0", "3"]
    for _ in range(2):
        submitted(PractitionerFactory())
    assert counts(desk) == ["3+", "1", "0", "0", "0", "3+"]
    assert "3+<" in desk.get(QUEUE).content.decode()
    assert str(desk.get("/").context["office"]["tasks"][0]["count"]) == "3+"


@pytest.mark.parametrize(
    ("query", "told"),
    [({"q": "陈"}, True), ({"waited": "5"}, True), ({"unit": "公司"}, False), ({"activity": "paper"}, False)],
)
def test_numbers_are_told_where_an_index_gives_them(desk: Client, query: dict[str, str], told: bool) -> None:
    submitted(PractitionerFactory())
    assert all((tab["count"] is not None) == told for tab in desk.get(QUEUE, query).context["tabs"])


def counts(client: Client) -> list[str]:
    return [str(tab["count"]) for tab in client.get(QUEUE).context["tabs"]]


def test_the_list_is_taken_away_as_it_is_filtered(desk: Client, county: User) -> None:
    first = submitted(PractitionerFactory(), replace(EXAM, title="=1+1", certificate_number="ZJ-2021-0001"))
    second = submitted(PractitionerFactory())
    accepted(PractitionerFactory(), county)
    submitted(PractitionerFactory(organisation=OrganisationFactory(region=region("putuo"))))
    heading, *rows = table(desk, sort="newest")
    assert [row[0] for row in rows] == [second.number, first.number]
    line = dict(zip(heading, rows[1], strict=True))
    person = first.practitioner
    assert line["身份证号后四位"] == "*" * 14 + person.id_last4
    assert (line["名称"], line["证书（文号）编号"], line["状态"]) == ("'=1+1", "ZJ-2021-0001", "待审核")
    assert person.id_number not in str(rows)
    event = Event.objects.get(action="claim.queue_export")
    assert (event.actor_id, event.data) == (county.pk, {"rows": 2, "filters": ["sort", "state"]})
    assert len(table(desk, state="all")) == 4
    assert len(table(desk, state="accepted")) == 2
    assert table(desk, q="没有这人") == [heading]
