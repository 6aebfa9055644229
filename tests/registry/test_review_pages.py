"""The reviewer's way through the queue: finding a claim, judging it, deciding, and undoing a decision."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from registry.commands.claims import ClaimInput
from registry.commands.decisions import claim_accept, claim_refuse, claim_return
from registry.commands.surnames import sort_key
from registry.models import Claim, HourEntry, Practitioner
from registry.states import ClaimState
from tests.factories import AppointmentFactory, OrganisationFactory, UserFactory, make_id_number, make_phone, region
from tests.registry.people import PractitionerFactory, accepted, cpd, draft, submitted

BACKEND = "accounts.backends.PhoneOrUsernameBackend"
QUEUE = "/review/"


@pytest.fixture
def desk(client: Client, county: User) -> Client:
    """A browser in which 定海's county bureau is signed in."""
    client.force_login(county, backend=BACKEND)
    return client


@pytest.fixture
def city(db: None) -> User:
    """The city office."""
    return AppointmentFactory(city=True).user


def municipal() -> Practitioner:
    """An engineer of a municipal unit."""
    return PractitionerFactory(organisation=OrganisationFactory(region=region("city")))


def claims_on(client: Client, **query: Any) -> list[Claim]:
    return [line["claim"] for line in client.get(QUEUE, query).context["lines"]]


def page_of(claim: Claim) -> str:
    return reverse("registry:review_claim", args=[claim.pk])


def decide(client: Client, claim: Claim, decision: str, reason: str = "", query: str = "", **fields: Any) -> Any:
    url = reverse("registry:review_decide", args=[claim.pk]) + query
    return client.post(url, {"decision": decision, "reason": reason, **fields})


def test_the_queue_counts_each_state_and_each_count_is_its_lists_length(
    desk: Client,
    person: Practitioner,
    county: User,
) -> None:
    submitted(person)
    accepted(person, county)
    claim_return(actor=county, claim=submitted(person), reason="请补充")
    claim_refuse(actor=county, claim=submitted(person), reason="不属于学时")
    draft(person)
    tabs = desk.get(QUEUE).context["tabs"]
    assert [(tab["label"], tab["count"]) for tab in tabs] == [
        ("待审核", 1),
        ("已认定", 1),
        ("已退回", 1),
        ("不予认定", 1),
        ("已撤销认定", 0),
        ("全部", 4),
    ]
    for tab in tabs:
        assert len(desk.get(QUEUE + tab["url"]).context["lines"]) == tab["count"], tab["label"]


def test_a_county_sees_its_region_alone(desk: Client) -> None:
    own, other = submitted(PractitionerFactory()), submitted(municipal())
    assert claims_on(desk) == [own]
    assert desk.get(page_of(own)).status_code == 200
    for name in ("review_claim", "review_decide", "review_reverse"):
        assert desk.get(reverse(f"registry:{name}", args=[other.pk])).status_code == 404
    assert decide(desk, other, "accept").status_code == 404


def test_the_city_sees_all_and_decides_its_own(client: Client, city: User) -> None:
    client.force_login(city, backend=BACKEND)
    county_claim, own = submitted(PractitionerFactory()), submitted(municipal())
    assert claims_on(client) == [own]
    lines = client.get(QUEUE, {"region": "all"}).context["lines"]
    assert [(line["claim"], line["read_only"]) for line in lines] == [(county_claim, True), (own, False)]
    assert claims_on(client, region="dinghai") == [county_claim]
    response = client.get(page_of(county_claim))
    assert not response.context["decidable"]
    assert "只读" in response.content.decode()
    assert decide(client, county_claim, "accept").status_code == 403
    assert decide(client, own, "accept").status_code == 302
    county_claim.refresh_from_db()
    assert county_claim.state == ClaimState.SUBMITTED


@pytest.mark.parametrize("name", ["review_queue", "review_claim", "review_decide", "review_reverse"])
def test_who_does_not_review_has_no_such_page(client: Client, person: Practitioner, name: str) -> None:
    claim = submitted(person)
    url = reverse(f"registry:{name}", args=[] if name == "review_queue" else [claim.pk])
    for user in (person.user, AppointmentFactory(auditor=True).user, UserFactory()):
        client.force_login(user, backend=BACKEND)
        assert client.get(url).status_code == 404
        assert client.post(url, {"decision": "accept"}).status_code in (404, 405)
    claim.refresh_from_db()
    assert claim.state == ClaimState.SUBMITTED


def test_nobody_reviews_their_own_claim(client: Client, county: User) -> None:
    person = PractitionerFactory(user=county)
    claim = submitted(person)
    client.force_login(county, backend=BACKEND)
    assert claims_on(client, state="all") == []
    assert client.get(page_of(claim)).status_code == 404


