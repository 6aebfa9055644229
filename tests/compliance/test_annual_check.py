"""The annual check: its outcome, the drift it finds, going on after a stop, and being asked for."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.errors import Forbidden, InputError
from accounts.models import User
from compliance.commands import annual_check as commands
from compliance.commands.annual_check import annual_check_request, annual_check_run
from compliance.commands.check_ranges import annual_check_help
from compliance.models import CheckRange
from compliance.queries.checks import Outcome, checks_of
from compliance.tasks import run_annual_check
from office.audit.models import Event
from office.jobs.commands import run
from office.jobs.models import Job
from office.jobs.states import JobState
from office.messages.models import Message
from registry.commands import standing
from registry.models import AnnualStanding, Practitioner
from tests.factories import AppointmentFactory, OrganisationFactory, region
from tests.registry.people import PractitionerFactory, accepted

BACKEND = "accounts.backends.PhoneOrUsernameBackend"


@pytest.fixture
def city(db: None) -> User:
    """The city office."""
    return AppointmentFactory(city=True).user


@pytest.fixture
def desk(client: Client, city: User) -> Client:
    """A browser in which the city office is signed in."""
    client.force_login(city, backend=BACKEND)
    return client


@pytest.fixture
def small_buckets(monkeypatch: pytest.MonkeyPatch) -> None:
    """One person per bucket."""
    monkeypatch.setattr(standing, "BUCKET_SIZE", 1)
    monkeypatch.setattr(commands, "BUCKET_SIZE", 1)


def tamper(person: Practitioner) -> None:
    """Change a standing behind the portal's back."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE registry_annualstanding SET counted_total = 990, meets = true WHERE practitioner_id = %s",
            [person.pk],
        )


def test_it_gives_everybody_a_standing(county: User) -> None:
    people = [PractitionerFactory() for _ in range(3)]
    accepted(people[0], county)
    outcome = annual_check_run(year=2021)
    assert outcome == Outcome(year=2021, people=3, added=2, drift=0, drift_ids=[])
    assert AnnualStanding.objects.filter(year=2021).count() == 3
    assert annual_check_run(year=2021) == Outcome(year=2021, people=3)


def test_it_finds_what_does_not_equal_the_ledger_and_puts_it_right(person: Practitioner, county: User) -> None:
    accepted(person, county)
    PractitionerFactory()
    annual_check_run(year=2021)
    tamper(person)
    outcome = annual_check_run(year=2021)
    assert (outcome.drift, outcome.drift_ids) == (1, [person.pk])
    again = AnnualStanding.objects.get(practitioner=person)
    assert (again.counted_total, again.meets) == (16, False)
    assert annual_check_run(year=2021).drift == 0


class Stopped(Exception):
    """The worker died."""


class Attempt:
    """An attempt at the job that dies after some ranges."""

    checkpoint: dict[str, Any]

    def __init__(self, job: Job, lives: int) -> None:
        self.pk, self.params, self.checkpoint, self.lives = job.pk, job.params, {}, lives

    def progress(self, done: int, total: int, *, note: str = "", checkpoint: dict[str, Any] | None = None) -> None:
        """As the job's row is written, in the transaction of the range, until the attempt dies."""
        if not self.lives:
            raise Stopped
        self.lives -= 1
        Job.objects.filter(pk=self.pk).update(done_steps=done, total_steps=total, note=note)


def taken_up_until_done(job: Job, lives: int) -> tuple[dict[str, Any], int]:
    """What the check comes to when each attempt dies after so many ranges, and how many attempts it took."""
    attempts = 0
    while True:
        attempts += 1
        try:
            return run_annual_check(Attempt(job, lives)), attempts
        except Stopped:
            continue


@pytest.mark.usefixtures("small_buckets")
def test_the_job_goes_on_with_the_ranges_that_are_left_and_reports_all_drift(city: User) -> None:
    people = [PractitionerFactory() for _ in range(5)]
    annual_check_run(year=2021)
    for person in people:
        tamper(person)
    job = annual_check_request(actor=city, year=2021)
    result, attempts = taken_up_until_done(job, lives=2)
    assert attempts == 3
    assert (result["people"], result["drift"], result["workers"]) == (5, 5, 1)
    assert result["drift_ids"] == [person.pk for person in people]
    again = run_annual_check(Attempt(job, lives=1))  # as when it is killed before its end is written
    assert again == result
    job.refresh_from_db()
    assert (job.done_steps, job.total_steps) == (5, 5)


@pytest.mark.usefixtures("small_buckets")
def test_who_helps_takes_what_is_free_while_the_job_has_its_worker(city: User) -> None:
    people = [PractitionerFactory() for _ in range(4)]
    job = annual_check_request(actor=city, year=2021)
    with pytest.raises(Stopped):
        run_annual_check(Attempt(job, lives=1))
    assert annual_check_help(job=job.pk) == 0  # queued again: whoever takes it up wakes helpers anew
    assert CheckRange.objects.filter(job=job, done_at=None).count() == 3
    later = timezone.now() + timedelta(seconds=30)
    Job.objects.update(state=JobState.RUNNING, lease_until=later)
    assert annual_check_help(job=job.pk) == 3
    assert annual_check_help(job=job.pk) == 0
    assert run_annual_check(Attempt(job, lives=1))["people"] == len(people)
    assert AnnualStanding.objects.filter(year=2021).count() == len(people)


