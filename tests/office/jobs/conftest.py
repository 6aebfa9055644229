"""Made-up kinds of jobs, and people who may see them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from accounts.models import User
from office.jobs import registry
from office.jobs.commands import enqueue
from office.jobs.models import Job
from tests.factories import AppointmentFactory

Work = Callable[[Any], dict[str, Any]]
Kind = Callable[[Work], str]


@pytest.fixture
def kind(monkeypatch: pytest.MonkeyPatch) -> Kind:
    """Register a function as a kind of job, for the time of the test; its code."""

    def register(work: Work) -> str:
        code = f"made_up_{work.__name__}"
        monkeypatch.setitem(registry._kinds, code, registry.Kind(work, "虚构任务", "jobs/_result.html"))
        return code

    return register


@pytest.fixture
def asked(db: None, kind: Kind) -> Iterator[Callable[..., Job]]:
    """Ask for a job that does this work: `asked(work, actor=…, key=…)`."""

    def ask(work: Work, *, actor: User | None = None, key: str = "one", **params: Any) -> Job:
        return enqueue(actor=actor, kind=kind(work), key=key, params=params)

    return ask


@pytest.fixture
def city(db: None) -> User:
    """The city office."""
    return AppointmentFactory(city=True).user


@pytest.fixture
def county(db: None) -> User:
    """定海's county bureau."""
    return AppointmentFactory().user
