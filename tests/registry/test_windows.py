"""The registration window at every door: refused with the dates, opened again for one person, kind to the returned."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.errors import Forbidden, InputError
from accounts.models import User
from office.audit.models import Event
from office.messages.models import Message
from registry.commands.claims import claim_draft, claim_submit, claim_update, claim_withdraw
from registry.commands.decisions import claim_return
from registry.commands.evidence import evidence_add
from registry.commands.windows import MOST_DAYS, window_close, window_reopen
from registry.commands.yearly import window_set
from registry.models import Claim, Practitioner, WindowReopening
from registry.states import ClaimState
from tests.clients import PortalClient
from tests.factories import AppointmentFactory
from tests.registry.people import EXAM, PractitionerFactory, draft, submitted, upload

OPEN, LAST, CLOSED = "2021-09-01T10:00:00+08:00", "2022-01-31T23:59:59+08:00", "2022-02-01T00:00:00+08:00"
LATER = date(2022, 3, 15)
LIST, NEW = (reverse(f"registry:reopening_{name}", args=[2021]) for name in ("list", "new"))
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def autumn_2021() -> Iterator[Any]:
    """A clock that the test may turn; it starts in the autumn of 2021."""
    with time_machine.travel(OPEN, tick=False) as clock:
        yield clock


def _turn(clock: Any, moment: str) -> None:
    clock.move_to(moment)


@pytest.fixture
def city() -> User:
    return AppointmentFactory(city=True).user


@pytest.fixture
def desk(client: PortalClient, city: User, person: Practitioner, autumn_2021: Any) -> Client:
    """The city office's browser, once the year is over (signed in then: a session of the autumn would have ended)."""
    _turn(autumn_2021, CLOSED)
    client.force_login(city)
    return client


def _ready(person: Practitioner) -> Claim:
    claim = draft(person)
    evidence_add(actor=person.user, claim=claim, kind="exam_result", upload=upload(shade=claim.pk), token=uuid4())
    return claim


def test_it_closes_with_the_last_second_of_its_last_day(person: Practitioner, autumn_2021: Any) -> None:
    first, second = _ready(person), _ready(person)
    _turn(autumn_2021, LAST)
    assert claim_submit(actor=person.user, claim=first).state == ClaimState.SUBMITTED
    _turn(autumn_2021, CLOSED)
    with pytest.raises(InputError) as refused:
        claim_submit(actor=person.user, claim=second)
    assert (refused.value.code, refused.value.field) == ("window_closed", "ended_on")
    assert "2021年1月1日至2022年1月31日" in refused.value.message
    second.refresh_from_db()
    assert (second.state, second.number) == (ClaimState.DRAFT, None)


def test_after_it_nothing_new_is_drafted_or_moved_into_the_year(person: Practitioner, autumn_2021: Any) -> None:
    _turn(autumn_2021, CLOSED)
    with pytest.raises(InputError, match="已截止"):
        draft(person)
    this_year = replace(EXAM, started_on=date(2022, 1, 8), ended_on=date(2022, 1, 9))
    claim = draft(person, this_year)
    with pytest.raises(InputError, match="2021年度"):
        claim_update(actor=person.user, claim=claim, data=EXAM)
    assert Claim.objects.get().year == 2022


def test_before_it_opens_a_claim_is_prepared_and_not_handed_in(
    person: Practitioner, city: User, autumn_2021: Any
) -> None:
    window_set(actor=city, year=2021, opens_on=date(2021, 10, 1), closes_on=date(2022, 1, 31), reason="年度通知")
    claim = _ready(person)
    with pytest.raises(InputError) as refused:
        claim_submit(actor=person.user, claim=claim)
    assert refused.value.code == "window_not_open"
    assert "2021年10月1日" in refused.value.message
    _turn(autumn_2021, "2021-10-01T00:00:00+08:00")
    assert claim_submit(actor=person.user, claim=claim).state == ClaimState.SUBMITTED


