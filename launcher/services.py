"""Private PostgreSQL and Redis, from the wheels or from binaries already on the machine."""

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path

from launcher.places import owner, socket_dir
from launcher.private_postgres import PrivatePostgres
from launcher.private_redis import PrivateRedis
from launcher.processes import Child


class Services:
    """The two servers of one data folder. `env` holds their addresses once they are started.

    `durable` servers keep every commit through a crash; the others are for tests, and quicker.
    """

    def __init__(self, data: Path, *, durable: bool) -> None:
        self.data = data
        self.who = owner()
        self.sockets = socket_dir(data, self.who)
        self.postgres = PrivatePostgres(data, self.sockets, self.who, durable=durable)
        self.redis = PrivateRedis(data, self.sockets, durable=durable)
        self.env: dict[str, str] = {}
        self.children: list[Child] = []

    def start(self) -> None:
        """Start whichever of the two the environment does not name."""
        socket_dir(self.data, self.who)
        for name, server in (("DATABASE_URL", self.postgres), ("REDIS_URL", self.redis)):
            if address := os.environ.get(name):
                self.env[name] = address
                continue
            self.children.append(server.child)
            server.start()
            self.env[name] = server.address

    def stop(self) -> None:
        """Stop both, Redis first; their folder of sockets goes when it is empty."""
        for child in reversed(self.children):
            child.stop()
        with contextlib.suppress(OSError):
            self.sockets.rmdir()

    def remove(self) -> None:
        """Take away what the stopped servers of a test kept, wherever root had to put it."""
        for folder in (self.data, self.postgres.folder, self.sockets):
            shutil.rmtree(folder, ignore_errors=True)
