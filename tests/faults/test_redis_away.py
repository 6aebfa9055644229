"""Redis killed, flushed or away for a while: nobody is refused, and whatever was asked for is done afterwards."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from office.jobs.models import Job
from office.jobs.states import UNDER_WAY, JobState
from registry.commands.evidence import evidence_add
from registry.commands.standing import lock_people
from registry.models import Claim, Practitioner
from registry.states import ClaimState
from tests.factories import AppointmentFactory
from tests.faults.browser import Browser
from tests.faults.city import YEAR
from tests.faults.house import DRAINED_SECONDS, House, until
from tests.registry.people import EXAM, PractitionerFactory, draft, upload

ROUNDS = 10
YEARS = (2021, 2022, 2023, 2024, 2025)
AWAY_SECONDS = 5
MORE_THAN_ITS_ATTEMPTS = 4


@pytest.fixture(scope="module")
def house(services_of_the_house: House, django_db_blocker: DjangoDbBlocker) -> Iterator[House]:
    """One portal for all tests of this file, with its worker and beat."""
    with django_db_blocker.unblock(), services_of_the_house.fresh():
        services_of_the_house.serve()
        services_of_the_house.work()
        services_of_the_house.beat.start()
        yield services_of_the_house


@pytest.fixture(scope="module")
def city_desk(house: House) -> Browser:
    """The city office's browser."""
    return Browser(house.port, AppointmentFactory(city=True).user)


def claims_to_hand_in(number: int) -> tuple[Practitioner, list[Claim]]:
    """An engineer with so many complete drafts of this year."""
    engineer = PractitionerFactory()
    today = timezone.localdate()
    drafts = []
    for shade in range(number):
        claim = draft(engineer, replace(EXAM, started_on=today, ended_on=today, title=f"考试{shade}"))
        evidence_add(
            actor=engineer.user, claim=claim, kind="exam_result", upload=upload(shade=shade), token=uuid.uuid4()
        )
        drafts.append(claim)
    return engineer, drafts


def hand_in(browser: Browser, claim: Claim) -> None:
    """The engineer's last step; it must be taken."""
    answer = browser.post(reverse("registry:claim_check", args=[claim.pk]), {"declared": "on"})
    assert (answer.status, answer.headers.get("Location")) == (
        302,
        reverse("registry:claim_submitted", args=[claim.pk]),
    ), answer.text


def ask_for_check(browser: Browser, year: int) -> str:
    """The office's button; it must lead to the job. The job's id."""
    answer = browser.post(reverse("compliance:annual_check"), {"year": str(year)})
    assert answer.status == 302, answer.text
    return answer.headers["Location"].rstrip("/").rsplit("/", 1)[1]


def drained(house: House) -> bool:
    """Whether no job waits or runs; what ended meanwhile is started again, as its supervisor would."""
    house.mend()
    return not Job.objects.filter(state__in=UNDER_WAY).exists()


def all_done(house: House, asked: list[str]) -> None:
    """Every job that an answer named is done."""
    until(lambda: drained(house), DRAINED_SECONDS, "the queue drained")
    states = dict(Job.objects.filter(pk__in=asked).values_list("pk", "state"))
    assert {str(pk) for pk in states} == set(asked)
    assert set(states.values()) == {JobState.DONE}


def test_killed_ten_times_it_loses_nothing(house: House, city_desk: Browser) -> None:
    engineer, drafts = claims_to_hand_in(ROUNDS)
    browser = Browser(house.port, engineer.user)
    asked = []
    for number, claim in enumerate(drafts):
        house.kill_redis()
        hand_in(browser, claim)
        asked.append(ask_for_check(city_desk, YEARS[number % len(YEARS)]))
        house.start_redis()
    all_done(house, asked)
    assert Claim.objects.filter(practitioner=engineer, state=ClaimState.SUBMITTED).count() == ROUNDS


def test_flushed_it_is_told_again_by_the_sweeper(house: House, city_desk: Browser) -> None:
    house.worker.stop()
    asked = [ask_for_check(city_desk, year) for year in YEARS]
    assert house.tell_redis("FLUSHALL") == "+OK"
    house.work()
    all_done(house, asked)


def test_away_for_a_while_nobody_is_refused(house: House, city_desk: Browser) -> None:
    engineer, drafts = claims_to_hand_in(3)
    browser = Browser(house.port, engineer.user)
    house.kill_redis()
    end = time.monotonic() + AWAY_SECONDS
    asked = [ask_for_check(city_desk, year) for year in YEARS]
    for claim in drafts:
        hand_in(browser, claim)
    while time.monotonic() < end:
        assert browser.get(reverse("registry:claim_list")).status == 200
        time.sleep(0.5)
    assert not drained(house)
    house.start_redis()
    all_done(house, asked)
    assert Claim.objects.filter(practitioner=engineer, state=ClaimState.SUBMITTED).count() == len(drafts)


def killed_and_started(house: House) -> None:
    """Away for a second."""
    house.kill_redis()
    time.sleep(1)
    house.start_redis()


def cut_off(house: House) -> None:
    """Every connection broken, the server unharmed."""
    assert int(house.tell_redis("CLIENT KILL TYPE normal").removeprefix(":")) > 0


@pytest.mark.parametrize("fault", [killed_and_started, cut_off])
def test_a_job_under_way_does_not_notice(house: House, city_desk: Browser, fault: Callable[[House], None]) -> None:
    person = PractitionerFactory()
    with transaction.atomic():
        lock_people([person.pk])  # as somebody who posts hours does: the check waits for this bucket
        job = ask_for_check(city_desk, YEAR)
        until(lambda: house.sql("SELECT 1 FROM jobs_job WHERE state = 'running'"), DRAINED_SECONDS, "it runs")
        for _ in range(MORE_THAN_ITS_ATTEMPTS):
            fault(house)
            time.sleep(1)
    all_done(house, [job])
    assert Job.objects.get(pk=job).attempts == 1
    all_done(house, [job, ask_for_check(city_desk, YEAR + 1)])
