"""What if: a person's year with activities that are not in it. The engine's figures, and nothing written."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from hours_rules import credit, notice_for
from office.audit.models import Event
from registry.commands import ledger
from registry.models import AnnualStanding, Claim, EntrySource, HourEntry, Practitioner
from tests.access.world import footprint
from tests.compliance.explained import cpd, facts_of, posted
from tests.courses.made import training_class

BACKEND = "accounts.backends.PhoneOrUsernameBackend"
TRIAL = "/compliance/trial/"
EXAM = "licence_exam~national~2~~~2021-05-23"
PAPER = "paper~core~1~~~2021-08-01"
CPD = "licence_cpd~~~20~~2021-08-01"
NOTICE = notice_for(date(2021, 6, 1))


@pytest.fixture
def own(client: Client, person: Practitioner) -> Client:
    """A browser in which the engineer is signed in."""
    client.force_login(person.user, backend=BACKEND)
    return client


def years(own: Client, *items: str) -> list[Any]:
    response = own.get(TRIAL, {"item": items})
    assert response.status_code == 200
    return [one["shown"] for one in response.context["years"]]


def after(year: Any) -> dict[str, Decimal]:
    return {figure.name: figure.after for figure in year.figures}


def written() -> tuple[Any, ...]:
    """Everything that a trial must leave as it is."""
    return (*footprint(), list(AnnualStanding.objects.order_by("pk").values()), Event.objects.count())


def test_without_anything_to_try_it_shows_the_year_as_it_is(own: Client, person: Practitioner, county: User) -> None:
    posted(county, person, cpd("20"))
    (year,) = years(own)
    assert (year.year.year, year.lines) == (2021, ())
    assert after(year) == {"合计": 20, "专业科目": 20, "行业公需科目": 0, "一般公需科目": 0}


def test_several_at_once_within_the_cap_and_what_is_missing_after(
    own: Client, person: Practitioner, county: User
) -> None:
    posted(county, person, cpd("30"))
    before = written()
    (year,) = years(own, EXAM, CPD, PAPER)
    assert [(line.hours, line.counted) for _, line in year.lines] == [(16, 16), (20, 6), (8, 8)]
    assert [trial.credit.clause for trial, _ in year.lines] == ["二（二）1", "二（二）2(1)", "二（二）5(2)"]
    professional = year.figures[1]
    assert (professional.now, professional.after, professional.missing_after) == (30, 60, 0)
    assert written() == before


@pytest.mark.parametrize("activity", NOTICE.activities)
def test_every_activity_can_be_tried_and_is_worth_what_the_notice_says(own: Client, activity: str) -> None:
    facts = facts_of(NOTICE.activities[activity])
    given = {"tier": facts.tier, "quantity": facts.quantity, "hours": facts.hours, "days": facts.days}
    typed = {name: value for name, value in given.items() if value is not None}
    url = reverse("compliance:trial_facts", args=[activity])
    assert own.get(url).status_code == 200
    answer = own.get(url, {**typed, "ended_on": "2021-12-20", "add": "1", "item": [PAPER]})
    codes = parse_qs(urlsplit(answer.headers["Location"]).query)["item"]
    assert codes[0] == PAPER
    (year,) = years(own, *codes)
    assert year.lines[1][1].hours == credit(facts, NOTICE).hours


def test_a_trial_is_the_ledger_that_it_would_become(own: Client, person: Practitioner, county: User) -> None:
    """Tried before, posted after: the same figures."""
    every = [facts_of(rule) for rule in NOTICE.activities.values()]
    codes = [
        "~".join(str(part or "") for part in (one.code, one.tier, one.quantity, one.hours, one.days, "2021-06-30"))
        for one in [cpd("33"), *every]
    ]
    (year,) = years(own, *codes)
    posted(county, person, cpd("33"), *every)
    standing = AnnualStanding.objects.get(practitioner=person, year=2021)
    names = ("total", "professional", "industry_public", "general_public")
    assert [figure.after for figure in year.figures] == [getattr(standing, f"counted_{name}") for name in names]


def test_days_to_come_count_in_their_own_year(own: Client) -> None:
    years_shown = years(own, "paper~core~1~~~2022-03-01", EXAM)
    assert [(one.year.year, after(one)["合计"]) for one in years_shown] == [(2021, 16), (2022, 8)]


def test_a_class_is_tried_from_its_own_page(own: Client) -> None:
    held = training_class()
    page = own.get(reverse("courses:class_public", args=[held.pk])).content.decode()
    assert f"{TRIAL}?item=class~{held.pk}" in page
    assert f"{TRIAL}?item=class~{held.pk}" in own.get("/classes/?state=all").content.decode()
    (year,) = years(own, f"class~{held.pk}", f"class~{held.pk}")
    assert [(trial.title, line.counted) for trial, line in year.lines] == [(held.title, held.hours)]
    assert year.lines[0][0].credit.clause == "二（二）2(3)"


def test_a_class_in_the_ledger_already_adds_nothing(own: Client, person: Practitioner, county: User) -> None:
    held = training_class()
    entry = ledger.NewEntry(
        practitioner=person,
        year=held.last_day.year,
        activity=facts_of(NOTICE.activities["training_class"]),
        notice=NOTICE,
        source=EntrySource.ROSTER,
        source_id=1,
        facts={"title": held.title, "class": held.pk},
    )
    ledger.post(actor=county, entries=[entry])
    (year,) = years(own, f"class~{held.pk}")
    assert (year.lines, [trial.title for trial in year.known]) == ((), [held.title])


def test_a_visitor_is_offered_no_trial(client: Client, db: None) -> None:
    held = training_class()
    assert TRIAL not in client.get(reverse("courses:class_public", args=[held.pk])).content.decode()


def test_from_a_trial_one_goes_on_to_claim_with_the_facts(own: Client) -> None:
    response = own.get(TRIAL, {"item": [EXAM, "paper~core~1~~~2021-12-01"]})
    claim, later = (line["claim_url"] for line in response.context["years"][0]["lines"])
    assert later == ""  # it has not ended
    form = own.get(claim).context["form"]
    shown = {name: form[name].value() for name in ("tier", "quantity", "ended_on")}
    assert shown == {"tier": "national", "quantity": "2", "ended_on": "2021-05-23"}
    assert not Claim.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"quantity": "0"}, "quantity", "not_positive"),
        ({"quantity": "1.5"}, "quantity", "not_whole"),
        ({"quantity": ""}, "quantity", "missing_quantity"),
        ({"tier": "galactic"}, "tier", "unknown_tier"),
        ({"ended_on": "2020-12-31"}, "ended_on", "no_notice"),
        ({"ended_on": "2023-01-01"}, "ended_on", "too_far"),
        ({"ended_on": "2021-02-30"}, "ended_on", "invalid"),
    ],
)
def test_a_mistake_is_told_at_its_field(own: Client, changes: dict[str, str], field: str, code: str) -> None:
    typed = {"tier": "national", "quantity": "2", "ended_on": "2021-05-23", "add": "1"} | changes
    response = own.get(reverse("compliance:trial_facts", args=["licence_exam"]), typed)
    assert response.status_code == 422
    errors = response.context["form"].errors.as_data()
    assert {name: [error.code for error in found] for name, found in errors.items()} == {field: [code]}


@pytest.mark.parametrize(
    "code",
    [
        "",
        "~",
        "sleeping~~1~~~2021-05-23",
        "licence_exam~national~0~~~2021-05-23",
        "licence_exam~national~2",
        "licence_exam~national~2~~~2020-05-23",
        "class~",
        "class~0",
        "class~99999999999999999999",
        "class~1~2",
        "class~²",
        "paper~core~1~~~\x00",
    ],
)
def test_an_address_that_means_nothing_is_left_aside(own: Client, code: str) -> None:
    response = own.get(TRIAL, {"item": [code, EXAM]})
    assert "没有计入" in response.content.decode()
    assert after(response.context["years"][0]["shown"])["合计"] == 16


def test_a_trial_asks_the_same_whatever_is_in_the_ledger(own: Client, person: Practitioner, county: User) -> None:
    own.get(TRIAL)
    asked = []
    for more in (1, 29):
        posted(county, person, *[cpd("1")] * more)
        with CaptureQueriesContext(connection) as queries:
            own.get(TRIAL, {"item": [EXAM, PAPER]})
        asked.append(len(queries))
    assert HourEntry.objects.count() == 30
    assert asked == [QUERIES, QUERIES]


# session, user, appointments; own record; notices; the year's entries, an adjustment; classes; unread messages
QUERIES = 9
