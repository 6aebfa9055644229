"""Every figure of hours tells where it comes from, and what its page adds up is the figure."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from hours_rules import Activity, notice_for
from registry.commands import ledger
from registry.commands.adjustments import AdjustmentInput, adjustment_approve, adjustment_enter
from registry.commands.claims import claim_withdraw
from registry.models import AnnualStanding, Claim, EntrySource, HourEntry, Practitioner
from tests.compliance.explained import cpd, facts_of, posted
from tests.factories import AppointmentFactory, OrganisationFactory, region
from tests.registry import people
from tests.registry.people import PractitionerFactory, accepted, submitted

BACKEND = "accounts.backends.PhoneOrUsernameBackend"
NOTICE = notice_for(date(2021, 6, 1))
FIGURES = ("total", "professional", "industry_public", "general_public")
CELL = re.compile(r'data-label="(登记|计入)" class="num">(?:<strong>)?(-?[\d.]+)')


# session, user, appointments; notices; the person or the line; the year's entries, an adjustment; own record (menu),
# unread messages
QUERIES = {"figure": 9, "entry": 9}


@pytest.fixture
def own(client: Client, person: Practitioner) -> Client:
    """A browser in which the engineer is signed in."""
    client.force_login(person.user, backend=BACKEND)
    return client


def figure_url(person: Practitioner, code: str) -> str:
    return reverse("compliance:why_figure", args=[person.pk, 2021, code])


def entry_url(entry: HourEntry) -> str:
    return reverse("compliance:why_entry", args=[entry.practitioner_id, entry.year, entry.pk])


def claim_page(own: Client, claim: Claim) -> str:
    return text_of(own, reverse("registry:claim_why", args=[claim.pk]))


def text_of(own: Client, url: str) -> str:
    response = own.get(url)
    assert response.status_code == 200
    return response.content.decode()


def columns(page: str) -> dict[str, list[Decimal]]:
    """The figures that the table of lines prints, by column; the last of each is its sum."""
    found: dict[str, list[Decimal]] = {"登记": [], "计入": []}
    for name, figure in CELL.findall(page):
        found[name].append(Decimal(figure))
    return found


@pytest.fixture
def full(person: Practitioner, county: User) -> Practitioner:
    """Two lines of every activity that there is, a cap overrun, and a line that was reversed."""
    every = [facts_of(rule) for rule in NOTICE.activities.values()]
    lines = posted(county, person, cpd("30"), *every, *every, cpd("20.5"))
    ledger.reverse(actor=county, entry=lines[3], reason="证书编号与原件不符")
    return person


@pytest.mark.parametrize("code", FIGURES)
def test_the_printed_lines_add_up_to_the_figure_of_the_standing(own: Client, full: Practitioner, code: str) -> None:
    """The standing is written by the SQL statement; the page is printed from `compose` and `shares`."""
    standing = AnnualStanding.objects.get(practitioner=full, year=2021)
    printed = columns(text_of(own, figure_url(full, code)))
    for name, kind in (("登记", "recorded"), ("计入", "counted")):
        *lines, total = printed[name]
        assert sum(lines) == total == getattr(standing, f"{kind}_{code}"), (code, name)


@pytest.mark.parametrize("activity", NOTICE.activities)
def test_a_line_tells_facts_clause_rule_and_hours(
    own: Client, person: Practitioner, county: User, activity: str
) -> None:
    rule = NOTICE.activities[activity]
    (entry,) = posted(county, person, facts_of(rule))
    page = text_of(own, entry_url(entry))
    for said in (rule.text, rule.clause, entry.facts["explanation"], NOTICE.id, "计入2021年度"):
        assert said in page, said
    if rule.tiers:
        assert rule.tiers[0].name in page
    assert page.count(f"{entry.hours.normalize():f}</strong> 学时") == 2  # credited, and counted in full


def test_a_capped_line_names_what_used_the_cap(own: Client, person: Practitioner, county: User) -> None:
    first, second = posted(county, person, cpd("30"), cpd("20"))
    page = text_of(own, entry_url(second))
    assert "每年度最多计入36学时" in page
    assert "此前登记的已计入30学时，还可计入6学时" in page
    assert "超过年度上限的14学时不计入" in page
    assert f'href="{entry_url(first)}"' in page
    assert "登记30学时，计入30学时" in page
    assert "此前没有登记同类学时" in text_of(own, entry_url(first))


def test_what_was_reversed_counts_nothing_and_frees_the_cap(own: Client, person: Practitioner, county: User) -> None:
    first, second = posted(county, person, cpd("30"), cpd("20"))
    undoing = ledger.reverse(actor=county, entry=first, reason="证书编号与原件不符")
    for line in (first, undoing):
        page = text_of(own, entry_url(line))
        assert "已冲销，不计入年度学时" in page
        assert "证书编号与原件不符" in page
    assert own.get(entry_url(second)).context["chain"].place.line.counted == Decimal(20)


def test_the_total_is_its_categories_and_tells_the_verdict(own: Client, full: Practitioner) -> None:
    page = text_of(own, figure_url(full, "total"))
    for code in FIGURES[1:]:
        assert figure_url(full, code) in page
    for entry in HourEntry.objects.filter(practitioner=full):
        assert entry_url(entry) in page
    assert "还差" in page
    assert "未达标" in page


def test_an_adjusted_minimum_is_named_with_its_authority(own: Client, person: Practitioner) -> None:
    data = AdjustmentInput(2021, {"professional": Decimal(30)}, "浙人社发〔2021〕1号", "援派")
    row = adjustment_enter(actor=AppointmentFactory(city=True).user, practitioner=person, data=data)
    adjustment_approve(actor=AppointmentFactory(city=True).user, adjustment=row)
    page = text_of(own, figure_url(person, "professional"))
    assert "不少于60学时，此人该年度调整为30学时" in page
    assert "浙人社发〔2021〕1号" in page
    assert (
        "调整为" not in text_of(own, figure_url(person, "general_public")).split("最低要求和结论")[1].split("<div")[0]
    )


def test_the_ledger_and_the_first_page_lead_to_every_explanation(
    own: Client, person: Practitioner, county: User
) -> None:
    entries = posted(county, person, cpd("30"), Activity("computer_exam", quantity=1))
    page, home = text_of(own, "/ledger/2021/"), text_of(own, "/")
    for code in FIGURES:
        assert figure_url(person, code) in page
        assert figure_url(person, code) in home
    for entry in entries:
        assert entry_url(entry) in page


def test_the_lists_of_offices_lead_to_it(client: Client, person: Practitioner, county: User) -> None:
    claim = submitted(person)
    posted(county, person, cpd("30"))
    client.force_login(county, backend=BACKEND)
    for url in ("/compliance/standings/", f"/compliance/standings/{person.pk}/2021/"):
        assert figure_url(person, "total") in text_of(client, url), url
    why = reverse("registry:claim_why", args=[claim.pk])
    for url in ("/review/", reverse("registry:review_claim", args=[claim.pk])):
        assert why in text_of(client, url), url


def test_an_old_ledgers_line_is_ones_own_and_counts_nowhere(client: Client, person: Practitioner, county: User) -> None:
    (line,) = ledger.post(
        actor=county,
        entries=[
            ledger.NewEntry(
                practitioner=person,
                year=2019,
                activity=Activity("training_class", hours=Decimal(24)),
                notice=None,
                source=EntrySource.HISTORY,
                source_id=1,
                facts={"title": "2019年度学时台账"},
            )
        ],
    )
    client.force_login(person.user, backend=BACKEND)
    assert "未按本通知折算，不计入任何年度的组成" in text_of(client, entry_url(line))
    assert entry_url(line) in text_of(client, "/ledger/2021/")
    client.force_login(county, backend=BACKEND)
    assert client.get(entry_url(line)).status_code == 404


@pytest.mark.parametrize("year", [0, 1999, 2020, 2022, 99999, 10**20])
def test_a_year_without_a_figure_has_nothing_to_explain(own: Client, person: Practitioner, year: int) -> None:
    assert own.get(f"/compliance/why/{person.pk}/{year}/total/").status_code == 404
    assert own.get(f"/compliance/why/{person.pk}/{year}/lines/1/").status_code == 404


def test_no_other_figure_is_explained(own: Client, person: Practitioner) -> None:
    assert own.get(f"/compliance/why/{person.pk}/2021/meets/").status_code == 404


@pytest.mark.parametrize("name", QUERIES)
def test_an_explanation_asks_the_same_for_one_line_and_thirty(
    own: Client, person: Practitioner, county: User, name: str
) -> None:
    (entry,) = posted(county, person, cpd("2"))
    url = figure_url(person, "total") if name == "figure" else entry_url(entry)
    own.get(url)
    asked = []
    for more in (0, 29):
        posted(county, person, *[cpd("2")] * more)
        with CaptureQueriesContext(connection) as queries:
            own.get(url)
        asked.append(len(queries))
    assert asked == [QUERIES[name], QUERIES[name]]


def test_a_claim_tells_what_it_would_count_and_what_it_does(client: Client, person: Practitioner, county: User) -> None:
    accepted(person, county, people.cpd("30"), kind="training_certificate")
    waiting = submitted(person, people.cpd("20"), kind="training_certificate")
    client.force_login(person.user, backend=BACKEND)
    page = claim_page(client, waiting)
    assert "认定后计入学时" in page
    assert "还可计入6学时" in page
    claim_withdraw(actor=person.user, claim=waiting)
    assert "申报已撤回，没有登记" in claim_page(client, waiting)
    assert "连同本项" not in claim_page(client, Claim.objects.get(state="accepted"))


def test_an_office_that_does_not_keep_the_person_is_told_no_other_titles(
    client: Client, person: Practitioner, county: User
) -> None:
    accepted(person, county, people.cpd("30", "旧证书继续教育"), kind="training_certificate")
    waiting = submitted(person, people.cpd("20"), kind="training_certificate")
    away = OrganisationFactory(region=region("putuo"))
    Practitioner.objects.filter(pk=person.pk).update(organisation=away, region=away.region)
    client.force_login(county, backend=BACKEND)
    page = claim_page(client, waiting)
    assert "还可计入6学时" in page
    assert "旧证书继续教育" not in page


def test_a_stranger_is_told_nothing(client: Client, person: Practitioner, county: User) -> None:
    (entry,) = posted(county, person, cpd("30"))
    client.force_login(PractitionerFactory().user, backend=BACKEND)
    answers: list[Any] = [client.get(url) for url in (entry_url(entry), figure_url(person, "total"))]
    assert [answer.status_code for answer in answers] == [404, 404]
