"""The portal that the fault tests break: one for the whole run, empty for each test."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

from tests.faults.house import House
from tests.registry.people import keep_2021_open


@pytest.fixture(scope="session")
def services_of_the_house() -> Iterator[House]:
    """PostgreSQL with the portal's empty tables, and Redis; its folder is one that everybody can enter."""
    folder = Path(tempfile.mkdtemp(prefix="portal-faults-"))
    folder.chmod(0o755)
    house = House(folder)
    yield house
    house.close()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def house(services_of_the_house: House, django_db_blocker: DjangoDbBlocker) -> Iterator[House]:
    """The house for one test, empty; web, worker and beat are started by the test."""
    with django_db_blocker.unblock(), services_of_the_house.fresh():
        yield services_of_the_house


@pytest.fixture
def open_2021(db: None) -> None:
    """Activities of 2021 may be claimed."""
    keep_2021_open()
