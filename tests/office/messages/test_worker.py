"""A real worker behind a real broker delivers after the commit, and by a sweep what nobody rang for."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest

from office.messages.models import Channel, Delivery
from office.messages.states import DeliveryState
from tests.factories import UserFactory
from tests.office.messages.processes import run_script, worker
from tests.office.messages.telling import delivery, returned

pytestmark = pytest.mark.django_db(transaction=True)
LIMIT = 90
TELL = """
import sys, django
django.setup()
from accounts.models import User
from tests.office.messages.telling import returned
returned(User.objects.get(pk=sys.argv[1]))
"""
SWEEP = """
import django
django.setup()
from celery import current_app
current_app.send_task("office.messages.tasks.sweep")
"""


def own_broker() -> str:
    """Another database of the same Redis, so that no other test's worker takes our tasks."""
    address = os.environ["REDIS_URL"].partition("?")[0]
    return f"{address}?db=7" if address.startswith("unix:") else urlunsplit(urlsplit(address)._replace(path="/7"))


def wait_for(what: Callable[[], bool], log: Path) -> None:
    end = time.monotonic() + LIMIT
    while not what():
        assert time.monotonic() < end, log.read_text()
        time.sleep(0.2)


def test_told_delivered_and_swept(tmp_path: Path) -> None:
    person = UserFactory(email="someone@example.com")
    env = {
        "REDIS_URL": own_broker(),
        "DATA_DIR": str(tmp_path / "data"),
        "SMS_BACKEND": "office.messages.sms.FileBackend",
        "EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend",
        "LOG_LEVEL": "INFO",
    }
    log = tmp_path / "messages.log"
    unheard = delivery(returned(person), Channel.SMS)  # rung for at a broker where nobody listens
    with worker(log, **env):
        told = run_script(TELL, str(person.pk), **env)
        assert told.returncode == 0, told.stderr
        mine = Delivery.objects.exclude(message_id=unheard.message_id)
        wait_for(lambda: mine.filter(state=DeliveryState.SENT).count() == 2, log)
        assert not Delivery.objects.filter(message_id=unheard.message_id).exclude(state=DeliveryState.QUEUED).exists()
        assert run_script(SWEEP, **env).returncode == 0
        wait_for(lambda: Delivery.objects.filter(state=DeliveryState.SENT).count() == 4, log)
    sent = [json.loads(line)["reference"] for line in (tmp_path / "data" / "sms.jsonl").read_text().splitlines()]
    assert sorted(sent) == sorted(str(pk) for pk in Delivery.objects.filter(channel="sms").values_list("pk", flat=True))
    for row in Delivery.objects.filter(channel=Channel.EMAIL):
        assert log.read_text().count(f"Message-ID: <{row.pk}@localhost>") == 1
