"""A real process killed with -9 after the text has left and before anybody noted it (decision 11)."""

from __future__ import annotations

import email
import json
import signal
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings as project
from django.utils import timezone

from office.messages.commands.delivering import deliver, sweep
from office.messages.models import Channel, Delivery
from office.messages.states import DeliveryState
from tests.factories import UserFactory
from tests.office.messages.processes import run_script
from tests.office.messages.telling import delivery, returned

pytestmark = pytest.mark.django_db(transaction=True)
WORK = """
import sys, django
django.setup()
from django.conf import settings
settings.SMS_FILE = __import__("pathlib").Path(sys.argv[2])
settings.EMAIL_FILE_PATH = sys.argv[3]
from office.messages.commands.delivering import deliver
print(deliver(sys.argv[1]))
"""


def work(row: Delivery, folder: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """One attempt in a process of its own."""
    return run_script(WORK, str(row.pk), str(folder / "sms.jsonl"), str(folder / "mail"), **env)


def test_an_sms_is_not_sent_twice(tmp_path: Path) -> None:
    row = delivery(returned(UserFactory()), Channel.SMS)
    died = work(row, tmp_path, SMS_BACKEND="tests.office.messages.gateways.Deadly")
    assert died.returncode == -signal.SIGKILL, died.stderr
    row.refresh_from_db()
    assert (row.state, row.attempts) == (DeliveryState.SENDING, 1)
    with time_machine.travel(timezone.now() + timedelta(seconds=project.MESSAGE_LEASE_SECONDS + 1)):
        sweep()
        again = work(row, tmp_path, SMS_BACKEND="office.messages.sms.FileBackend")
    assert again.stdout.strip() == "None", again.stderr
    row.refresh_from_db()
    assert row.state == DeliveryState.UNKNOWN
    assert len([json.loads(line) for line in (tmp_path / "sms.jsonl").read_text().splitlines()]) == 1


def test_a_mail_sent_again_is_the_same_mail(tmp_path: Path, settings: Any) -> None:
    row = delivery(returned(UserFactory(email="someone@example.com")), Channel.EMAIL)
    died = work(row, tmp_path, EMAIL_BACKEND="tests.office.messages.gateways.DeadlyMail")
    assert died.returncode == -signal.SIGKILL, died.stderr
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    with time_machine.travel(timezone.now() + timedelta(seconds=project.MESSAGE_LEASE_SECONDS + 1)) as clock:
        sweep()
        clock.shift(61)
        assert deliver(row.pk) == DeliveryState.SENT
    mails = [email.message_from_bytes(path.read_bytes()) for path in (tmp_path / "mail").iterdir()]
    assert len(mails) == 2
    assert {one["Message-ID"] for one in mails} == {f"<{row.pk}@localhost>"}
