"""Tests of classes and rosters: a frozen autumn of 2021, and files in a folder of their own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine

from accounts.models import Organisation, User
from tests.courses.made import course_unit, firm
from tests.factories import AppointmentFactory, region


@pytest.fixture(autouse=True)
def autumn_2021() -> Iterator[None]:
    """1 September 2021, ten in the morning in Shanghai."""
    with time_machine.travel("2021-09-01T10:00:00+08:00", tick=False):
        yield


@pytest.fixture(autouse=True)
def own_media(tmp_path: Path, settings: Any) -> None:
    """Files land in a folder of the test."""
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def county(db: None) -> User:
    """定海's county bureau."""
    return AppointmentFactory().user


@pytest.fixture
def far_county(db: None) -> User:
    """普陀's county bureau."""
    return AppointmentFactory(region=region("putuo")).user


@pytest.fixture
def city(db: None) -> User:
    """市学时办."""
    return AppointmentFactory(city=True).user


@pytest.fixture
def unit(db: None) -> Organisation:
    """A training school in 定海: its applications go route A."""
    return course_unit()


@pytest.fixture
def builder(db: None) -> Organisation:
    """A building enterprise in 定海: its applications go route B."""
    return firm()


@pytest.fixture
def organiser(unit: Organisation) -> User:
    """Who applies for the training school."""
    return AppointmentFactory(organiser=True, organisation=unit).user
