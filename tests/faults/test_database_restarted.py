"""PostgreSQL restarted under load: the portal says 503 and when to come back, and serves again by itself."""

from __future__ import annotations

import signal
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from django.db import connections
from django.urls import reverse
from django.utils import timezone

from compliance.commands.annual_check import annual_check_request
from office.jobs.models import Job
from office.jobs.states import JobState
from registry.models import Claim
from tests.factories import AppointmentFactory
from tests.faults.browser import Answer, Browser
from tests.faults.house import DRAINED_SECONDS, START_SECONDS, House, until
from tests.registry.people import PractitionerFactory

HEALTHY_SECONDS = 10  # after the database answers again
DOWN_SECONDS = 2.0
SEEN_AFTERWARDS = 4  # seconds of load after the first page that was served again


@dataclass
class Load:
    """What readers and a writer were answered, each with its time."""

    answers: list[tuple[float, Answer]] = field(default_factory=list)
    posted: list[str] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)

    def read(self, browser: Browser, path: str) -> None:
        """Ask for a page again and again."""
        while not self.stop.is_set():
            self.answers.append((time.monotonic(), browser.get(path)))

    def write(self, browser: Browser) -> None:
        """Hand in one new claim after the other."""
        today = timezone.localdate().isoformat()
        facts = {"activity": "licence_exam", "tier": "national", "quantity": "2", "title": "一级建造师考试"}
        while not self.stop.is_set():
            form = facts | {"started_on": today, "ended_on": today, "token": str(uuid.uuid4())}
            answer = browser.post(reverse("registry:claim_facts", args=["licence_exam"]), form)
            self.answers.append((time.monotonic(), answer))
            if answer.status == 302:
                self.posted.append(answer.headers["Location"])

    def seen(self, *statuses: int) -> list[float]:
        """When one of these was answered."""
        return [at for at, answer in self.answers if answer.status in statuses]


@contextmanager
def load(house: House) -> Iterator[Load]:
    """An engineer's pages and the public ones, asked for without a pause; a claim handed in all the time."""
    engineer, under = Browser(house.port, PractitionerFactory().user), Load()
    pages = [(engineer, reverse("registry:claim_list")), (Browser(house.port), reverse("accounts:sign_in"))]
    threads = [threading.Thread(target=under.read, args=page) for page in pages]
    threads.append(threading.Thread(target=under.write, args=(engineer,)))
    for thread in threads:
        thread.start()
    try:
        yield under
    finally:
        under.stop.set()
        for thread in threads:
            thread.join()


def judge(under: Load, back: float) -> None:
    """Only 503 with its Retry-After while the database was away, health soon after, and nothing acknowledged lost."""
    refused = [answer for _, answer in under.answers if answer.status == 503]
    assert refused, "the load met the restart"
    assert {answer.headers.get("Retry-After") for answer in refused} == {"10"}
    assert all("请稍后" in answer.text for answer in refused)
    assert {answer.status for _, answer in under.answers} == {200, 302, 503}
    assert max(under.seen(503)) - back <= HEALTHY_SECONDS
    assert max(under.seen(302)) > back
    kept = {reverse("registry:claim_evidence", args=[pk]) for pk in Claim.objects.values_list("pk", flat=True)}
    assert set(under.posted) <= kept, "what was acknowledged is there"


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGKILL], ids=["in order", "a crash"])
def test_the_portal_is_healthy_again_without_a_restart(house: House, ending: signal.Signals) -> None:
    house.serve()
    house.work()
    house.beat.start()
    city = AppointmentFactory(city=True).user
    assert house.web.process
    before = house.web.process.pid
    with load(house) as under:
        until(lambda: len(under.posted) > 1 and len(under.seen(200)) > 1, START_SECONDS, "the load is there")
        back = house.restart_postgres(ending, DOWN_SECONDS)
        until(lambda: under.seen(200) and max(under.seen(200)) > back, HEALTHY_SECONDS, "a page after the database")
        time.sleep(SEEN_AFTERWARDS)
    connections.close_all()
    assert house.web.running()
    assert house.web.process.pid == before
    judge(under, back)
    job = annual_check_request(actor=city, year=2021)
    until(lambda: house.mend() or Job.objects.get().state == JobState.DONE, DRAINED_SECONDS, "worker and beat, too")
    assert Job.objects.get() == job
