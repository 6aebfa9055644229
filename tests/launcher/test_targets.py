"""The Makefile's targets, and the check of the lock files."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from launcher import locks, places
from launcher.places import ROOT
from launcher.suite import BROWSER, FAULTS, FULL, REST, UNIT
from tests.launcher.started import environment

MAKEFILE = (ROOT / "Makefile").read_text()
LEAF = re.search(r"^tzdata==(?:.*\\\n)+.*\n", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
assert LEAF
LOCKED = LEAF[0]  # a package without requirements of its own, as it is locked for the portal


def made(*targets: str) -> str:
    """What make prints."""
    argv = ["make", "--no-print-directory", *targets]
    env = environment(Path("/nowhere"))
    return subprocess.run(argv, cwd=ROOT, env=env, capture_output=True, text=True, check=True).stdout


def test_help_lists_every_target_with_a_word_about_it() -> None:
    targets = re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE)
    listed = re.findall(r"^make ([a-z-]+) +\S", made("help"), re.MULTILINE)
    assert listed == targets
    assert made() == made("help")
    phony = re.search(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)
    assert phony
    assert set(phony[1].split()) == set(targets)


def test_every_target_of_the_launcher_is_one_that_it_knows() -> None:
    asked = set(re.findall(r"bin/portal ([a-z-]+)", MAKEFILE))
    known = set(re.findall(r'target == "([a-z-]+)"', (ROOT / "bin" / "portal").read_text()))
    assert asked <= known
    done = subprocess.run([ROOT / "bin" / "portal", "tset"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (2, "portal: unknown target tset; see make help\n")


def test_the_phases_run_every_test_once_and_the_slow_ones_in_the_long_run() -> None:
    """Each folder of tests belongs to one quick phase; `make test-full` adds what that leaves out."""
    apart = {"tests/browser", "tests/faults", "tests/launcher"}
    assert {word.removeprefix("--ignore=") for word in UNIT.arguments if word.startswith("--ignore=")} == apart
    assert apart == {word for phase in (REST, BROWSER) for word in phase.arguments if word.startswith("tests/")}
    assert all("not slow" in phase.arguments for phase in (UNIT, REST, BROWSER))
    assert FAULTS.arguments == ("tests/faults",)
    assert {"tests", "slow", "--ignore=tests/faults"} <= set(FULL.arguments)


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small checkout with one list of requirements and one package.json, both in step with their locks."""
    (tmp_path / "requirements.in").write_text("tzdata\n")
    (tmp_path / "requirements.txt").write_text(LOCKED)
    (tmp_path / "package.json").write_text('{"dependencies": {"htmx.org": "2.0.4"}}')
    (tmp_path / "package-lock.json").write_text('{"packages": {"": {"dependencies": {"htmx.org": "2.0.4"}}}}')
    monkeypatch.setattr(locks, "ROOT", tmp_path)
    monkeypatch.setattr(locks, "NAMES", ("requirements",))
    return tmp_path


def test_locks_in_step_pass(checkout: Path) -> None:
    assert locks.check() == 0


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("requirements.in", "tzdata\nvine\n", "requirements.txt does not follow requirements.in: make lock"),
        ("requirements.in", "tzdata==nothing\n", "requirements.in could not be compiled"),
        ("requirements.txt", f"--index-url https://pypi.example/simple\n{LOCKED}", "requirements.txt names an address"),
        ("requirements.txt", f"{LOCKED}    # from https://files.example/p.whl\n", "requirements.txt names an address"),
        (
            "package.json",
            '{"dependencies": {"htmx.org": "2.0.5"}}',
            "package-lock.json does not follow package.json: make lock",
        ),
        (
            "package-lock.json",
            '{"packages": {"": {"dependencies": {"htmx.org": "2.0.4"}}, "x": {"resolved": "https://r.example/x.tgz"}}}',
            "package-lock.json names an address",
        ),
    ],
)
def test_a_lock_out_of_step_or_with_an_address_fails(
    checkout: Path, capsys: pytest.CaptureFixture[str], file: str, text: str, said: str
) -> None:
    (checkout / file).write_text(text)
    assert locks.check() == 1
    assert said in capsys.readouterr().out


def test_the_locks_of_this_checkout_name_no_address() -> None:
    assert places.ROOT == locks.ROOT
    assert [path.name for path in locks._lock_files() if locks._names_address(path)] == []
