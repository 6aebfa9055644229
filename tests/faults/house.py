"""A whole portal that tests may break: real PostgreSQL, Redis, gunicorn, worker and beat, as the launcher starts them.

The tests prepare and look at its database through the portal's own models: for the time of a test Django's `default`
connection leads there.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import environ
import psycopg2
from django.conf import settings
from django.db import connections

from launcher.environment import portal_environment
from launcher.places import PYTHON, ROOT
from launcher.processes import Child, stop_all
from launcher.run import portal
from launcher.services import Services
from tests.faults.browser import Browser
from tests.launcher.started import with_database

# Leases and sweeps much shorter than an office's: the same code waits less.
QUICK = {
    "JOB_LEASE_SECONDS": "2",
    "JOB_HEARTBEAT_SECONDS": "1",
    "JOB_SWEEP_SECONDS": "1",
    "MESSAGE_SWEEP_SECONDS": "2",
    "WEB_WORKERS": "1",
    "PLATFORM_CHUNK": "20",
    "REMINDERS_AT_ONCE": "10",
    "ANNUAL_CHECK_HELPERS": "0",
}
SERVICES = ("DATABASE_URL", "REDIS_URL")
DRAINED_SECONDS = 120  # the fault table's bound for whatever waits in the queue
START_SECONDS = 60


def until(true: Callable[[], Any], seconds: float, what: str) -> Any:
    """Wait for something true and return it; AssertionError with `what` when it does not come."""
    end = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < end, f"{what}: not within {seconds:.0f} s"
        time.sleep(0.005)
    return found


class House:
    """The services live as long as the test run; `fresh` gives a test an empty portal and ends its processes."""

    def __init__(self, data: Path) -> None:
        self.data = data
        outer = {name: os.environ.pop(name) for name in SERVICES if name in os.environ}  # the test run's own
        try:
            self.services = Services(with_database(data), durable=True)
            self.services.start()
        finally:
            os.environ.update(outer)
        self.env = portal_environment(data, self.services.env, **QUICK, DEMO="0", LOG_LEVEL="INFO")
        self.listener = socket.socket()
        self.listener.bind(("127.0.0.1", 0))
        self.listener.listen(64)
        self.port = self.listener.getsockname()[1]
        self.web, self.worker, self.beat = portal(self.env, data, self.listener)
        self.others: list[Child] = []
        self.manage("migrate", "--verbosity", "0")
        self.sql("CREATE DATABASE clean TEMPLATE portal", database="postgres")

    @property
    def postgres(self) -> Child:
        """The database server."""
        return self.services.postgres.child

    @property
    def redis(self) -> Child:
        """The broker."""
        return self.services.redis.child

    def manage(self, *argv: str) -> str:
        """A management command in a process of its own; what it printed."""
        done = subprocess.run(
            [PYTHON, ROOT / "manage.py", *argv], cwd=ROOT, env=self.env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def sql(self, statement: str, *values: object, database: str = "portal") -> list[tuple[Any, ...]]:
        """Ask the database past the portal."""
        address = {"host": str(self.services.sockets), "user": "portal", "dbname": database}
        with closing(psycopg2.connect(**address)) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(statement, values or None)
                return cursor.fetchall() if cursor.description else []

    @contextmanager
    def fresh(self) -> Iterator[None]:
        """An empty portal, behind Django's `default` connection; afterwards its processes are ended."""
        self.sql("DROP DATABASE portal WITH (FORCE)", database="postgres")
        self.sql("CREATE DATABASE portal TEMPLATE clean", database="postgres")
        given = settings.DATABASES["default"]
        kept = dict(given)
        connections.close_all()
        given.update(environ.Env.db_url_config(self.services.env["DATABASE_URL"]))
        media, settings.MEDIA_ROOT = settings.MEDIA_ROOT, self.data / "media"
        try:
            yield
        finally:
            stop_all([*self.others, self.beat, self.worker, self.web])
            self.others.clear()
            connections.close_all()
            given.clear()
            given.update(kept)
            settings.MEDIA_ROOT = media
            for name, child in (("PostgreSQL", self.postgres), ("Redis", self.redis)):
                assert child.running(), f"{name} was left dead"

    def serve(self) -> None:
        """Start gunicorn and wait for its first page."""
        self.web.start()
        until(self.is_ready, START_SECONDS, "the portal serves")

    def is_ready(self) -> bool:
        """Whether /readyz says that the database answers."""
        return Browser(self.port).get("/readyz").status == 200

    def restart_postgres(self, ending: signal.Signals, seconds_down: float = 0.0) -> float:
        """End the server by SIGINT (in order) or SIGKILL (a crash) and start it again; when it answered again."""
        server = self.postgres
        assert server.process
        os.kill(server.process.pid, ending)
        server.process.wait(START_SECONDS)
        time.sleep(seconds_down)
        return self._start_postgres()

    def _start_postgres(self) -> float:
        def answers() -> bool:
            if not self.postgres.running():  # what a crash left must end first: so the launcher tries again, too
                self.postgres.start()
            try:
                return bool(self.sql("SELECT 1"))
            except psycopg2.OperationalError:
                return False

        until(answers, START_SECONDS, "PostgreSQL answers")
        return time.monotonic()

    def kill_redis(self) -> None:
        """kill -9."""
        assert self.redis.process
        self.redis.process.kill()
        self.redis.process.wait()

    def start_redis(self) -> None:
        """Start it again and wait until it answers."""
        self.services.redis.start()

    def tell_redis(self, command: str) -> str:
        """One command; FLUSHALL takes away all it holds, CLIENT KILL ends connections as a broken network does."""
        with socket.socket(socket.AF_UNIX) as redis:
            redis.connect(str(self.services.redis.socket))
            redis.sendall(f"{command}\r\n".encode())
            return redis.recv(64).decode().strip()

    def pool(self) -> list[int]:
        """The worker's own children, which do the work."""
        assert self.worker.process
        children = Path(f"/proc/{self.worker.process.pid}/task/{self.worker.process.pid}/children").read_text()
        return [int(pid) for pid in children.split()]

    def work(self) -> None:
        """Start the worker and wait for its pool."""
        self.worker.start()
        until(lambda: self.worker.running() and self.pool(), START_SECONDS, "the worker's pool")

    def at(self, moment: str, child: Child, name: str) -> Child:
        """A second process like `child`, not yet started, whose clock goes on from `moment`."""
        python, dash_m, *rest = child.argv
        argv = [python, dash_m, "tests.faults.clock", moment, *rest]
        self.others.append(Child(name, argv, child.env, child.log.with_name(f"{name}.log"), cwd=child.cwd))
        return self.others[-1]

    def mend(self) -> None:
        """What the launcher, systemd or an orchestrator does: start again what ended."""
        for child in (self.web, self.worker, self.beat):
            if child.process is not None and not child.running():
                child.start()

    def close(self) -> None:
        """At the end of the test run."""
        stop_all([self.beat, self.worker, self.web])
        self.services.stop()
        self.services.remove()
        self.listener.close()
