"""Minimums of one's own for a year: two people of the city office, never one's own, and the verdict follows at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.errors import Conflict, Forbidden, InputError
from accounts.models import User
from compliance.commands.annual_check import annual_check_run
from office.audit.models import Event
from office.messages.models import Message
from registry.adjustment_states import AdjustmentState
from registry.commands import changes
from registry.commands.adjustments import (
    AdjustmentInput,
    adjustment_approve,
    adjustment_decline,
    adjustment_enter,
    adjustment_revoke,
    adjustment_withdraw,
)
from registry.commands.changes import Change
from registry.models import Adjustment, AnnualStanding, Practitioner
from registry.queries.adjustments import to_approve, visible_to
from registry.queries.years import year_of
from tests.clients import PortalClient
from tests.factories import AppointmentFactory
from tests.registry.people import PractitionerFactory, accepted

pytestmark = pytest.mark.django_db
LEAST = {"total": Decimal(16), "professional": Decimal(16), "industry_public": Decimal(0), "general_public": Decimal(0)}
DATA = AdjustmentInput(2021, LEAST, "浙人社发〔2021〕1号", "援派西藏")
LIST, NEW = reverse("registry:adjustment_list"), reverse("registry:adjustment_new")


@pytest.fixture
def city() -> User:
    return AppointmentFactory(city=True).user


@pytest.fixture
def second() -> User:
    return AppointmentFactory(city=True).user


@pytest.fixture
def entered(person: Practitioner, city: User) -> Adjustment:
    return adjustment_enter(actor=city, practitioner=person, data=DATA)


def standing(person: Practitioner) -> AnnualStanding:
    return AnnualStanding.objects.get(practitioner=person, year=2021)


def test_the_verdict_follows_the_approval_and_its_end_in_the_same_transaction(
    person: Practitioner, county: User, city: User, second: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[Change] = []
    accepted(person, county)  # 16 hours, professional
    monkeypatch.setattr(changes, "_listeners", [heard.append])
    row = adjustment_enter(actor=city, practitioner=person, data=DATA)
    assert (standing(person).meets, standing(person).adjusted, heard) == (False, False, [])
    adjustment_approve(actor=second, adjustment=row)
    now = standing(person)
    assert (now.meets, now.adjustment_id, now.deficit_total) == (True, row.pk, 0)
    assert year_of(person, 2021).composition.meets
    adjustment_revoke(actor=city, adjustment=row, reason="文件废止")
    assert (standing(person).meets, standing(person).adjusted, standing(person).deficit_total) == (False, False, 74)
    assert heard == [Change(2021, added=(), changed=(person.pk,), moved=())] * 2
    assert annual_check_run(year=2021).drift == 0
    kinds = list(Message.objects.filter(recipient=person.user, kind__startswith="adj").values_list("kind", flat=True))
    assert sorted(kinds) == ["adjustment.approved", "adjustment.revoked"]
    told = Message.objects.get(recipient=person.user, kind="adjustment.approved").body
    assert "专业科目16学时" in told and "浙人社发〔2021〕1号" in told
    actions = Event.objects.filter(action__startswith="adjustment.").order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["adjustment.enter", "adjustment.approve", "adjustment.revoke"]


def test_it_takes_two_people_and_neither_is_the_person(
    person: Practitioner, city: User, second: User, county: User, entered: Adjustment
) -> None:
    for decide in (adjustment_approve, _declined):
        with pytest.raises(Conflict, match="提出人以外") as refused:
            decide(actor=city, adjustment=entered)
        assert refused.value.code == "second_person"
        with pytest.raises(Forbidden):
            decide(actor=county, adjustment=entered)
    for who in (city, second):
        own = PractitionerFactory(user=who)
        with pytest.raises(Forbidden):
            adjustment_enter(actor=who, practitioner=own, data=DATA)
    about_second = adjustment_enter(actor=city, practitioner=second.practitioner, data=DATA)
    for decide in (adjustment_approve, _declined):
        with pytest.raises(Forbidden):
            decide(actor=second, adjustment=about_second)
    assert list(to_approve(second)) == [entered]
    assert not to_approve(city).exists()
    assert not Adjustment.objects.filter(state=AdjustmentState.APPROVED).exists()


def _declined(*, actor: User, adjustment: Adjustment) -> Adjustment:
    return adjustment_decline(actor=actor, adjustment=adjustment, reason="文件不适用")


def test_the_same_asked_for_twice_is_done_once(
    person: Practitioner, city: User, second: User, entered: Adjustment
) -> None:
    assert adjustment_enter(actor=city, practitioner=person, data=DATA) == entered
    for _ in range(2):
        assert adjustment_approve(actor=second, adjustment=entered).state == AdjustmentState.APPROVED
    for _ in range(2):
        assert adjustment_revoke(actor=second, adjustment=entered, reason="有误").state == AdjustmentState.REVOKED
    assert Event.objects.filter(action__startswith="adjustment.").count() == 3
    again = adjustment_enter(actor=city, practitioner=person, data=DATA)
    for _ in range(2):
        assert adjustment_withdraw(actor=city, adjustment=again).state == AdjustmentState.WITHDRAWN
    third = adjustment_enter(actor=city, practitioner=person, data=DATA)
    for _ in range(2):
        assert _declined(actor=second, adjustment=third).state == AdjustmentState.DECLINED
    assert Message.objects.get(recipient=city, kind="adjustment.declined").body.endswith("文件不适用")


def test_a_person_has_one_of_a_year_at_a_time(
    person: Practitioner, city: User, second: User, entered: Adjustment
) -> None:
    other = replace(DATA, reason="病假")
    with pytest.raises(Conflict, match="待复核"):
        adjustment_enter(actor=second, practitioner=person, data=other)
    adjustment_approve(actor=second, adjustment=entered)
    with pytest.raises(Conflict, match="须先撤销"):
        adjustment_enter(actor=city, practitioner=person, data=DATA)
    with pytest.raises(Conflict, match="生效") as refused:
        _declined(actor=AppointmentFactory(city=True).user, adjustment=entered)
    assert refused.value.code == "state_moved"
    with pytest.raises(Forbidden):
        adjustment_withdraw(actor=second, adjustment=entered)


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"year": 2020}, "year_without_notice", "year"),
        ({"year": 2022}, "year_to_come", "year"),
        ({"minimums": {"total": Decimal("90.1")}}, "minimum_wrong", "minimum_total"),
        ({"minimums": {"professional": Decimal("-1")}}, "minimum_wrong", "minimum_professional"),
        ({"minimums": {"professional": Decimal("1.25")}}, "minimum_wrong", "minimum_professional"),
        ({"minimums": {"professional": Decimal("NaN")}}, "minimum_wrong", "minimum_professional"),
        ({"minimums": {}}, "nothing_adjusted", "minimum_total"),
        ({"minimums": {"total": Decimal(90)}}, "nothing_adjusted", "minimum_total"),
        ({"authority": " "}, "authority_missing", "authority"),
        ({"authority": "字" * 301}, "too_long", "authority"),
        ({"reason": ""}, "reason_missing", "reason"),
        ({"reason": "手机13800138000"}, "personal", "reason"),
    ],
)
def test_what_is_wrong_names_its_field(
    change: dict[str, Any], code: str, field: str, person: Practitioner, city: User
) -> None:
    with pytest.raises(InputError) as refused:
        adjustment_enter(actor=city, practitioner=person, data=replace(DATA, **change))
    assert (refused.value.code, refused.value.field) == (code, field)
    assert not Adjustment.objects.exists()


def test_others_see_only_what_is_in_force_of_people_they_see(
    person: Practitioner, county: User, second: User, entered: Adjustment
) -> None:
    stranger = PractitionerFactory().user
    assert [list(visible_to(user)) for user in (second, person.user, county)] == [[entered], [], []]
    adjustment_approve(actor=second, adjustment=entered)
    assert [list(visible_to(user)) for user in (person.user, county, stranger)] == [[entered], [entered], []]


@pytest.fixture
def sign_in(client: PortalClient) -> Iterator[Callable[[User], Client]]:
    def signed_in(user: User) -> Client:
        client.force_login(user)
        return client

    yield signed_in


def test_the_pages_enter_approve_and_show_it_beside_every_verdict(
    sign_in: Callable[[User], Client], person: Practitioner, county: User, city: User, second: User
) -> None:
    accepted(person, county)
    typed = {"year": "2021", **{f"minimum_{name}": f"{hours}" for name, hours in LEAST.items()}}
    good = typed | {"authority": DATA.authority, "reason": DATA.reason}
    desk = sign_in(city)
    number = {"id_number": person.id_number, "name": person.name}
    assert desk.post(NEW, good).status_code == 422
    assert desk.post(NEW, {**good, **number, "minimum_total": "91"}).status_code == 422
    row_url = desk.post(NEW, good | number).headers["Location"]
    assert "待另一人复核" in desk.get(row_url).content.decode()
    act = reverse("registry:adjustment_act", args=[Adjustment.objects.get().pk])
    assert "提出人以外" in desk.post(act, {"act": "approve"}, follow=True).content.decode()
    desk = sign_in(second)
    assert f"{LIST}?state=mine" in desk.get("/").content.decode()
    assert person.name in desk.get(f"{LIST}?state=mine").content.decode()
    assert "请写明理由" in desk.post(act, {"act": "decline"}).content.decode()
    assert desk.post(act, {"act": "nonsense"}).status_code == 422
    desk.post(act, {"act": "approve"})
    assert LIST not in desk.get("/").content.decode()
    person_year = reverse("compliance:person_year", args=[person.pk, 2021])
    for url in (person_year, reverse("compliance:annual_list")):
        assert "最低学时已调整" in desk.get(url).content.decode()
    export = b"".join(desk.get(reverse("compliance:annual_export"))).decode("utf-8-sig")
    assert "合计16学时、专业科目16学时" in export and DATA.authority in export
    table = b"".join(desk.get(reverse("registry:adjustment_export"))).decode("utf-8-sig")
    assert DATA.reason in table and person.id_number not in table
    own = sign_in(person.user)
    for url in ("/", reverse("registry:ledger_year", args=[2021])):
        shown = own.get(url).content.decode()
        assert "最低学时已调整" in shown and DATA.authority in shown and DATA.reason in shown


def test_a_unit_sees_the_authority_and_not_the_reason(
    sign_in: Callable[[User], Client], person: Practitioner, second: User, entered: Adjustment
) -> None:
    adjustment_approve(actor=second, adjustment=entered)
    admin = AppointmentFactory(employer_admin=True, organisation=person.organisation).user
    shown = sign_in(admin).get(reverse("compliance:person_year", args=[person.pk, 2021])).content.decode()
    assert DATA.authority in shown and DATA.reason not in shown
    assert "最低学时已调整" in sign_in(admin).get(reverse("units:people_year")).content.decode()


def test_the_list_is_filtered_and_asks_the_same_for_one_and_thirty(
    sign_in: Callable[[User], Client],
    city: User,
    person: Practitioner,
    entered: Adjustment,
    django_assert_num_queries: Any,
) -> None:
    desk = sign_in(city)
    for query, there in (
        (f"q={person.id_last4}", True),
        ("q=无此人", False),
        ("state=revoked", False),
        ("year=2021", True),
    ):
        assert (person.name in desk.get(f"{LIST}?{query}").content.decode()) is there
    assert desk.get(f"{LIST}?state=nothing").status_code == 422
    assert desk.get(f"{NEW}?person=x").status_code == 404
    assert person.name in desk.get(f"{NEW}?person={person.pk}").content.decode()
    for more in (0, 29):
        for _ in range(more):
            adjustment_enter(actor=city, practitioner=PractitionerFactory(), data=DATA)
        with django_assert_num_queries(8):
            desk.get(LIST)
