"""Registry tests: a frozen autumn of 2021, and files in a folder of their own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.crypto import blind_index
from accounts.models import User
from registry.models import Practitioner
from tests.factories import AppointmentFactory
from tests.registry.people import PractitionerFactory
from tests.registry.rosters import ID_NUMBER, NAME, PHONE


@pytest.fixture(autouse=True)
def autumn_2021() -> Iterator[None]:
    """1 September 2021, ten in the morning in Shanghai."""
    with time_machine.travel("2021-09-01T10:00:00+08:00", tick=False):
        yield


@pytest.fixture(autouse=True)
def own_media(tmp_path: Path, settings: Any) -> None:
    """Evidence lands in a folder of the test."""
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def person(db: None) -> Practitioner:
    """An engineer of a unit in 定海."""
    return PractitionerFactory()


@pytest.fixture
def engineer(person: Practitioner, client: Client) -> Client:
    """A browser in which the engineer is signed in."""
    client.force_login(person.user, backend="accounts.backends.PhoneOrUsernameBackend")
    return client


@pytest.fixture
def county(db: None) -> User:
    """定海's county bureau."""
    return AppointmentFactory().user


@pytest.fixture
def sms(settings: Any) -> None:
    """An installation that can send SMS."""
    settings.SMS_BACKEND = "office.messages.sms.FileBackend"


@pytest.fixture
def rostered(db: None) -> Practitioner:
    """Somebody whom a roster brought in, without an account."""
    return PractitionerFactory(
        user=None,
        name=NAME,
        id_number=ID_NUMBER,
        phone=PHONE,
        phone_hash=blind_index("phone", PHONE),
        specialty="water",
    )
