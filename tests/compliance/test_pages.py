"""The annual list and one person's year, as the offices see them."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from office.audit.models import Event
from registry.commands.standing import lock_people, refresh_people
from registry.commands.surnames import sort_key
from registry.models import AnnualStanding, Practitioner
from tests.factories import AppointmentFactory, OrganisationFactory, UserFactory, make_id_number, region
from tests.registry.people import PractitionerFactory, accepted, cpd

BACKEND = "accounts.backends.PhoneOrUsernameBackend"
LIST = "/compliance/standings/"
# session, user, appointments, second step, own record (menu), unread messages, notices; counts; rows;
# for the city also the regions and two checks
COUNTY_LIST, CITY_LIST = 9, 12
# session, user, appointments, second step, own record, unread messages, notices; the person; the year's entries;
# the years with entries; an adjustment; whether the person is still here, the review, the standing, who follows and
# who is first
PERSON_YEAR = 16


@pytest.fixture
def city(db: None) -> User:
    """The city office."""
    return AppointmentFactory(city=True).user


@pytest.fixture
def desk(client: Client, county: User) -> Client:
    """A browser in which 定海's county bureau is signed in."""
    client.force_login(county, backend=BACKEND)
    return client


def engineer(name: str = "", **fields: Any) -> Practitioner:
    """A person with a standing of 2021."""
    if name:
        fields |= {"name": name, "name_sort": sort_key(name)}
    person = PractitionerFactory(**fields)
    lock_people([person.pk])
    refresh_people([person.pk], 2021)
    return person


def meeting(person: Practitioner) -> Practitioner:
    """Make the person's standing one that meets the year, as enough hours would."""
    AnnualStanding.objects.filter(practitioner=person).update(meets=True)
    return person


def listed(client: Client, **query: Any) -> list[Practitioner]:
    return [line["standing"].practitioner for line in client.get(LIST, query).context["lines"]]


def test_a_county_lists_its_people_and_the_city_everybody(client: Client, county: User, city: User) -> None:
    own = engineer("陈一")
    other = engineer("安二", organisation=OrganisationFactory(region=region("putuo")))
    client.force_login(county, backend=BACKEND)
    assert listed(client) == [own]
    assert listed(client, region="putuo") == [own]  # no such filter for a county
    client.force_login(city, backend=BACKEND)
    assert listed(client) == [other, own]
    assert listed(client, region="putuo") == [other]


def test_the_list_is_filtered_and_counted(desk: Client) -> None:
    chen = meeting(engineer("陈海生", title_level="senior", specialty="gas", id_number=make_id_number(serial=9)))
    wang = engineer("王岛")
    for query, found in (
        ({}, [chen, wang]),
        ({"verdict": "met"}, [chen]),
        ({"verdict": "short"}, [wang]),
        ({"level": "senior"}, [chen]),
        ({"specialty": "gas"}, [chen]),
        ({"unit": wang.unit_name}, [wang]),
        ({"q": "陈"}, [chen]),
        ({"q": "wangdao"}, [wang]),
        ({"q": chen.id_last4}, [chen]),
        ({"year": "2021"}, [chen, wang]),
        ({"year": "1066"}, [chen, wang]),
        ({"verdict": "perhaps"}, [chen, wang]),
    ):
        assert listed(desk, **query) == found, query
        numbers = desk.get(LIST, query).context["numbers"]
        assert numbers["all"] == numbers["met"] + numbers["short"] == len(found)


def test_a_row_shows_the_counted_figures_and_what_is_missing(desk: Client, person: Practitioner, county: User) -> None:
    accepted(person, county, cpd("50"), kind="training_certificate")
    (line,) = desk.get(LIST).context["lines"]
    assert [(figure["counted"], figure["deficit"]) for figure in line["figures"]] == [
        (Decimal(36), Decimal(54)),
        (Decimal(36), Decimal(24)),
        (Decimal(0), Decimal(12)),
        (Decimal(0), Decimal(18)),
    ]


def test_the_list_is_paged_by_name(desk: Client) -> None:
    made = sorted((engineer() for _ in range(31)), key=lambda person: (person.name_sort, person.pk))
    first = desk.get(LIST)
    second = desk.get(LIST + first.context["older_url"])
    assert [line["standing"].practitioner for part in (first, second) for line in part.context["lines"]] == made
    back = desk.get(LIST + second.context["newer_url"])
    assert [line["standing"].practitioner for line in back.context["lines"]] == made[:30]