def test_what_was_returned_may_be_mended_and_handed_in_after_it(
    person: Practitioner, county: User, autumn_2021: Any
) -> None:
    claim = submitted(person)
    _turn(autumn_2021, CLOSED)
    claim_return(actor=county, claim=claim, reason="缺成绩单")
    claim = claim_update(actor=person.user, claim=claim, data=replace(EXAM, title="2021年度一级造价工程师考试"))
    assert claim_submit(actor=person.user, claim=claim).state == ClaimState.SUBMITTED


def test_the_office_opens_it_again_for_one_person_who_is_told(
    person: Practitioner, city: User, autumn_2021: Any
) -> None:
    other = PractitionerFactory()
    _turn(autumn_2021, CLOSED)
    for _ in range(2):  # asked for twice is done once
        window_reopen(actor=city, practitioner=person, year=2021, until=LATER, reason="援建期间未能申报")
    claim = _ready(person)
    assert claim_submit(actor=person.user, claim=claim).state == ClaimState.SUBMITTED
    with pytest.raises(InputError, match="已截止"):
        draft(other)
    with pytest.raises(InputError, match="2020"):
        draft(person, replace(EXAM, started_on=date(2020, 5, 1), ended_on=date(2020, 5, 1)))
    event = Event.objects.get(action="window.reopen")
    assert (event.reason, event.after) == ("援建期间未能申报", "2022-03-15")
    assert "2022年3月15日" in Message.objects.get(recipient=person.user, kind="window.reopened").body
    _turn(autumn_2021, "2022-03-16T00:00:00+08:00")
    with pytest.raises(InputError, match="已截止"):
        draft(person)


def test_a_reopening_ends_when_it_is_closed(person: Practitioner, city: User, autumn_2021: Any) -> None:
    _turn(autumn_2021, CLOSED)
    row = window_reopen(actor=city, practitioner=person, year=2021, until=LATER, reason="援建")
    for _ in range(2):
        row = window_close(actor=city, reopening=row)
    assert row.closed_by == city
    assert Event.objects.filter(action="window.close").count() == 1
    with pytest.raises(InputError, match="已截止"):
        draft(person)


@pytest.mark.parametrize(
    ("year", "until", "reason", "code", "field"),
    [
        (2020, LATER, "援建", "year_without_notice", "year"),
        (2021, date(2022, 1, 31), "援建", "until_past", "until"),
        (2021, date(2022, 2, 1) + timedelta(days=MOST_DAYS + 1), "援建", "until_far", "until"),
        (2022, date(2022, 3, 1), "援建", "still_open", "until"),
        (2021, LATER, "  ", "reason_missing", "reason"),
        (2021, LATER, "x" * 301, "too_long", "reason"),
        (2021, LATER, "他的号码是13800000001", "personal", "reason"),
    ],
)
def test_a_wrong_reopening_names_its_field(
    person: Practitioner, city: User, autumn_2021: Any, year: int, until: date, reason: str, code: str, field: str
) -> None:
    _turn(autumn_2021, CLOSED)
    with pytest.raises(InputError) as refused:
        window_reopen(actor=city, practitioner=person, year=year, until=until, reason=reason)
    assert (refused.value.code, refused.value.field) == (code, field)
    assert not WindowReopening.objects.exists()


def test_only_the_city_office_opens_and_nobody_for_themselves(
    person: Practitioner, county: User, autumn_2021: Any
) -> None:
    _turn(autumn_2021, CLOSED)
    AppointmentFactory(city=True, user=person.user)
    for actor in (county, person.user):
        with pytest.raises(Forbidden):
            window_reopen(actor=actor, practitioner=person, year=2021, until=LATER, reason="援建")


