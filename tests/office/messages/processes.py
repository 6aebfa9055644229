"""Processes of their own that work on the test's database."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection


def environment(**more: str) -> dict[str, str]:
    """This process's environment with the test's own database in place of the one it was made beside."""
    address, mark, query = os.environ["DATABASE_URL"].partition("?")
    name = connection.settings_dict["NAME"]
    return {**os.environ, "DATABASE_URL": f"{address.rpartition('/')[0]}/{name}{mark}{query}", **more}


def run_script(script: str, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    """A Python script in the project's folder, to its end."""
    argv = [sys.executable, "-c", script, *arguments]
    options = {"cwd": settings.BASE_DIR, "env": environment(**env), "timeout": 120}
    return subprocess.run(argv, capture_output=True, text=True, check=False, **options)


@contextmanager
def worker(log: Path, **env: str) -> Iterator[None]:
    """A Celery worker, ended with the block."""
    argv = [sys.executable, "-m", "celery", "-A", "zsjxjy", "worker", "--pool", "solo", "--without-gossip"]
    argv += ["--without-mingle", "--without-heartbeat", "-n", f"{log.stem}@tests"]
    with log.open("w") as out:
        process = subprocess.Popen(
            argv, cwd=settings.BASE_DIR, env=environment(**env), stdout=out, stderr=subprocess.STDOUT
        )
    try:
        yield
    finally:
        process.kill()
        process.wait(30)