def test_the_queue_is_filtered_and_searched(desk: Client) -> None:
    name = "陈海生"
    chen = PractitionerFactory(name=name, name_sort=sort_key(name), id_number=make_id_number(serial=77))
    exam = submitted(chen)
    course = submitted(PractitionerFactory(), cpd("20"), kind="training_certificate")
    last_year = ClaimInput(
        activity="computer_exam",
        quantity=1,
        title="计算机考试",
        started_on=date(2021, 1, 5),
        ended_on=date(2021, 1, 5),
    )
    module = submitted(PractitionerFactory(), last_year, kind="exam_result")
    for query, found in (
        ({"activity": "licence_cpd"}, [course]),
        ({"category": "general_public"}, []),
        ({"category": "professional"}, [exam, course, module]),
        ({"year": "2021"}, [exam, course, module]),
        ({"unit": chen.unit_name}, [exam]),
        ({"q": exam.number}, [exam]),
        ({"q": str(exam.number)[2:]}, [exam]),
        ({"q": "陈海"}, [exam]),
        ({"q": "chenhai"}, [exam]),
        ({"q": "Chen Hai"}, [exam]),
        ({"q": "海生"}, []),
        ({"q": chen.id_last4}, [exam]),
        ({"sort": "newest"}, [module, course, exam]),
        ({"q": "SB20210000000"}, []),
    ):
        assert claims_on(desk, **query) == found, query


@pytest.mark.parametrize("typed", [make_id_number(serial=78), make_phone(5), "330902 19850615 1571"])
def test_a_whole_id_number_or_phone_is_not_searched_for_nor_repeated(desk: Client, typed: str) -> None:
    submitted(PractitionerFactory())
    text = desk.get(QUEUE, {"q": typed}).content.decode()
    assert typed not in text
    assert typed.replace(" ", "+") not in text
    assert "请勿在此输入完整的身份证号或手机号码" in text


def test_the_queue_is_paged_by_key_oldest_first(desk: Client) -> None:
    person = PractitionerFactory()
    made = [submitted(person).pk for _ in range(31)]
    first = desk.get(QUEUE)
    assert [line["claim"].pk for line in first.context["lines"]] == made[:30]
    second = desk.get(QUEUE + first.context["older_url"])
    assert [line["claim"].pk for line in second.context["lines"]] == made[30:]
    back = desk.get(QUEUE + second.context["newer_url"])
    assert [line["claim"].pk for line in back.context["lines"]] == made[:30]


def test_waiting_days_are_calendar_days_in_shanghai(desk: Client) -> None:
    with time_machine.travel("2021-08-31T23:59:59+08:00", tick=False):
        submitted(PractitionerFactory())
    assert desk.get(QUEUE).context["lines"][0]["days"] == 1


def test_a_claim_shows_what_it_is_worth_and_what_it_makes_of_the_year(
    desk: Client,
    person: Practitioner,
    county: User,
) -> None:
    accepted(person, county, cpd("30"), kind="training_certificate")
    claim = submitted(person, cpd("20", title="另一次继续教育"), kind="training_certificate")
    response = desk.get(page_of(claim))
    figures = {figure.name: (figure.now, figure.after) for figure in response.context["outlook"].figures}
    assert figures["合计"] == figures["专业科目"] == (Decimal(30), Decimal(36))
    assert [cap.cap for cap in response.context["outlook"].new_caps] == [Decimal(36)]
    text = response.content.decode()
    evidence = claim.evidence.get()
    address = reverse("registry:evidence_page", args=[claim.pk, evidence.pk, 1])
    assert f'src="{address}"' in text
    assert evidence.sha256_hex[:12] in text
    assert claim.explanation in text
    assert "二（二）2(1)" in text
    assert person.id_number not in text
    assert person.phone not in text
    assert person.id_masked in text
    assert "一级建造师继续教育" in text  # the earlier claim


def test_accepting_posts_the_hours_and_goes_on_to_the_next(desk: Client, person: Practitioner) -> None:
    first, second = submitted(person), submitted(PractitionerFactory())
    response = decide(desk, first, "accept", go_on="on")
    assert response.headers["Location"] == page_of(second)
    first.refresh_from_db()
    assert first.state == ClaimState.ACCEPTED
    assert HourEntry.objects.get(practitioner=person).hours == Decimal(16)
    response = decide(desk, second, "accept", go_on="on")
    assert response.headers["Location"] == QUEUE
    assert "已全部办理" in desk.get(QUEUE).content.decode()


