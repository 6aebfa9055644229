"""Folders for real starts, and one portal that the tests of a file share."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.launcher.started import Portal, environment, with_database, with_static_files


@pytest.fixture(scope="module")
def room() -> Iterator[Path]:
    """A folder that everybody can enter, as a checkout under /srv is; pytest's own are closed to root's PostgreSQL."""
    folder = Path(tempfile.mkdtemp(prefix="portal-tests-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def shared(room: Path) -> Iterator[Portal]:
    """A portal that is ready, started on a chosen port."""
    portal = Portal(with_database(with_static_files(room / "shared")), environment(room / "shared")).start()
    try:
        yield portal.ready()
    finally:
        portal.clear_away()
        portal.wait_for_the_end()


@pytest.fixture
def start(room: Path) -> Iterator[Callable[..., Portal]]:
    """Start a portal of its own: `start(name, PORT="8100")`; whatever is left of it is ended after the test."""
    started: list[Portal] = []

    def begin(name: str, *, argv: tuple[str, ...] = ("bin/portal", "run"), **more: str) -> Portal:
        data = room / name
        if not data.exists():
            with_static_files(data)
        started.append(Portal(data, environment(data, **more), argv=argv))
        return started[-1].start()

    yield begin
    for portal in started:
        portal.clear_away()
    for portal in started:
        portal.wait_for_the_end()
