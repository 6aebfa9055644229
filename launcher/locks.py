"""`make lock` and its check: requirements*.txt and package-lock.json follow requirements*.in and package.json."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from launcher import setup
from launcher.console import say
from launcher.places import PYTHON, ROOT, VENV

NAMES = ("requirements", "requirements-dev", "requirements-bench", "requirements-uv")
ADDRESS = re.compile(
    r'"resolved"|index-url|find-links|https?://(?!opencollective|github|www\.patreon|tidelift)', re.IGNORECASE
)


def compile_one(name: str, target: Path, *extra: str) -> bool:
    """`uv pip compile` of one file, keeping the versions that `target` names already."""
    argv = [
        VENV / "bin" / "uv",
        "pip",
        "compile",
        "--quiet",
        "--generate-hashes",
        "--no-emit-index-url",
        "--no-header",
        "--no-emit-find-links",
        "--python",
        PYTHON,
        "--python-version",
        "3.11",
        f"{name}.in",
        "-o",
        target,
        *extra,
    ]
    return subprocess.run([str(part) for part in argv], cwd=ROOT, check=False).returncode == 0


def lock() -> int:
    """Write all lock files anew."""
    setup.python_packages(test=False)
    good = all(compile_one(name, ROOT / f"{name}.txt", *sys.argv[2:]) for name in NAMES)
    node, npm = setup.node_and_npm()
    return (
        0
        if good and subprocess.run([node, npm, "install", "--package-lock-only"], cwd=ROOT, check=False).returncode == 0
        else 1
    )


def check() -> int:
    """Say which lock file is out of step or names an address; the exit status of `make check`."""
    wrong = [message for name in NAMES if (message := _out_of_step(name))]
    wrong += [f"{path.name} names an address" for path in _lock_files() if _names_address(path)]
    if not _package_lock_in_step():
        wrong.append("package-lock.json does not follow package.json: make lock")
    for message in wrong:
        say(message)
    return 1 if wrong else 0


def _lock_files() -> list[Path]:
    return [*(ROOT / f"{name}.txt" for name in NAMES), ROOT / "package-lock.json"]


def _names_address(path: Path) -> bool:
    text = path.read_text()
    if path.suffix == ".json":
        return '"resolved"' in text
    return bool(ADDRESS.search(text))


def _out_of_step(name: str) -> str:
    """Empty when compiling against the lock file gives the lock file again."""
    kept = (ROOT / f"{name}.txt").read_text()
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / f"{name}.txt"
        target.write_text(kept)
        if not compile_one(name, target):
            return f"{name}.in could not be compiled"
        same = _pins(target.read_text()) == _pins(kept)
    return "" if same else f"{name}.txt does not follow {name}.in: make lock"


def _pins(text: str) -> list[str]:
    return sorted(re.findall(r"^([A-Za-z0-9_.\[\]-]+==\S+)", text, re.MULTILINE))


def _package_lock_in_step() -> bool:
    package = json.loads((ROOT / "package.json").read_text())
    locked = json.loads((ROOT / "package-lock.json").read_text())["packages"][""]
    return all(package.get(key, {}) == locked.get(key, {}) for key in ("dependencies", "devDependencies"))


if __name__ == "__main__":
    os.chdir(ROOT)
    raise SystemExit(check() if "--check" in sys.argv else lock())