def test_going_on_stays_within_the_list_one_came_from(desk: Client) -> None:
    exam, _other, course = (
        submitted(PractitionerFactory(), cpd("20"), kind="training_certificate"),
        submitted(PractitionerFactory()),
        submitted(PractitionerFactory(), cpd("10"), kind="training_certificate"),
    )
    response = decide(desk, exam, "return", "请补充", query="?activity=licence_cpd&state=submitted", go_on="on")
    assert response.headers["Location"] == page_of(course) + "?activity=licence_cpd"
    response = decide(desk, course, "refuse", "不属于", query="?activity=licence_cpd")
    assert response.headers["Location"] == QUEUE + "?activity=licence_cpd"


@pytest.mark.parametrize("decision", ["return", "refuse"])
def test_a_return_and_a_refusal_need_a_reason(desk: Client, person: Practitioner, decision: str) -> None:
    claim = submitted(person)
    response = decide(desk, claim, decision, "  ")
    assert response.status_code == 422
    errors = response.context["form"].errors.as_data()
    assert {name: [error.code for error in found] for name, found in errors.items()} == {"reason": ["reason_missing"]}
    assert "#id_reason" in response.content.decode()
    assert decide(desk, claim, decision, "成绩单看不清").status_code == 302
    claim.refresh_from_db()
    assert claim.state == {"return": ClaimState.RETURNED, "refuse": ClaimState.REFUSED}[decision]
    assert claim.steps.last().reason == "成绩单看不清"


@pytest.mark.parametrize(
    "fields",
    [{"decision": "eat"}, {"decision": ""}, {"decision": "accept", "reason": "字" * 501}],
)
def test_a_form_that_makes_no_sense_decides_nothing(desk: Client, person: Practitioner, fields: dict[str, str]) -> None:
    claim = submitted(person)
    assert desk.post(reverse("registry:review_decide", args=[claim.pk]), fields).status_code == 422
    claim.refresh_from_db()
    assert claim.state == ClaimState.SUBMITTED


def test_who_comes_second_is_told_who_was_first_and_when(desk: Client, person: Practitioner) -> None:
    colleague = AppointmentFactory(user__display_name="王科长").user
    claim = submitted(person)
    claim_accept(actor=colleague, claim=claim)
    response = decide(desk, claim, "refuse", "不属于学时")
    assert response.status_code == 409
    text = response.content.decode()
    assert "王科长" in text
    assert "2021年9月1日 10:00" in text
    claim.refresh_from_db()
    assert claim.state == ClaimState.ACCEPTED


def test_asking_for_the_address_of_a_decision_shows_the_claim(desk: Client, person: Practitioner) -> None:
    claim = submitted(person)
    response = desk.get(reverse("registry:review_decide", args=[claim.pk]))
    assert response.headers["Location"] == page_of(claim)


def test_an_accepted_claim_is_undone_for_a_reason(desk: Client, person: Practitioner, county: User) -> None:
    claim = accepted(person, county)
    url = reverse("registry:review_reverse", args=[claim.pk])
    assert url in desk.get(page_of(claim)).content.decode()
    assert "冲销" in desk.get(url).content.decode()
    response = desk.post(url, {"reason": ""})
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["reason"]
    assert desk.post(url, {"reason": "成绩系他人"}).headers["Location"] == page_of(claim)
    claim.refresh_from_db()
    assert claim.state == ClaimState.REVERSED
    assert sum(entry.hours for entry in HourEntry.objects.filter(practitioner=person)) == 0
    assert desk.get(url).headers["Location"] == page_of(claim)


def test_the_city_undoes_a_countys_decision(client: Client, city: User, person: Practitioner, county: User) -> None:
    claim = accepted(person, county)
    client.force_login(city, backend=BACKEND)
    assert client.post(reverse("registry:review_reverse", args=[claim.pk]), {"reason": "抽查不符"}).status_code == 302
    claim.refresh_from_db()
    assert claim.state == ClaimState.REVERSED


def test_the_dashboards_numbers_are_the_lengths_of_their_lists(client: Client, city: User, county: User) -> None:
    submitted(PractitionerFactory())
    submitted(municipal())
    PractitionerFactory()
    for user in (city, county):
        client.force_login(user, backend=BACKEND)
        tasks = client.get("/").context["office"]["tasks"]
        queue, short = tasks[0], tasks[1]
        assert queue["count"] == len(client.get(queue["url"]).context["lines"]) == 1
        assert short["count"] == len(client.get(short["url"]).context["lines"])


def test_a_claim_waiting_since_last_year_is_still_found(client: Client, person: Practitioner, county: User) -> None:
    claim = submitted(person)
    with time_machine.travel("2022-03-01T10:00:00+08:00", tick=False):
        client.force_login(county, backend=BACKEND)
        line = client.get(QUEUE).context["lines"][0]
        assert line["claim"] == claim
        assert timedelta(days=line["days"]) == timezone.localdate() - date(2021, 9, 1)
