"""`make test`, `make check`, `make bench`: the same set-up, private services of their own, then the tools in phases."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

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
REST = Phase("launcher and faults", 5, ("tests/launcher", "tests/faults", *QUICK))
BROWSER = Phase("browser", 8, ("tests/browser", *QUICK))
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


def test(phases: Sequence[Phase] = (UNIT, REST, BROWSER), *, check: bool = True, arguments: Sequence[str] = ()) -> int:
    """Checks, then each phase; every phase runs, and any failure fails the whole."""
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
        for phase in phases:
            started = time.monotonic()
            say(f"tests: {phase.name}")
            code = _limited([str(PYTHON), "-m", "pytest", *phase.arguments, *arguments], env, phase.minutes * 120)
            say(f"tests: {phase.name} took {time.monotonic() - started:.0f} s of {phase.minutes} min")
            if code:
                failed.append(phase.name)
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


def _limited(argv: list[str], env: dict[str, str], seconds: float) -> int:
    """Run with an upper limit, twice the phase's share: a hung test fails instead of holding the machine."""
    with subprocess.Popen(
        argv,
        cwd=ROOT,
        env=env,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=bound(),  # noqa: PLW1509 - one thread
    ) as process:
        try:
            return process.wait(seconds)
        except BaseException:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, 9)
            if isinstance(sys.exc_info()[1], subprocess.TimeoutExpired):
                say(f"stopped after {seconds:.0f} s")
                return 124
            raise
