"""The turn of the year and 29 February, judged in Shanghai and stored in UTC (fault table of `quality.md`).

Each case is a moment in UTC, the dates that somebody types then, and what the portal makes of them.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.urls import reverse

from accounts.errors import InputError
from registry.commands.claims import ClaimInput, claim_draft, claim_preview
from registry.commands.decisions import claim_accept
from registry.commands.people import PersonInput, practitioner_create
from registry.models import AnnualStanding, Claim, HourEntry, Practitioner
from tests.clients import PortalClient
from tests.factories import AppointmentFactory, OrganisationFactory, UserFactory, make_id_number, make_phone
from tests.registry.conftest import own_media
from tests.registry.people import EXAM, PractitionerFactory, submitted

__all__ = ["own_media"]

FUTURE, NO_NOTICE, TOO_MANY, NO_DATE = "ends_in_future", "no_notice", "more_days_than_dates", "invalid"


@dataclass(frozen=True)
class Case:
    """What is typed at a moment (UTC) and the year it counts in, or the code and field of the refusal."""

    now: str
    started_on: str
    ended_on: str
    year: int | None = None
    refused: tuple[str, str] | None = None
    days: int | None = None


CASES = {
    "the last second of the year": Case("2021-12-31T15:59:59", "2021-12-31", "2021-12-31", 2021),
    "the last second of the year, for tomorrow": Case(
        "2021-12-31T15:59:59", "2021-12-31", "2022-01-01", refused=(FUTURE, "ended_on")
    ),
    "the first second of the year": Case("2021-12-31T16:00:00", "2022-01-01", "2022-01-01", 2022),
    "the first second of the year, for yesterday": Case("2021-12-31T16:00:00", "2021-12-31", "2021-12-31", 2021),
    "the new year while UTC is in the old one": Case("2021-12-31T23:59:59", "2022-01-01", "2022-01-01", 2022),
    "an activity across the turn of the year": Case("2022-01-05T02:00:00", "2021-12-30", "2022-01-02", 2022),
    "the first day of the first notice": Case("2020-12-31T16:00:00", "2020-12-31", "2021-01-01", 2021),
    "the last day before the first notice": Case(
        "2021-09-01T02:00:00", "2020-12-30", "2020-12-31", refused=(NO_NOTICE, "ended_on")
    ),
    "29 February, its first second": Case("2024-02-28T16:00:00", "2024-02-29", "2024-02-29", 2024),
    "29 February, a second too early": Case(
        "2024-02-28T15:59:59", "2024-02-29", "2024-02-29", refused=(FUTURE, "ended_on")
    ),
    "29 February, its last second": Case("2024-02-29T15:59:59", "2024-02-29", "2024-02-29", 2024),
    "29 February of a year without one": Case(
        "2023-03-01T02:00:00", "2023-02-28", "2023-02-29", refused=(NO_DATE, "ended_on")
    ),
    "29 February of a century without one": Case(
        "2100-03-01T02:00:00", "2100-02-28", "2100-02-29", refused=(NO_DATE, "ended_on")
    ),
    "three days in a leap year": Case("2024-03-05T02:00:00", "2024-02-28", "2024-03-01", 2024, days=3),
    "four days in a leap year": Case(
        "2024-03-05T02:00:00", "2024-02-28", "2024-03-01", refused=(TOO_MANY, "quantity"), days=4
    ),
    "two days in another year": Case("2023-03-05T02:00:00", "2023-02-28", "2023-03-01", 2023, days=2),
    "three days in another year": Case(
        "2023-03-05T02:00:00", "2023-02-28", "2023-03-01", refused=(TOO_MANY, "quantity"), days=3
    ),
}


def sent(case: Case) -> dict[str, str]:
    """The form of an exam, or of service in days, as a browser sends it."""
    form = {"token": str(uuid.uuid4()), "started_on": case.started_on, "ended_on": case.ended_on, "title": "跨年活动"}
    amount = {"tier": "national", "quantity": "2"} if case.days is None else {"quantity": str(case.days)}
    return form | amount | {"organiser": "", "certificate_number": "", "note": ""}


@pytest.mark.django_db
@pytest.mark.parametrize("name", CASES)
def test_a_claim_counts_in_the_year_its_activity_ended_in_shanghai(name: str) -> None:
    case = CASES[name]
    person = PractitionerFactory()
    activity = "licence_exam" if case.days is None else "teaching_or_aid"
    with time_machine.travel(f"{case.now}+00:00", tick=False):
        window = PortalClient()
        window.force_login(person.user)
        answer: Any = window.post(reverse("registry:claim_facts", args=[activity]), sent(case))
        if case.refused:
            code, field = case.refused
            errors = answer.context["form"].errors.as_data()
            assert {name: [error.code for error in found] for name, found in errors.items()} == {field: [code]}
            assert not Claim.objects.exists()
        else:
            assert answer.status_code == 302
            claim = Claim.objects.get()
            assert (claim.year, claim.ended_on.isoformat()) == (case.year, case.ended_on)


@pytest.mark.django_db
@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.refused and case.refused[0] != NO_DATE])
def test_the_command_refuses_what_the_form_refuses(name: str) -> None:
    case = CASES[name]
    facts = {"started_on": date.fromisoformat(case.started_on), "ended_on": date.fromisoformat(case.ended_on)}
    data = replace(EXAM, **facts)
    if case.days is not None:
        data = ClaimInput(activity="teaching_or_aid", title="支教", quantity=case.days, **facts)
    person = PractitionerFactory()
    with time_machine.travel(f"{case.now}+00:00", tick=False):
        for act in (
            lambda: claim_preview(data=data),
            lambda: claim_draft(actor=person.user, practitioner=person, data=data, token=uuid.uuid4()),
        ):
            with pytest.raises(InputError) as refused:
                act()
            assert (refused.value.code, refused.value.field) == case.refused


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("handed_in", "decided", "number"),
    [
        ("2021-12-31T15:59:59", "2021-12-31T16:00:00", "SB2021"),
        ("2021-12-31T16:00:00", "2021-12-31T16:00:01", "SB2022"),
        ("2022-01-31T15:59:59", "2022-02-01T02:00:00", "SB2022"),
    ],
)
def test_hours_of_december_are_december_s_whenever_they_are_decided(handed_in: str, decided: str, number: str) -> None:
    reviewer, person = AppointmentFactory().user, PractitionerFactory()
    december = replace(EXAM, started_on=date(2021, 12, 31), ended_on=date(2021, 12, 31))
    with time_machine.travel(f"{handed_in}+00:00", tick=False):
        claim = submitted(person, december)
    with time_machine.travel(f"{decided}+00:00", tick=False):
        claim_accept(actor=reviewer, claim=claim)
    claim.refresh_from_db()
    assert str(claim.number).startswith(number)
    assert claim.submitted_at == datetime.fromisoformat(f"{handed_in}+00:00")
    entry = HourEntry.objects.get()
    assert (entry.year, entry.posted_at) == (2021, datetime.fromisoformat(f"{decided}+00:00"))
    standings = AnnualStanding.objects.values_list("year", "counted_total")
    assert list(standings) == [(2021, Decimal(16))]


@pytest.mark.django_db
def test_moments_are_stored_in_utc() -> None:
    with time_machine.travel("2022-01-01T00:00:00+08:00", tick=False):
        submitted(PractitionerFactory())
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_char(submitted_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') FROM registry_claim")
        assert cursor.fetchone() == ("2021-12-31 16:00:00",)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("now", "year"), [("2021-12-31T15:59:59", 2021), ("2021-12-31T16:00:00", 2022), ("2024-02-28T16:00:00", 2024)]
)
def test_a_new_person_gets_the_standing_of_the_year_it_is_in_shanghai(now: str, year: int) -> None:
    said = PersonInput(
        name="陈海生",
        id_number=make_id_number(birth=date(1992, 2, 29), serial=320),
        phone=make_phone(77_000_200),
        specialty="structure",
        organisation=OrganisationFactory(),
    )
    with time_machine.travel(f"{now}+00:00", tick=False):
        practitioner_create(actor=UserFactory(), person=said)
    assert Practitioner.objects.get().standings.get().year == year
