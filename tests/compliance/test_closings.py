"""Closing an office's year: when it may be done, what is frozen, and what supersedes it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date
from typing import Any

import openpyxl
import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from accounts.errors import Forbidden, InputError
from accounts.models import User
from compliance.commands.closings import year_close
from compliance.commands.reviews import review_fail, review_pass
from compliance.models import YearClosing
from office.audit.models import Event
from office.messages.models import Message
from registry.commands import ledger
from registry.commands.surnames import sort_key
from registry.models import Practitioner, RegistrationWindow
from tests.compliance.signing import GENERAL, MORE, REASON, WHOLE, meeting, post
from tests.factories import AppointmentFactory, OrganisationFactory, region
from tests.registry.people import PractitionerFactory
from tests.units.at_once import at_once

pytestmark = pytest.mark.django_db
BACKEND = "accounts.backends.PhoneOrUsernameBackend"
AFTER = "2022-02-01T10:00:00+08:00"
CLOSE = "/compliance/standings/closings/2021/dinghai/close/"


@pytest.fixture
def city(db: None) -> User:
    """The city office."""
    return AppointmentFactory(city=True).user


@pytest.fixture
def year(county: User) -> dict[str, Practitioner]:
    """定海's people of 2021: two who meet it, one who does not; and one who meets it elsewhere."""
    names = {"passed": "安一", "failed": "陈二", "short": "郑三"}
    people = {key: PractitionerFactory(name=name, name_sort=sort_key(name)) for key, name in names.items()}
    for key, person in people.items():
        post(person, county, *((GENERAL,) if key == "short" else WHOLE))
    meeting(county, organisation=OrganisationFactory(region=region("putuo")))
    return people


@pytest.fixture
def february(year: dict[str, Practitioner]) -> Iterator[Any]:
    """The morning after the window of 2021 closed."""
    with time_machine.travel(AFTER, tick=False) as clock:
        yield clock


def decide(county: User, people: dict[str, Practitioner]) -> None:
    review_pass(actor=county, practitioner=people["passed"], year=2021)
    review_fail(actor=county, practitioner=people["failed"], year=2021, reason=REASON)


def close(actor: User, code: str = "dinghai") -> YearClosing:
    return year_close(actor=actor, region=region(code), year=2021)


@pytest.mark.parametrize(
    ("moment", "decided", "said"),
    [
        ("2021-12-31T23:59:59+08:00", True, "2021年度尚未结束"),
        ("2022-01-31T23:59:59+08:00", True, "登记时间至2022年1月31日"),
        (AFTER, False, "还有2名达标人员未审核"),
    ],
)
def test_a_year_is_closed_once_it_is_over_and_decided(
    county: User, year: dict[str, Practitioner], moment: str, decided: bool, said: str
) -> None:
    with time_machine.travel(moment, tick=False):
        if decided:
            decide(county, year)
        with pytest.raises(InputError) as refused:
            close(county)
    assert (refused.value.code, said in refused.value.message) == ("not_to_be_closed", True)
    assert not YearClosing.objects.exists()


def test_a_longer_window_is_waited_for(county: User, year: dict[str, Practitioner], february: Any) -> None:
    decide(county, year)
    RegistrationWindow.objects.create(
        year=2021, opens_on=date(2021, 1, 1), closes_on=date(2022, 3, 31), reason="延长登记"
    )
    with pytest.raises(InputError) as refused:
        close(county)
    assert "登记时间至2022年3月31日" in refused.value.message


def test_only_the_own_office_closes_its_year(
    county: User, city: User, year: dict[str, Practitioner], february: Any
) -> None:
    decide(county, year)
    for actor in (city, AppointmentFactory(region=region("putuo")).user, AppointmentFactory(auditor=True).user):
        with pytest.raises(Forbidden):
            close(actor)
    assert close(county).region == region()


def test_what_is_frozen(county: User, city: User, year: dict[str, Practitioner], february: Any) -> None:
    decide(county, year)
    made = YearClosing.objects.get(pk=close(county).pk)
    numbers = {name: made.figures[name] for name in ("people", "met", "passed", "failed", "undecided", "adjusted")}
    assert numbers == {"people": 3, "met": 2, "passed": 1, "failed": 1, "undecided": 1, "adjusted": 0}
    assert [(row[1], row[6], row[10], row[11], row[12], row[14]) for row in made.rows] == [
        ("安一", "90", "达标", "审核通过", "2022-02-01", ""),
        ("陈二", "90", "达标", "审核不通过", "2022-02-01", REASON),
        ("郑三", "18", "未达标", "未审核", "", ""),
    ]
    assert {unit: people for unit, people, *_ in made.figures["units"]} == {
        person.unit_name: 1 for person in year.values()
    }
    assert made.is_intact
    event = Event.objects.get(action="year.close")
    assert (event.after, event.data["rows"], event.data["sha256"]) == (made.number, 3, made.sha256)
    assert Message.objects.get(kind="review.closed").recipient == city


