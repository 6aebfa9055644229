"""Static files, collected anew only when what they are made of has changed."""

from __future__ import annotations

import hashlib
from pathlib import Path

from launcher.console import give_up, say
from launcher.places import PYTHON, ROOT
from launcher.processes import call


def collect(env: dict[str, str], stamp: Path) -> None:
    """`collectstatic` into the STATIC_ROOT of `env`; nothing to do while `stamp` names the same sources."""
    now = _digest()
    if stamp.exists() and stamp.read_text() == now:
        return
    say("collecting static files")
    argv = [str(PYTHON), str(ROOT / "manage.py"), "collectstatic", "--noinput", "--clear", "--verbosity", "0"]
    stamp.unlink(missing_ok=True)  # what a kill leaves half collected is nobody's
    if call(argv, cwd=ROOT, env=env).returncode:
        give_up("manage.py collectstatic failed; see the lines above")
    stamp.write_text(now)


def _digest() -> str:
    made_of = ("package-lock.json", "requirements.txt", "zsjxjy/settings.py")
    files = [*(ROOT / name for name in made_of), *sorted((ROOT / "static").rglob("*"))]
    facts = [
        f"{file.relative_to(ROOT)}:{hashlib.sha256(file.read_bytes()).hexdigest()}" for file in files if file.is_file()
    ]
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()
