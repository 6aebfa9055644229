"""Tests of platform imports share the registry's autumn of 2021, and a year's list of courses."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import User
from registry.models import Practitioner
from tests.factories import AppointmentFactory
from tests.platforms.made import list_courses
from tests.registry.conftest import autumn_2021, county, own_media
from tests.registry.people import PractitionerFactory

__all__ = ["autumn_2021", "county", "own_media"]


@pytest.fixture
def city(db: None) -> User:
    """市学时办, which has listed the courses of 2021."""
    user = AppointmentFactory(city=True).user
    list_courses(user)
    return user


@pytest.fixture
def people(db: None) -> list[Practitioner]:
    """Three engineers."""
    return PractitionerFactory.create_batch(3)


@pytest.fixture(autouse=True)
def small_chunks(settings: Any) -> None:
    """Several chunks in each import."""
    settings.PLATFORM_CHUNK = 2