def test_nobody_changes_a_statement_and_a_change_would_be_found(
    county: User, year: dict[str, Practitioner], february: Any
) -> None:
    decide(county, year)
    made = close(county)
    for statement in ("UPDATE compliance_yearclosing SET number = 'x'", "DELETE FROM compliance_yearclosing"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    made.rows[0][6] = "91"
    assert not made.is_intact


def test_asked_twice_is_one_statement_and_a_change_makes_the_next(
    county: User, year: dict[str, Practitioner], february: Any
) -> None:
    decide(county, year)
    first = close(county)
    assert close(county) == first
    february.shift(60)
    ledger.reverse(actor=county, entry=year["passed"].entries.first(), reason="证书无效")
    with pytest.raises(InputError) as refused:
        close(county)
    assert "审核后有变动且不再达标" in refused.value.message
    review_fail(actor=county, practitioner=year["passed"], year=2021, reason="补足后再审")
    second = close(county)
    assert (second.sequence, second.supersedes, second.figures["failed"]) == (2, first, 2)
    first.refresh_from_db()
    assert (first.superseded_by, first.figures["failed"], first.is_intact) == (second, 1, True)


@pytest.mark.django_db(transaction=True)
def test_closed_by_two_at_once_is_one_statement() -> None:
    first, second = AppointmentFactory().user, AppointmentFactory().user
    AppointmentFactory(city=True)
    person = meeting(first)
    with time_machine.travel(AFTER, tick=False):
        review_pass(actor=first, practitioner=person, year=2021)
        made = at_once([lambda: close(first), lambda: close(second)])
    assert made[0] == made[1] == YearClosing.objects.get()


@pytest.fixture
def desk(client: Client, county: User, year: dict[str, Practitioner], february: Any) -> Client:
    """A browser of 定海's county bureau, everybody decided."""
    decide(county, year)
    client.force_login(county, backend=BACKEND)
    return client


def test_from_the_button_to_the_documents(desk: Client, county: User) -> None:
    assert "办结2021年度" in desk.get("/compliance/standings/progress/", {"year": 2021}).content.decode()
    assert "办结并形成汇总表" in desk.get(CLOSE).content.decode()
    led_to = desk.post(CLOSE).headers["Location"]
    made = YearClosing.objects.get()
    assert led_to == reverse("compliance:closing", args=[made.pk])
    text = desk.get(led_to).content.decode()
    for shown in (made.number, made.sha256, "定海区2021年度建设工程专业技术人员继续教育学时审核汇总表"):
        assert shown in text
    assert "不用重新办结" in desk.get(CLOSE).content.decode()
    assert desk.get(f"{led_to}pdf/").content.startswith(b"%PDF")
    book = openpyxl.load_workbook(io.BytesIO(desk.get(f"{led_to}xlsx/").content))
    cells = [cell for row in book.worksheets[0].iter_rows(values_only=True) for cell in row if cell]
    assert {"安一", "陈二", "郑三", f"编号：{made.number}", f"数据校验值（SHA-256）：{made.sha256}"} <= set(cells)
    exports = Event.objects.filter(action="year.closing_export", actor=county)
    assert [event.data["form"] for event in exports.order_by("pk")] == ["pdf", "xlsx"]


def test_a_change_afterwards_shows_on_every_page_until_the_next_statement(
    desk: Client, county: User, year: dict[str, Practitioner], february: Any
) -> None:
    first = close(county)
    february.shift(60)
    post(year["passed"], county, MORE)
    url = reverse("compliance:closing", args=[first.pk])
    assert "办结后审核有变动" in desk.get(url).content.decode()
    assert "重新办结" in desk.get("/compliance/standings/progress/", {"year": 2021}).content.decode()
    answer = desk.post(CLOSE)
    assert (answer.status_code, "还有1名达标人员未审核" in answer.content.decode()) == (422, True)
    review_pass(actor=county, practitioner=year["passed"], year=2021)
    desk.post(CLOSE)
    assert "本表已被替代" in desk.get(url).content.decode()
    shown = {
        query: desk.get("/compliance/standings/closings/", {"standing": query})
        for query in ("", "stands", "superseded")
    }
    numbers = {query: [one.number for one in page.context["closings"]] for query, page in shown.items()}
    assert numbers == {
        "": ["NS20210102", "NS20210101"],
        "stands": ["NS20210102"],
        "superseded": ["NS20210101"],
    }
    data = b"".join(desk.get("/compliance/standings/closings/export/").streaming_content).decode()  # type: ignore[attr-defined]
    assert [row["替代"] for row in csv.DictReader(io.StringIO(data[1:]))] == ["", "NS20210102"]


def test_statements_are_the_own_offices_and_all_the_citys(
    client: Client, county: User, city: User, year: dict[str, Practitioner], february: Any
) -> None:
    decide(county, year)
    made = close(county)
    far = AppointmentFactory(region=region("putuo")).user
    for user, status in ((city, 200), (county, 200), (far, 404)):
        client.force_login(user, backend=BACKEND)
        for name in ("closing", "closing_pdf", "closing_xlsx"):
            assert client.get(reverse(f"compliance:{name}", args=[made.pk])).status_code == status
        listed = client.get("/compliance/standings/closings/").context["closings"]
        assert listed == ([made] if status == 200 else [])
    client.force_login(city, backend=BACKEND)
    assert client.get(CLOSE).status_code == 404
    assert client.get("/compliance/standings/closings/", {"region": "putuo"}).context["closings"] == []
