"""The review pages ask the database the same number of questions for one row and for thirty."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.test import Client

from accounts.models import User
from registry.models import Practitioner
from tests.factories import AppointmentFactory, OrganisationFactory, region
from tests.registry.people import PractitionerFactory, submitted
from tests.registry.test_findings import CLASS, filed

BACKEND = "accounts.backends.PhoneOrUsernameBackend"
# session, user, appointments, second step, own record (menu), unread messages, notices;
# regions for the filter (city alone); tab counts; rows
COUNTY_QUEUE, CITY_QUEUE = 9, 10
# session, user, appointments, second step, own record, unread messages, notices; the claim, its evidence and steps;
# entries; other claims; the next one; findings: the same files, usual amounts
CLAIM = 16


@pytest.fixture
def queries(client: Client, django_assert_num_queries: Callable[..., object]) -> Callable[[User, str, int], None]:
    """Open a page as this user; it must ask so many questions."""

    def ask(user: User, url: str, number: int) -> None:
        client.force_login(user, backend=BACKEND)
        client.get(url)  # what a process reads once is not the page's
        with django_assert_num_queries(number):
            assert client.get(url).status_code == 200

    return ask


@pytest.mark.parametrize("rows", [1, 30])
def test_the_queue(rows: int, county: User, queries: Callable[[User, str, int], None]) -> None:
    for _ in range(rows):
        submitted(PractitionerFactory())
    queries(county, "/review/", COUNTY_QUEUE)


@pytest.mark.parametrize("rows", [1, 30])
def test_the_citys_queue(rows: int, db: None, queries: Callable[[User, str, int], None]) -> None:
    for number in range(rows):
        unit = OrganisationFactory(region=region("city" if number % 2 else "dinghai"))
        submitted(PractitionerFactory(organisation=unit))
    queries(AppointmentFactory(city=True).user, "/review/?region=all&state=all", CITY_QUEUE)


@pytest.mark.parametrize("rows", [1, 30])
def test_a_claim(rows: int, county: User, person: Practitioner, queries: Callable[[User, str, int], None]) -> None:
    claim = submitted(person)
    for _ in range(rows):
        submitted(person)
    queries(county, f"/review/{claim.pk}/", CLAIM)


def test_a_claim_with_findings(county: User, person: Practitioner, queries: Callable[[User, str, int], None]) -> None:
    """The days around it, the certificate, whose the files are; and one for all the claims that these speak of."""
    data = replace(CLASS, certificate_number="ZJ-2021-0001")
    claim = [filed(person, data, shade=7) for _ in range(6)][0]
    queries(county, f"/review/{claim.pk}/", CLAIM + 4)