def test_one_region_is_checked_and_the_others_left(city: User, desk: Client) -> None:
    here, there = PractitionerFactory(), PractitionerFactory(organisation=OrganisationFactory(region=region("putuo")))
    annual_check_run(year=2021)
    tamper(here)
    tamper(there)
    out, err = io.StringIO(), io.StringIO()
    call_command("annual_check", "2021", "--region", "putuo", "--json", stdout=out, stderr=err)
    found = json.loads(out.getvalue())
    assert (found["region"], found["people"], found["drift_ids"]) == ("putuo", 1, [there.pk])
    assert annual_check_run(year=2021).drift_ids == [here.pk]
    with pytest.raises(CommandError, match="可用：.*putuo"):
        call_command("annual_check", "2021", "--region", "nowhere", stdout=out, stderr=err)


def test_drift_is_told_to_the_city_office_once_and_stands_at_home_until_a_check_finds_none(
    desk: Client, city: User, county: User
) -> None:
    person = PractitionerFactory()
    annual_check_run(year=2021)
    tamper(person)
    job = annual_check_request(actor=city, year=2021)
    for _ in range(2):
        run_annual_check(Attempt(job, lives=2))
    told = Message.objects.get(kind="annual_check.drift")
    assert (told.recipient, told.link) == (city, reverse("jobs:detail", args=[job.pk]))
    assert "1人" in told.title
    run(str(job.pk))
    todo = f"check={job.pk}"
    assert todo in desk.get("/").content.decode()
    Job.objects.update(finished_at=timezone.now() - timedelta(minutes=1))
    clean = annual_check_request(actor=city, year=2021)
    run(str(clean.pk))
    assert todo not in desk.get("/").content.decode()
    assert Message.objects.filter(kind="annual_check.drift").count() == 1


def test_asked_for_twice_the_check_under_way_is_the_answer(city: User) -> None:
    first = annual_check_request(actor=city, year=2021)
    assert annual_check_request(actor=city, year=2021) == first
    assert Event.objects.filter(action="annual_check.request").count() == 1
    Job.objects.update(state=JobState.DONE)
    assert annual_check_request(actor=city, year=2021) != first


def test_a_county_may_not_ask_and_no_year_without_a_notice_is_checked(city: User, county: User) -> None:
    with pytest.raises(Forbidden):
        annual_check_request(actor=county, year=2021)
    with pytest.raises(InputError) as refused:
        annual_check_request(actor=city, year=2020)
    assert (refused.value.code, refused.value.field) == ("year_without_notice", "year")


def test_the_button_leads_to_the_job_and_the_list_shows_its_result(desk: Client, city: User) -> None:
    person = PractitionerFactory()
    annual_check_run(year=2021)
    tamper(person)
    url = reverse("compliance:annual_check")
    response = desk.post(url, {"year": "2021"})
    job = Job.objects.get()
    assert response.headers["Location"] == reverse("jobs:detail", args=[job.pk])
    assert reverse("jobs:detail", args=[job.pk]) in desk.get("/compliance/standings/").content.decode()
    run(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.result["drift"]) == (JobState.DONE, 1)
    assert checks_of(city, 2021).last == job
    found = desk.get("/compliance/standings/", {"check": str(job.pk)})
    assert [line["standing"].practitioner for line in found.context["lines"]] == [person]
    text = desk.get("/compliance/standings/").content.decode()
    assert "与台账不符1人" in text
    shown = desk.get(reverse("jobs:detail", args=[job.pk])).content.decode()
    assert f"check={job.pk}" in shown


@pytest.mark.parametrize("year", ["", "2020", "abc", "99999"])
def test_a_year_that_cannot_be_checked_is_told(desk: Client, year: str) -> None:
    response = desk.post(reverse("compliance:annual_check"), {"year": year}, follow=True)
    assert response.status_code == 200
    assert not Job.objects.exists()
    assert "年度" in [str(message) for message in response.context["messages"]][0]


def test_the_button_is_the_citys_alone(client: Client, county: User, person: Practitioner) -> None:
    for user in (county, person.user):
        client.force_login(user, backend=BACKEND)
        assert client.post(reverse("compliance:annual_check"), {"year": "2021"}).status_code == 404
    assert not Job.objects.exists()
    client.force_login(county, backend=BACKEND)
    assert reverse("compliance:annual_check") not in client.get("/compliance/standings/").content.decode()


def test_the_command_prints_its_outcome(person: Practitioner) -> None:
    out, err = io.StringIO(), io.StringIO()
    call_command("annual_check", "2021", "--json", stdout=out, stderr=err)
    found = {"year": 2021, "people": 1, "added": 1, "drift": 0, "drift_ids": [], "region": "", "workers": 1}
    assert json.loads(out.getvalue()) == found
    assert "1/1" in err.getvalue()
    tamper(person)
    out = io.StringIO()
    call_command("annual_check", "2021", stdout=out, stderr=err)
    assert "与台账不符1人" in out.getvalue()
    assert str(person.pk) in out.getvalue()


@pytest.mark.django_db
def test_the_command_refuses_a_year_without_a_notice() -> None:
    with pytest.raises(CommandError, match="2020年没有生效的通知"):
        call_command("annual_check", "2020")
