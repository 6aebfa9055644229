"""A desk from which messages leave: SMS into a file of the test, e-mail into the test's outbox."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from accounts.models import User
from tests.factories import UserFactory

Sent = Callable[[], list[dict[str, Any]]]


@pytest.fixture(autouse=True)
def sms_file(settings: Any, tmp_path: Path) -> Path:
    """Where SMS end up."""
    settings.SMS_BACKEND = "office.messages.sms.FileBackend"
    settings.SMS_FILE = tmp_path / "data" / "sms.jsonl"
    return settings.SMS_FILE


@pytest.fixture
def texts(sms_file: Path) -> Sent:
    """The SMS sent so far."""
    return lambda: [json.loads(line) for line in sms_file.read_text().splitlines()] if sms_file.exists() else []


@pytest.fixture
def person(db: None) -> User:
    """Somebody with a phone and an e-mail address."""
    return UserFactory(email="someone@example.com")
