"""A database brought up to date once and copied from then on: migrating takes longer than many a test."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from pathlib import Path

from launcher.console import give_up, say
from launcher.environment import portal_environment
from launcher.places import PYTHON, ROOT
from launcher.processes import call
from launcher.services import Services

STAMP = "stamp"


def kept_cluster(kept: Path) -> Path:
    """The folder of a stopped cluster whose database "portal" is up to date; made anew when a migration changed."""
    services = Services(kept, durable=False)
    stamp, now = kept / STAMP, _digest()
    if not (stamp.exists() and stamp.read_text() == now and services.postgres.folder.exists()):
        services.remove()
        kept.mkdir(parents=True)
        _make(services)
        stamp.write_text(now)
    return services.postgres.folder


def copy_cluster(cluster: Path, services: Services) -> None:
    """Give servers that were never started this cluster; theirs is made of it at their start."""
    folder = services.postgres.folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    partial = folder.with_suffix(".copied")
    subprocess.run(["cp", "-a", "--reflink=auto", str(cluster), str(partial)], check=True)
    partial.rename(folder)


def _make(services: Services) -> None:
    say("making a database for the tests")
    try:
        services.start()
        env = portal_environment(services.data, services.env, DEMO="0", DEBUG="0", INSECURE_HTTP="1")
        if call([PYTHON, ROOT / "manage.py", "migrate", "--verbosity", "0"], cwd=ROOT, env=env).returncode:
            give_up("manage.py migrate failed; see the lines above")
    finally:
        services.stop()
    shutil.rmtree(services.data / "log", ignore_errors=True)


def _digest() -> str:
    """Of every migration, and of the packages, which bring migrations of their own."""
    migrations = (path for depth in ("*", "*/*") for path in ROOT.glob(f"{depth}/migrations/*.py"))
    whole = hashlib.sha256()
    for file in (ROOT / "requirements.txt", *sorted(migrations)):
        whole.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes())
    return whole.hexdigest()
