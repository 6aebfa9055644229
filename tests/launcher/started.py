"""A real `bin/portal run` as a subprocess, with a data folder of its own, and a look at what it leaves behind."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import time
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from launcher.database import copy_cluster
from launcher.places import ROOT, VENV
from launcher.services import Services

KEPT = ("PATH", "HOME", "LANG", "TMPDIR")
START_SECONDS = 180  # a first start on a busy machine; what must be quicker has its own bound
STOP_SECONDS = 45
AFTER_A_KILL_SECONDS = 30


def environment(data: Path, **more: str) -> dict[str, str]:
    """What a user's shell would give: nothing of the test run's own services and keys."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    kept["PATH"] = kept["PATH"].removeprefix(f"{VENV / 'bin'}{os.pathsep}")
    return {**kept, "PORTAL_VENV": str(VENV), "DATA_DIR": str(data), "PORT": "0", "DEMO": "", **more}


def with_static_files(data: Path) -> Path:
    """A data folder that has its static files already: collecting them takes longer than all the rest of a start."""
    files = Path(os.environ["STATIC_ROOT"])
    data.mkdir(parents=True, exist_ok=True)
    shutil.copytree(files, data / "static", copy_function=shutil.copyfile)
    shutil.copyfile(files.parent / "stamp", data / "static.stamp")
    return data


def with_database(data: Path, *, durable: bool = True) -> Path:
    """A data folder whose cluster is a copy of the tests' own: only a test of the first start brings one up to date."""
    if cluster := os.environ.get("PORTAL_CLUSTER"):
        data.mkdir(parents=True, exist_ok=True)
        copy_cluster(Path(cluster), Services(data, durable=durable))
    return data


def until(true: Callable[[], object], seconds: float, what: str) -> None:
    """Wait for something; AssertionError with `what` when it does not come."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"{what}: not within {seconds:.0f} s"
        time.sleep(0.05)


def processes_of(data: Path) -> dict[int, str]:
    """Every living process that has this data folder in its environment, its command line or as its place of work."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes()
            about = command + (folder / "environ").read_bytes() + bytes((folder / "cwd").readlink())
        except OSError:
            continue
        if command and os.fsencode(data) in about and int(folder.name) != os.getpid():
            found[int(folder.name)] = command.replace(b"\0", b" ").decode(errors="replace")
    return found


def _parent(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])
    except OSError:
        return 0


@dataclass
class Portal:
    """One start of the portal. Its output is a file, so that nothing waits for a reader."""

    data: Path
    env: dict[str, str]
    argv: Sequence[str] = ("bin/portal", "run")
    cwd: Path = ROOT
    user: int | None = None
    seconds: float = field(default=0.0, init=False)

    def start(self) -> Portal:
        """Start it, as the leader of a group of its own like a job of a shell."""
        self.output = self.data.parent / f"{self.data.name}.{time.monotonic_ns()}.out"
        self.began = time.monotonic()
        rights = {} if self.user is None else {"user": self.user, "group": self.user, "extra_groups": []}
        with self.output.open("wb") as out:
            self.process = subprocess.Popen(
                self.argv,
                cwd=self.cwd,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                process_group=0,
                **rights,
            )
        return self

    def ready(self) -> Portal:
        """Wait until it serves, and the last line of its welcome is printed."""
        self.wait_for("Ctrl-C stops everything.")
        self.seconds = time.monotonic() - self.began
        return self

    def wait_for(self, words: str) -> None:
        """Wait until it prints these words; AssertionError when it ends before."""
        until(lambda: words in self.text() or self.process.poll() is not None, START_SECONDS, words)
        assert words in self.text(), self.text()

    def text(self) -> str:
        """All it has printed."""
        return self.output.read_text()

    @property
    def address(self) -> str:
        """The address as printed."""
        found = re.search(r"ready: (http://127\.0\.0\.1:\d+/)$", self.text(), re.MULTILINE)
        assert found, self.text()
        return found[1]

    def answers(self, path: str = "healthz") -> int:
        """The status of a page; 0 when nobody answers."""
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(self.address + path, timeout=10) as answer:
                return int(answer.status)
        except urllib.request.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def interrupt(self) -> int:
        """Ctrl-C: the terminal sends SIGINT to the whole group. The exit status."""
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(STOP_SECONDS)

    def kill(self) -> None:
        """kill -9 of the launcher alone, as the kernel does when memory runs out."""
        self.process.kill()
        self.process.wait()

    def clear_away(self) -> None:
        """Whatever is left of it after a test: the launcher, and the make that started it."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def child_named(self, *words: str) -> int:
        """The launcher's own child whose command line has these words; 0 when there is none."""
        of_launcher = {pid for pid, command in processes_of(self.data).items() if "bin/portal run" in command}
        for pid, command in processes_of(self.data).items():
            if all(word in command for word in words) and _parent(pid) in of_launcher:
                return pid
        return 0

    def sql(self, statement: str) -> str:
        """What psycopg2 answers, in the portal's own database."""
        sockets = re.search(rb"-k\0([^\0]+)", Path(f"/proc/{self.child_named('-D', '-k')}/cmdline").read_bytes())
        assert sockets
        code = (
            "import sys, psycopg2; c = psycopg2.connect(host=sys.argv[1], user='portal', dbname='portal'); "
            "c.autocommit = True; k = c.cursor(); k.execute(sys.argv[2]); print(k.fetchall() if k.description else '')"
        )
        argv = [VENV / "bin" / "python", "-c", code, os.fsdecode(sockets[1]), statement]
        return subprocess.run(argv, capture_output=True, text=True, check=True).stdout.strip()

    def wait_for_the_end(self) -> None:
        """Wait until no process of this portal is left."""
        end = time.monotonic() + AFTER_A_KILL_SECONDS
        while left := processes_of(self.data):
            assert time.monotonic() < end, f"still there: {left}"
            time.sleep(0.05)


def one_line(argv: Sequence[object], env: dict[str, str]) -> str:
    """The only line that a start which gives up prints on stderr; its exit status is 1."""
    done = subprocess.run(
        [str(word) for word in argv], cwd=ROOT, env=env, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 1, done
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    return lines[0]
