"""Which years are checked, by hand and by night, and once per night however often beat asks."""

from __future__ import annotations

import io

import pytest
import time_machine
from django.core.management import CommandError, call_command

from accounts.errors import Forbidden, InputError
from accounts.models import User
from compliance.commands.annual_check import annual_check_request, annual_check_run, years_due
from compliance.commands.exports import standings_exported
from compliance.tasks import nightly_annual_check
from office.audit.models import Event
from office.jobs.models import Job
from registry.models import AnnualStanding, Practitioner
from tests.factories import AppointmentFactory, UserFactory

NO_NOTICE, TO_COME = "year_without_notice", "year_to_come"


@pytest.fixture
def city(db: None) -> User:
    """The city office."""
    return AppointmentFactory(city=True).user


@pytest.mark.parametrize(
    ("year", "code"),
    [
        (-1, NO_NOTICE),
        (0, NO_NOTICE),
        (2020, NO_NOTICE),
        (2022, TO_COME),
        (9999, TO_COME),
        (10_000, NO_NOTICE),
        (10**20, NO_NOTICE),
    ],
)
def test_no_year_is_checked_that_has_no_notice_or_has_not_begun(
    year: int, code: str, city: User, person: Practitioner
) -> None:
    for check in (lambda: annual_check_request(actor=city, year=year), lambda: annual_check_run(year=year)):
        with pytest.raises(InputError) as refused:
            check()
        assert (refused.value.code, refused.value.field) == (code, "year")
    with pytest.raises(CommandError, match=str(year)):
        call_command("annual_check", str(year), stdout=io.StringIO(), stderr=io.StringIO())
    assert not AnnualStanding.objects.exists()
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    ("now", "years"),
    [
        ("2020-12-31T23:59:59+08:00", []),
        ("2021-01-01T00:00:00+08:00", [2021]),
        ("2021-12-31T23:59:59+08:00", [2021]),
        ("2022-01-01T00:00:00+08:00", [2021, 2022]),
        ("2022-03-31T23:59:59+08:00", [2021, 2022]),
        ("2022-04-01T00:00:00+08:00", [2022]),
        ("2024-02-29T12:00:00+08:00", [2023, 2024]),
    ],
)
@pytest.mark.django_db
def test_the_night_looks_at_the_last_year_while_it_is_still_reviewed(now: str, years: list[int]) -> None:
    with time_machine.travel(now, tick=False):
        assert years_due() == years


@pytest.mark.django_db
def test_a_night_has_one_check_of_a_year_and_begins_at_two() -> None:
    nights = {
        "2021-09-02T01:59:59+08:00": 0,
        "2021-09-02T02:00:00+08:00": 1,
        "2021-09-02T23:59:59+08:00": 1,
        "2021-09-03T00:00:00+08:00": 1,
        "2021-09-05T15:00:00+08:00": 2,  # beat was away for two days: one check catches up
        "2022-01-02T02:00:00+08:00": 4,
    }
    for now, jobs in nights.items():
        with time_machine.travel(now, tick=False):
            nightly_annual_check()
            nightly_annual_check()
        assert Job.objects.count() == jobs, now
    assert sorted(Job.objects.values_list("params__year", flat=True)) == [2021, 2021, 2021, 2022]


@pytest.mark.django_db
def test_without_people_there_is_nothing_to_check() -> None:
    assert annual_check_run(year=2021).as_dict() == {"year": 2021, "people": 0, "added": 0, "drift": 0, "drift_ids": []}


def test_an_export_leaves_what_was_taken_and_by_whom(city: User, county: User, person: Practitioner) -> None:
    for user in (person.user, UserFactory(), AppointmentFactory(auditor=True).user):
        with pytest.raises(Forbidden):
            standings_exported(actor=user, year=2021, rows=1, filters=[])
    for user in (city, county):
        standings_exported(actor=user, year=2021, rows=7, filters=["unit", "q"])
        event = Event.objects.latest("pk")
        assert (event.actor, event.action, event.data) == (
            user,
            "standings.export",
            {"year": 2021, "rows": 7, "filters": ["q", "unit"]},
        )
    assert Event.objects.count() == 2