@pytest.mark.parametrize(
    ("change", "field", "says"),
    [
        ({"id_number": "１２３"}, "id_number", "18位"),
        ({"id_number": "330902198506150013"}, "id_number", "校验位"),
        ({"name": "别人"}, "name", "不一致"),
        ({"until": "2022-13-01"}, "until", "不正确"),
        ({"until": "2022-01-01"}, "until", "不能早于今天"),
        ({"reason": ""}, "reason", "请写明理由"),
    ],
)
def test_the_form_names_what_is_wrong(
    desk: Client, person: Practitioner, change: dict[str, str], field: str, says: str
) -> None:
    good = {"id_number": person.id_number, "name": person.name, "until": "2022-03-15", "reason": "援建"}
    answer = desk.post(NEW, {**good, **change})
    assert answer.status_code == 422
    assert says in answer.context["form"].errors[field][0]
    assert not WindowReopening.objects.exists()


def test_the_pages_open_list_export_and_close(desk: Client, person: Practitioner) -> None:
    spaced = " ".join((person.id_number[:6], person.id_number[6:14], person.id_number[14:]))
    good = {"id_number": spaced, "name": person.name, "until": "2022-03-15", "reason": "援建"}
    assert desk.post(NEW, good).status_code == 302
    unknown = PractitionerFactory.build(organisation=None, region=None, user=None).id_number
    assert "没有登记" in desk.post(NEW, {**good, "id_number": unknown}).content.decode()
    shown = desk.get(LIST).content.decode()
    assert person.name in shown
    assert person.id_number not in shown
    for query, there in ((f"q={person.id_last4}", True), ("q=无此人", False), ("state=over", False)):
        assert (person.name in desk.get(f"{LIST}?{query}").content.decode()) is there
    assert desk.get(f"{LIST}?state=nothing").status_code == 422
    table = b"".join(desk.get(reverse("registry:reopening_export", args=[2021]))).decode("utf-8-sig")
    assert "援建" in table
    assert person.id_number not in table
    desk.post(reverse("registry:reopening_close", args=[2021, WindowReopening.objects.get().pk]))
    assert "已结束" in desk.get(LIST).content.decode()
    of_person = desk.get(f"{NEW}?person={person.pk}").content.decode()
    assert "身份证号后四位" not in of_person
    assert person.name in of_person
    for wrong in ("x", "999999", "9" * 30):
        assert desk.get(f"{NEW}?person={wrong}").status_code == 404


def test_the_list_asks_the_same_for_one_and_thirty(desk: Client, city: User, django_assert_num_queries: Any) -> None:
    desk.get(LIST)
    for many in (1, 30):
        while WindowReopening.objects.count() < many:
            window_reopen(actor=city, practitioner=PractitionerFactory(), year=2021, until=LATER, reason="援建")
        with django_assert_num_queries(9):
            desk.get(LIST)


def test_practitioners_see_when_they_may_claim(person: Practitioner, city: User, autumn_2021: Any) -> None:
    _turn(autumn_2021, CLOSED)
    engineer, page = PortalClient(), reverse("registry:claim_new")
    engineer.force_login(person.user)
    assert "已截止" in engineer.get(page).content.decode()
    window_reopen(actor=city, practitioner=person, year=2021, until=LATER, reason="援建")
    assert "已为您重新开放" in engineer.get(page).content.decode()


def test_whoever_withdraws_after_it_is_warned(engineer: Client, person: Practitioner, autumn_2021: Any) -> None:
    claim = submitted(person)
    address = reverse("registry:claim_withdraw", args=[claim.pk])
    assert "不能重新申报" not in engineer.get(address).content.decode()
    _turn(autumn_2021, CLOSED)
    later = PortalClient()
    later.force_login(person.user)
    assert "不能重新申报" in later.get(address).content.decode()
    claim_withdraw(actor=person.user, claim=claim)
    with pytest.raises(InputError, match="已截止"):
        claim_draft(actor=person.user, practitioner=person, data=EXAM, token=uuid4())
