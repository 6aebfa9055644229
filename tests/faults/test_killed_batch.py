"""kill -9 of a worker in the middle of a batch: each claim is accepted once, and each has its result."""

from __future__ import annotations

import uuid

import time_machine
from django.db.models import Count

from office.audit.models import Event
from office.jobs.models import Job
from office.jobs.states import UNDER_WAY, JobState
from registry.commands.batches import batch_request
from registry.models import Claim, HourEntry
from registry.states import ClaimState
from tests.factories import AppointmentFactory
from tests.faults.house import DRAINED_SECONDS, House, until
from tests.faults.test_killed_worker import at, kill_child, kill_whole
from tests.registry.people import PractitionerFactory, submitted

CLAIMS = 80


def test_a_worker_killed_twice_accepts_each_claim_once(house: House) -> None:
    house.work()
    house.beat.start()
    with time_machine.travel("2021-09-01T10:00:00+08:00", tick=False):
        claims = [submitted(PractitionerFactory()).pk for _ in range(CLAIMS)]
    actor = AppointmentFactory().user
    job = batch_request(actor=actor, claims=claims, token=uuid.uuid4())
    for kill, share in ((kill_child, 0.2), (kill_whole, 0.6)):
        step = round(CLAIMS * share)
        until(lambda step=step: at(step), DRAINED_SECONDS, f"claim {step}")
        kill(house)
    until(lambda: not Job.objects.filter(state__in=UNDER_WAY).exists(), DRAINED_SECONDS, "done after the restart")
    job.refresh_from_db()
    assert (job.state, job.error, job.attempts) == (JobState.DONE, "", 3)
    assert [(line["claim"], line["outcome"]) for line in job.result["results"]] == [(pk, "done") for pk in claims]
    assert Claim.objects.filter(state=ClaimState.ACCEPTED).count() == HourEntry.objects.count() == CLAIMS
    accepted = Event.objects.filter(action="claim.accept").values("object_id").annotate(times=Count("pk"))
    assert {row["times"] for row in accepted} == {1}
    assert len(accepted) == CLAIMS
