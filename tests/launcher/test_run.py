"""`make run`: what it prints, whom it refuses, and that it leaves nothing behind, whichever way it ends."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.urls import reverse

from accounts.models import Role
from launcher.places import ROOT
from tests.faults.browser import Browser
from tests.launcher.started import (
    Portal,
    environment,
    one_line,
    processes_of,
    until,
    with_database,
    with_static_files,
)

SECOND_START_SECONDS = 15  # the bound of the house, set-up included
LEAST_PROCESSES = 10  # launcher, PostgreSQL and some of its own, Redis, gunicorn and two, Celery and two, beat
RUN = (ROOT / "bin" / "portal", "run")
WORKER_PROCESSES = 3  # itself and the two of its pool
Start = Callable[..., Portal]


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_it_serves_at_the_address_it_prints(shared: Portal) -> None:
    assert shared.answers("healthz") == shared.answers("readyz") == shared.answers("") == 200


def test_worker_and_beat_do_their_work(shared: Portal) -> None:
    assert shared.child_named("celery", "worker")
    assert shared.child_named("celery", "beat")
    until(
        lambda: "sweep-jobs" in shared.sql("SELECT name FROM django_celery_beat_periodictask"),
        60,
        "beat wrote its schedule",
    )
    assert "ended and is started again" not in shared.text()


def test_the_same_checkout_runs_once(shared: Portal) -> None:
    line = one_line(RUN, environment(shared.data))
    assert line == (
        f"portal: this checkout is already running; stop the other one first (it holds {shared.data / 'lock'})"
    )
    assert shared.answers() == 200


def test_a_taken_port_is_named_with_another_to_take(shared: Portal, room: Path) -> None:
    port = int(shared.address.rstrip("/").rsplit(":", 1)[1])
    line = one_line(RUN, environment(room / "late", PORT=str(port)))
    assert line == f"portal: port {port} is taken; choose another: make run PORT={port + 1}"
    assert not processes_of(room / "late")


@pytest.mark.parametrize("port", ["http", "-1", "65536", "8000.5", "８０００"])
def test_a_port_that_is_none_is_named(room: Path, port: str) -> None:
    line = one_line(RUN, environment(room / "nowhere", PORT=port))
    assert line == f"portal: PORT is a number from 1 to 65535, not {port}; choose another: make run PORT=8000"


def test_an_address_that_is_not_ours_is_named(room: Path) -> None:
    line = one_line(RUN, environment(room / "nowhere", HOST="192.0.2.1"))
    assert line.startswith("portal: cannot listen on 192.0.2.1:0: ")


def test_a_data_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    line = one_line(RUN, environment(tmp_path / "file" / "data"))
    assert line.startswith(f"portal: cannot make {tmp_path / 'file' / 'data'}: ")
    assert line.endswith("choose another folder: DATA_DIR=/some/folder make run")


def test_two_checkouts_at_once_are_two_portals_and_the_demo_names_its_accounts(shared: Portal, start: Start) -> None:
    port = free_port()
    demo = start("demo", argv=("make", "run"), PORT=str(port), DEMO="1").ready()
    assert demo.address == f"http://127.0.0.1:{port}/"
    table = demo.text().partition("密码")[2].partition("Ctrl-C")[0]
    rows = [line.split()[:3] for line in table.splitlines()[1:] if line]
    assert {role for _, _, role in rows} == {*Role.labels, "专业技术人员"}
    browser = Browser(port)
    for name, password, _ in rows:
        answer = browser.post(reverse("accounts:sign_in"), {"username": name, "password": password})
        assert (answer.status, answer.headers.get("Location")) == (302, "/"), name
    assert shared.sql("SELECT count(*) FROM registry_practitioner") == "[(0,)]"
    assert shared.answers() == demo.answers() == 200
    assert (shared.data / "secrets.env").read_text() != (demo.data / "secrets.env").read_text()
    demo.interrupt()
    assert processes_of(demo.data) == {}
    assert shared.answers() == 200


@dataclass
class Ended:
    """How a first start ended: its data folder, its last words, the exit status and what was left of it."""

    data: Path
    text: str
    status: int
    left: dict[int, str]


@pytest.fixture(scope="module")
def ended(room: Path) -> Ended:
    """A portal that was started, was ready, and heard Ctrl-C."""
    data = with_database(with_static_files(room / "own"))
    portal = Portal(data, environment(data)).start().ready()
    assert len(processes_of(data)) > LEAST_PROCESSES
    status = portal.interrupt()
    return Ended(data, portal.text(), status, processes_of(data))


def test_ctrl_c_leaves_no_process(ended: Ended) -> None:
    assert (ended.status, ended.left) == (0, {})
    assert ended.text.strip().endswith("stopping")


def test_a_second_start_is_soon_ready_and_kill_9_loses_nothing_committed(ended: Ended, start: Start) -> None:
    second = start(ended.data.name).ready()
    assert second.seconds <= SECOND_START_SECONDS, second.text()
    second.sql("CREATE TABLE kept (n int)")
    second.sql("INSERT INTO kept SELECT generate_series(1, 1000)")
    second.kill()
    third = start(ended.data.name).ready()  # at once, while what was left of the second is still ending
    assert third.sql("SELECT sum(n) FROM kept") == "[(500500,)]"
    assert third.answers("readyz") == 200
    third.kill()
    third.wait_for_the_end()


def test_ended_in_the_middle_of_its_first_start_it_begins_again(start: Start) -> None:
    for words, ending in (
        ("making a private PostgreSQL cluster", Portal.kill),
        ("making a private PostgreSQL cluster", Portal.interrupt),
        ("bringing the database up to date", Portal.kill),
        ("bringing the database up to date", Portal.interrupt),
    ):
        portal = start("half-made")
        portal.wait_for(words)
        ending(portal)
        portal.wait_for_the_end()
        assert "Traceback" not in portal.text()
    assert start("half-made").ready().answers("readyz") == 200


@pytest.mark.parametrize(
    "words", [("gunicorn",), ("celery", "worker"), ("celery", "beat"), ("redis-server",), ("-D", "-k")]
)
def test_what_dies_is_started_again(shared: Portal, words: tuple[str, ...]) -> None:
    old = shared.child_named(*words)
    os.kill(old, signal.SIGKILL)
    until(lambda: shared.child_named(*words) not in (0, old), 30, f"{words} again")
    until(lambda: shared.answers("readyz") == 200, 30, "ready again")


def test_no_pool_process_outlives_its_worker(shared: Portal) -> None:
    def workers() -> set[int]:
        return {
            pid for pid, command in processes_of(shared.data).items() if "celery" in command and "worker" in command
        }

    until(lambda: len(workers()) == WORKER_PROCESSES, 60, "worker and pool there")
    old = workers()
    os.kill(shared.child_named("celery", "worker"), signal.SIGKILL)
    until(lambda: not old & workers(), 10, "the old ones gone")
