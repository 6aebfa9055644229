"""The nightly verification: one run a night, what it found stands in the trail, and an alarm reaches who must act."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from accounts.models import User
from office.audit import verification
from office.audit.commands.seals import seal
from office.audit.models import Event, Seal
from office.audit.tasks import seal_events
from office.jobs import commands as jobs
from office.jobs.models import Job
from office.jobs.states import JobState
from office.messages.models import Message
from tests.factories import AppointmentFactory
from tests.office.audit.trail import by_hand, told
from zsjxjy.tasks import KIND, nightly_audit_verification

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def night() -> Iterator[Any]:
    """Half past three in the morning."""
    with time_machine.travel("2021-09-01T03:30:00+08:00", tick=False) as clock:
        yield clock


@pytest.fixture
def people() -> dict[str, User]:
    """Somebody in each role that may, or may not, hear of it."""
    return {trait: AppointmentFactory(**({trait: True} if trait else {})).user for trait in ("auditor", "sysadmin", "")}


def run() -> Job:
    """Ask for the night's run and let it be done."""
    nightly_audit_verification()
    job = Job.objects.filter(kind=KIND).latest("created_at")
    jobs.run(str(job.pk))
    job.refresh_from_db()
    return job


def test_once_a_night_and_caught_up_later(night: Any) -> None:
    night.move_to("2021-09-01T02:59:00+08:00")
    nightly_audit_verification()
    assert Job.objects.count() == 0
    night.move_to("2021-09-01T17:00:00+08:00")  # beat was away all night
    nightly_audit_verification()
    nightly_audit_verification()
    assert Job.objects.filter(kind=KIND).count() == 1
    night.move_to("2021-09-02T03:00:00+08:00")
    nightly_audit_verification()
    assert Job.objects.filter(kind=KIND).count() == 2


def test_a_whole_chain_alarms_nobody_and_is_noted(night: Any, people: dict[str, User]) -> None:
    told(3)
    assert seal_events() == 1
    job = run()
    assert job.state == JobState.DONE
    assert (job.result["ok"], job.result["events"], job.result["unsealed"]) == (True, 3, 0)
    noted = Event.objects.get(action="audit.verify")
    assert (noted.after, noted.data["last"]["number"]) == ("ok", 1)
    assert not Message.objects.exists()


def test_a_broken_chain_alarms_auditors_and_administrators(night: Any, people: dict[str, User]) -> None:
    victim = told(3)[1]
    seal()
    by_hand("UPDATE audit_event SET reason = '另一个理由' WHERE id = %s", victim.pk)
    job = run()
    assert (job.state, job.result["ok"]) == (JobState.DONE, False)
    messages = {message.recipient_id: message for message in Message.objects.all()}
    assert messages.keys() == {people["auditor"].pk, people["sysadmin"].pk}
    for message in messages.values():
        assert f"第{victim.pk}号审计记录被改动" in message.body
    assert messages[people["auditor"].pk].link == "/audit/"
    assert messages[people["sysadmin"].pk].link == ""
    assert Event.objects.get(action="audit.verify").after == "broken"


def test_an_attempt_repeated_alarms_once(night: Any, people: dict[str, User]) -> None:
    victim = told(1)[0]
    seal()
    by_hand("DELETE FROM audit_event WHERE id = %s", victim.pk)
    job = run()
    Job.objects.filter(pk=job.pk).update(state=JobState.QUEUED, attempts=0)
    jobs.run(str(job.pk))
    assert Message.objects.count() == 2


def test_an_attempt_cut_off_is_gone_on_with(
    night: Any, people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        told(2)
        seal()
    monkeypatch.setattr(verification, "SEALS_A_PAGE", 1)
    nightly_audit_verification()
    job = Job.objects.get(kind=KIND)
    monkeypatch.setattr(verification, "_wrong_event", _killed_at(3, verification._wrong_event))
    with pytest.raises(KeyboardInterrupt):
        jobs.run(str(job.pk))
    job.refresh_from_db()
    assert job.checkpoint == {"done": [2, 4]}
    Job.objects.filter(pk=job.pk).update(state=JobState.QUEUED, worker=None)
    jobs.run(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.result["seals"], job.result["events"]) == (JobState.DONE, 3, 6)


def _killed_at(number: int, check: Callable[[Seal, Any], Any]) -> Callable[[Seal, Any], Any]:
    """The check, but the first time that it comes to this seal its worker is stopped."""
    stopped = []

    def checked(seal: Seal, events: Any) -> Any:
        if seal.number == number and not stopped:
            stopped.append(True)
            raise KeyboardInterrupt
        return check(seal, events)

    return checked


def test_events_that_nobody_seals_are_told_of(night: Any, people: dict[str, User]) -> None:
    told(2)
    night.shift(timedelta(minutes=59))
    assert run().result["ok"] is True
    assert not Message.objects.exists()
    night.move_to(timezone.now() + timedelta(days=1))
    run()
    message = Message.objects.filter(recipient=people["auditor"]).get()
    assert message.kind == "audit.unsealed"
    assert "2021年9月1日 03:30" in message.body
