"""The public page of a certificate adds up: every sum it prints is the figure it certifies."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from compliance.commands.reviews import review_pass
from compliance.models import Certificate
from compliance.queries.workings import workings_of
from hours_rules import Activity, notice_for
from registry.commands import ledger
from registry.models import Practitioner
from tests.compliance.certified import issued
from tests.compliance.explained import cpd, facts_of, posted

pytestmark = pytest.mark.django_db
NOTICE = notice_for(date(2021, 6, 1))
SUM = re.compile(r"([\d.]+(?:＋[\d.]+)*)＝([\d.]+)")
PUBLIC = (
    Activity("general_public_course", hours=Decimal(18)),
    Activity("industry_public_course", hours=Decimal("12.5")),
)


@pytest.fixture
def made(county: User, person: Practitioner) -> Certificate:
    """A year with every activity, a cap overrun and a line reversed."""
    every = [facts_of(rule) for rule in NOTICE.activities.values()]
    lines = posted(county, person, *PUBLIC, cpd("30"), *every, cpd("20.5"))
    ledger.reverse(actor=county, entry=lines[5], reason="证书编号与原件不符")
    review_pass(actor=county, practitioner=person, year=2021)
    return issued(person)


def test_every_printed_sum_is_right_and_is_the_certified_figure(made: Certificate) -> None:
    (year,) = made.content["years"]
    said = workings_of(year)
    figures = {row["name"]: row for row in year["figures"]}
    assert [sentence.split("：")[0] for sentence in said] == ["专业科目", "行业公需科目", "一般公需科目", "合计"]
    for sentence in said:
        row = figures[sentence.split("：")[0]]
        found = SUM.search(sentence)
        assert found is not None
        parts, whole = found.groups()
        assert sum(Decimal(part) for part in parts.split("＋")) == Decimal(whole)
        assert whole == row["counted" if row["code"] == "total" else "recorded"]
    assert "58学时计入36学时" in said[0]


def test_whoever_checks_it_sees_the_working_without_signing_in(client: Client, made: Certificate) -> None:
    page = client.get(reverse("certificates:public", args=[made.code])).content.decode()
    for sentence in workings_of(made.content["years"][0]):
        assert sentence in page