@pytest.mark.parametrize("rows", [1, 30])
def test_the_list_asks_a_constant_number_of_questions(
    client: Client,
    county: User,
    city: User,
    rows: int,
    django_assert_num_queries: Callable[..., Any],
) -> None:
    for _ in range(rows):
        engineer()
    for user, number in ((county, COUNTY_LIST), (city, CITY_LIST)):
        client.force_login(user, backend=BACKEND)
        client.get(LIST)
        with django_assert_num_queries(number):
            assert client.get(LIST).status_code == 200


@pytest.mark.parametrize("rows", [1, 30])
def test_a_persons_year_asks_a_constant_number_of_questions(
    desk: Client,
    county: User,
    person: Practitioner,
    rows: int,
    django_assert_num_queries: Callable[..., Any],
) -> None:
    for _ in range(rows):
        accepted(person, county)
    url = reverse("compliance:person_year", args=[person.pk, 2021])
    desk.get(url)
    with django_assert_num_queries(PERSON_YEAR):
        assert len(desk.get(url).context["shown"].entries) == rows


def test_the_export_is_the_filtered_list_and_leaves_an_audit_row(desk: Client, county: User) -> None:
    engineer("=HYPERLINK(1)", id_number=make_id_number(serial=1))
    meeting(engineer("王岛"))
    response = desk.get("/compliance/standings/export/", {"verdict": "short", "q": "="})
    data = b"".join(response.streaming_content).decode()  # type: ignore[attr-defined]
    assert data.startswith("\ufeff姓名,")
    (row,) = csv.DictReader(io.StringIO(data[1:]))
    assert row["姓名"] == "'=HYPERLINK(1)"
    assert row["身份证号后四位"] == f"{'*' * 14}{make_id_number(serial=1)[-4:]}"
    assert (row["合计学时"], row["合计缺"], row["结论"]) == ("0", "90", "未达标")
    assert "attachment" in response.headers["Content-Disposition"]
    event = Event.objects.get(action="standings.export")
    assert (event.actor, event.data) == (county, {"year": 2021, "rows": 1, "filters": ["q", "verdict"]})


def test_a_persons_year_shows_every_entry_with_its_clause(desk: Client, person: Practitioner, county: User) -> None:
    accepted(person, county, cpd("50"), kind="training_certificate")
    text = desk.get(reverse("compliance:person_year", args=[person.pk, 2021])).content.decode()
    for shown in ("一级建造师继续教育", "二（二）2(1)", "每年度最多计入36学时", person.id_masked):
        assert shown in text
    assert person.id_number not in text
    assert person.phone not in text


@pytest.mark.parametrize("year", [0, 2020, 2022, 99999])
def test_a_year_without_notice_or_to_come_is_not_found(desk: Client, person: Practitioner, year: int) -> None:
    assert desk.get(f"/compliance/standings/{person.pk}/{year}/").status_code == 404


def test_a_person_of_another_region_is_not_found(desk: Client) -> None:
    other = engineer(organisation=OrganisationFactory(region=region("putuo")))
    assert desk.get(reverse("compliance:person_year", args=[other.pk, 2021])).status_code == 404


@pytest.mark.parametrize("url", [LIST, "/compliance/standings/export/", "/compliance/standings/{pk}/2021/"])
def test_who_reviews_nothing_has_no_such_page(client: Client, person: Practitioner, url: str) -> None:
    organiser = AppointmentFactory(organiser=True, organisation=person.organisation).user
    for user in (person.user, organiser, AppointmentFactory(sysadmin=True).user, UserFactory()):
        client.force_login(user, backend=BACKEND)
        assert client.get(url.format(pk=person.pk)).status_code == 404
    client.force_login(AppointmentFactory(employer_admin=True, organisation=person.organisation).user, backend=BACKEND)
    assert client.get(url.format(pk=person.pk)).status_code == (200 if "{pk}" in url else 404)  # the own people's year
    assert not Event.objects.filter(action="standings.export").exists()


@pytest.mark.parametrize("typed", [make_id_number(serial=78), "138 0000 0005"])
def test_a_whole_id_number_or_phone_is_not_repeated(desk: Client, typed: str) -> None:
    text = desk.get(LIST, {"q": typed}).content.decode()
    assert typed not in text
    assert typed.replace(" ", "+") not in text
    assert "请勿在此输入完整的身份证号或手机号码" in text
