"""Lists of the practitioner ask the database the same number of questions for one row and for thirty."""

from __future__ import annotations

import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from registry.commands.claims import claim_submit
from registry.commands.evidence import evidence_add
from registry.models import Practitioner
from tests.registry.people import accepted, draft, upload

LISTS = {
    "/claims/": 8,
    "/ledger/2021/": 11,
    "/": 14,
}


def _asked(engineer: Client, url: str) -> list[str]:
    with CaptureQueriesContext(connection) as queries:
        assert engineer.get(url).status_code == 200
    return [query["sql"] for query in queries.captured_queries]


@pytest.mark.parametrize(("url", "count"), LISTS.items())
def test_a_list_asks_the_same_for_one_row_and_thirty(
    engineer: Client,
    person: Practitioner,
    county: User,
    url: str,
    count: int,
) -> None:
    accepted(person, county)
    draft(person)
    engineer.get(url)  # the first visit also writes when the session was last seen
    few = _asked(engineer, url)
    for _ in range(29):
        accepted(person, county)
        draft(person)
    many = _asked(engineer, url)
    assert len(few) == len(many) == count, "\n".join(many)


def test_a_claim_asks_the_same_for_any_number_of_files(engineer: Client, person: Practitioner, county: User) -> None:
    claim = accepted(person, county)
    url = reverse("registry:claim_detail", args=[claim.pk])
    engineer.get(url)
    few = _asked(engineer, url)
    more = draft(person)
    for shade in range(30, 35):
        evidence_add(actor=person.user, claim=more, kind="exam_result", upload=upload(shade=shade), token=uuid.uuid4())
    claim_submit(actor=person.user, claim=more)
    many = _asked(engineer, reverse("registry:claim_detail", args=[more.pk]))
    assert len(few) == len(many) == 9
