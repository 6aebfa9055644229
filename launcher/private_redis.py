"""A private Redis: it listens on a Unix socket alone, and keeps an append-only file."""

from __future__ import annotations

import os
import shutil
import socket
import time
from pathlib import Path

from launcher.console import give_up
from launcher.places import VENV
from launcher.processes import Child, wait_for

OLD_ONE_SECONDS = 10


class PrivateRedis:
    """The Redis of one data folder. `address` once it is started."""

    def __init__(self, data: Path, sockets: Path, *, durable: bool) -> None:
        self.folder, self.socket, self.durable = data / "redis", sockets / "redis.sock", durable
        self.address = f"unix://{self.socket}"
        self.child = Child("redis", [], env=plain_environment(), log=data / "log" / "redis.log")

    def start(self) -> None:
        """Start it and wait until it answers."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.child.argv = self._argv(_binary())
        end = time.monotonic() + OLD_ONE_SECONDS
        while connects(self.socket):  # after kill -9 of the launcher the old one needs a moment to end
            if time.monotonic() > end:
                give_up(f"another Redis still answers at {self.socket}; stop it: redis-cli -s {self.socket} shutdown")
            time.sleep(0.1)
        self.child.start()
        if not wait_for(lambda: connects(self.socket), self.child, 30):
            give_up(f"Redis did not start; see {self.child.log}")

    def _argv(self, binary: Path) -> list[str]:
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.folder),
            "appendonly": "yes" if self.durable else "no",
            "save": "",
            "maxmemory-policy": "noeviction",
            "daemonize": "no",
        }
        return [str(binary), *(word for name, value in options.items() for word in (f"--{name}", value))]


def _binary() -> Path:
    for found in (VENV / "bin" / "redis-server", shutil.which("redis-server")):
        if found and Path(found).exists():
            return Path(found)
    give_up("no redis-server; install it: apt-get install redis-server")


def plain_environment() -> dict[str, str]:
    """What a server needs of the environment, and nothing of ours: no secret stands in its /proc."""
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def connects(path: Path) -> bool:
    """Whether somebody listens on this Unix socket."""
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(path))
        except OSError:
            return False
    return True
