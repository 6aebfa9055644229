"""The portal as `make run` starts it, for the browser tests: own data folder, own port, demo data loaded."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from tests.launcher.started import with_database, with_static_files

ROOT = Path(__file__).resolve().parent.parent.parent
START_LIMIT = 240
# What `bin/portal test` sets for its own services must not reach the portal under test.
OURS = (
    "DATABASE_URL",
    "REDIS_URL",
    "STATIC_ROOT",
    "SECRET_KEY",
    "FIELD_KEYS",
    "HASH_KEY",
    "DJANGO_SETTINGS_MODULE",
    "LOG_LEVEL",
)


@dataclass
class Portal:
    """A running portal: where it answers, what it printed, and the accounts it named."""

    url: str
    output: str
    process: subprocess.Popen[str]
    env: dict[str, str]

    @property
    def accounts(self) -> dict[str, str]:
        """User name → password, as the start printed them."""
        return dict(re.findall(r"^([a-z][a-z0-9_]*)\s+(\S+)\s+[一-鿿]", self.output, re.MULTILINE))

    def stop(self) -> None:
        """Ctrl-C."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(60)

    def manage(self, *arguments: str) -> str:
        """What `bin/portal manage …` prints, in this portal."""
        argv = [sys.executable, "bin/portal", "manage", *arguments]
        env = {**self.env, "PORT": self.url.rpartition(":")[2]}
        done = subprocess.run(argv, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(data: Path, *, demo: bool = True) -> Portal:
    """`make run` until it says that it is ready. AssertionError with its output when it does not."""
    env = {name: value for name, value in os.environ.items() if name not in OURS and not name.startswith("PYTEST")}
    port = free_port()
    env |= {"DATA_DIR": str(data), "PORT": str(port), "DEMO": "1" if demo else ""}
    with_database(with_static_files(data))
    log = data.parent / f"{data.name}.log"
    with log.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "bin/portal", "run"],
            cwd=ROOT,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            text=True,
        )
    end = time.monotonic() + START_LIMIT
    while time.monotonic() < end:
        output = log.read_text()
        if "Ctrl-C stops everything." in output:
            return Portal(f"http://127.0.0.1:{port}", output, process, env)
        if process.poll() is not None:
            break
        time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    raise AssertionError(f"the portal did not start:\n{log.read_text()}")
