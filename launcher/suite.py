"""`make test`, `make check`, `make bench`: the same set-up, private services of their own, then the tools in phases."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import IO

from launcher import database, setup, static
from launcher.console import say
from launcher.environment import portal_environment
from launcher.places import PYTHON, ROOT, VENV, data_dir, held, own_folder
from launcher.processes import bound, call
from launcher.services import Services

XDIST = ("-n", "2", "--dist", "loadfile")


@dataclass(frozen=True)
class Phase:
    """One run of pytest with its share of the time, in minutes."""

    name: str
    minutes: int
    arguments: tuple[str, ...]


QUICK = ("-m", "not slow")
UNIT = Phase(
    "unit and database",
    9,
    ("tests", "--ignore=tests/browser", "--ignore=tests/faults", "--ignore=tests/launcher", *QUICK, *XDIST),
)
REST = Phase("launcher and faults", 8, ("tests/launcher", "tests/faults", *QUICK))
BROWSER = Phase("browser", 8, ("tests/browser", *QUICK))
# The last two wait for processes most of the time: together they use the two cores that the first one fills alone.
Together = tuple[Phase, ...]
ALL: tuple[Together, ...] = ((UNIT,), (REST, BROWSER))
FAULTS = Phase("faults, all", 60, ("tests/faults",))
FULL = Phase("what is longer", 90, ("tests", "--ignore=tests/faults", "-m", "slow"))


@contextlib.contextmanager
def environment(kind: str, *, bench: bool = False, durable: bool = False) -> Iterator[dict[str, str]]:
    """Everything installed, private services started fresh; stopped again at the end.

    `durable` for services that keep a commit as those of a real installation do.
    """
    setup.python_packages(test=True, bench=bench)
    setup.front_end_packages()
    data = data_dir(kind)
    with held(own_folder(data.parent) / f"{kind}.lock", f"another make {kind} runs in this checkout"):
        Services(data, durable=durable).remove()  # what an earlier run left behind
        data.mkdir(parents=True)
        services = Services(data, durable=durable)
        more = _up_to_date(services) if kind == "test" and "DATABASE_URL" not in os.environ else {}
        try:
            services.start()
            quiet = {"DEMO": "0", "DEBUG": "0", "INSECURE_HTTP": "1", "LOG_LEVEL": "WARNING"}
            yield portal_environment(data, services.env, **quiet, **more)
        finally:
            services.stop()


def _up_to_date(services: Services) -> dict[str, str]:
    """Give the tests' servers a database that is up to date: test databases and portals under test are copies of it."""
    cluster = database.kept_cluster(own_folder(data_dir("test-database")))
    database.copy_cluster(cluster, services)
    return {"TEST_DATABASE_TEMPLATE": "portal", "PORTAL_CLUSTER": str(cluster)}


def test(phases: Sequence[Together] = ALL, *, check: bool = True, arguments: Sequence[str] = ()) -> int:
    """Checks, then the phases, some of them at once; every phase runs, and any failure fails the whole."""
    failed: list[str] = []
    with environment("test") as env:
        env["PORTAL_CHROMIUM"] = setup.chromium()
        env["PORTAL_SOFFICE"] = setup.soffice()
        env.update(setup.pdf_tools())
        kept = data_dir("test-static")  # kept from run to run: compressing them takes longer than many a test
        kept.mkdir(parents=True, exist_ok=True)
        env["STATIC_ROOT"] = str(kept / "files")
        static.collect(env, kept / "stamp")
        if check and _checks(env):
            failed.append("make check")
        for together in phases:
            failed += _run(together, env, arguments)
    say("everything passed" if not failed else f"FAILED: {', '.join(failed)}")
    return 1 if failed else 0


def check() -> int:
    """ruff, mypy, import-linter, migrations and lock files in step."""
    with environment("check") as env:
        return _checks(env)


def bench(arguments: Sequence[str]) -> int:
    """`python -m bench` beside its peers, on services with the durability of a real installation."""
    with environment("bench", bench=True, durable=True) as env:
        return call([PYTHON, "-m", "bench", *arguments], cwd=ROOT, env=env).returncode


def _checks(env: dict[str, str]) -> int:
    tools: list[tuple[str, list[object]]] = [
        ("ruff", [VENV / "bin" / "ruff", "check", "."]),
        ("ruff format", [VENV / "bin" / "ruff", "format", "--check", "."]),
        ("mypy", [VENV / "bin" / "mypy"]),
        ("import-linter", [VENV / "bin" / "lint-imports"]),
        ("migrations", [PYTHON, "manage.py", "makemigrations", "--check", "--dry-run"]),
        ("lock files", [sys.executable, "-m", "launcher.locks", "--check"]),
    ]
    failed = []
    for name, argv in tools:
        say(f"check: {name}")
        if call(argv, cwd=ROOT, env=env).returncode:
            failed.append(name)
    if failed:
        say(f"check FAILED: {', '.join(failed)}")
    return 1 if failed else 0


def _run(together: Together, env: dict[str, str], arguments: Sequence[str]) -> list[str]:
    """The names of those that failed. The first one's lines are seen as they come, the others' once it has ended."""
    failed = []
    began = time.monotonic()
    with contextlib.ExitStack() as stack:
        running = []
        for number, phase in enumerate(together):
            say(f"tests: {phase.name}")
            out = stack.enter_context(tempfile.TemporaryFile()) if number else None
            argv = [str(PYTHON), "-m", "pytest", *phase.arguments, *arguments]
            running.append((phase, stack.enter_context(_started(argv, env, out)), out))
        for phase, process, out in running:
            code = _ended(process, began + phase.minutes * 120 - time.monotonic())
            if out is not None:
                out.seek(0)
                sys.stdout.write(out.read().decode(errors="replace"))
            say(f"tests: {phase.name} took {time.monotonic() - began:.0f} s of {phase.minutes} min")
            failed += [phase.name] if code else []
    return failed


@contextlib.contextmanager
def _started(argv: list[str], env: dict[str, str], out: IO[bytes] | None) -> Iterator[subprocess.Popen[bytes]]:
    """A process in a session of its own, which is ended with everything in it when the block is left."""
    with subprocess.Popen(
        argv,
        cwd=ROOT,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=out,
        stderr=out and subprocess.STDOUT,
        start_new_session=True,
        preexec_fn=bound(),  # noqa: PLW1509 - one thread
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, 9)


def _ended(process: subprocess.Popen[bytes], seconds: float) -> int:
    """Its exit status within twice the phase's share: a hung test fails instead of holding the machine."""
    try:
        return process.wait(max(seconds, 0))
    except subprocess.TimeoutExpired:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, 9)
        say("stopped: it took twice its share of the time")
        return 124
