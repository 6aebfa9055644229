"""Why a class, and a row of its roster, is worth what it is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import Organisation, User
from courses.models import TrainingClass
from registry.models import HourEntry
from tests.courses.made import training_class
from tests.courses.rosters import checked, confirmed, known
from tests.registry.people import PractitionerFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def after_the_class() -> Iterator[None]:
    """The morning after the class ended."""
    with time_machine.travel("2021-10-13T09:00:00+08:00", tick=False):
        yield


@pytest.fixture
def held(unit: Organisation) -> TrainingClass:
    """Two days of eight hours in October 2021."""
    return training_class(organisation=unit, planned_number=3)


def row_url(held: TrainingClass, row: int) -> str:
    return reverse("courses:roster_row_why", args=[held.pk, row])


def text_of(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def test_a_class_tells_clause_days_and_hours_to_everybody(client: Client, held: TrainingClass) -> None:
    url = reverse("courses:class_why", args=[held.pk])
    page = text_of(client, url)
    for said in (
        "每天最高可认定登记8个",
        "二（二）2(3)",
        "按天数最多16学时",
        "16</strong> 学时",
        held.organisation.name,
    ):
        assert said in page, said
    assert url in text_of(client, reverse("courses:class_public", args=[held.pk]))
    assert url in text_of(client, "/classes/?state=all")


def test_a_row_tells_what_it_is_credited_and_when(
    client: Client, held: TrainingClass, organiser: User, city: User
) -> None:
    person = PractitionerFactory(name="王海一")
    roster = checked(held, organiser, [known(held, person, 12)])
    row = roster.rows.get().row
    client.force_login(organiser)
    page = text_of(client, row_url(held, row))
    for said in ("二（二）2(3)", "汇总表所载学时", "12</strong> 学时", "汇总表经市学时办确认后登记"):
        assert said in page, said
    assert row_url(held, row) in text_of(client, f"/classes/{held.pk}/roster/rows/")


def test_a_confirmed_row_leads_on_to_the_year_for_whoever_may_see_it(
    client: Client, held: TrainingClass, organiser: User, city: User
) -> None:
    roster = confirmed(held, organiser, city, [known(held, PractitionerFactory(name="王海一"))])
    row, entry = roster.rows.get().row, HourEntry.objects.get()
    onwards = reverse("compliance:why_entry", args=[entry.practitioner_id, entry.year, entry.pk])
    for user, shown in ((city, True), (organiser, False)):
        client.force_login(user)
        page = text_of(client, row_url(held, row))
        assert "已登记到本人台账" in page
        assert (onwards in page) == shown


def test_a_row_that_is_not_there_has_nothing_to_explain(client: Client, held: TrainingClass, organiser: User) -> None:
    checked(held, organiser, [known(held, PractitionerFactory())])
    client.force_login(organiser)
    assert client.get(row_url(held, 999)).status_code == 404
