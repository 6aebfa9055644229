"""A real S3-speaking server (SeaweedFS), as a process with a folder of its own."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import urllib.error
import urllib.request
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from launcher.places import VENV
from launcher.processes import Child, wait_for

BUCKET = "proofs"
KEY, SECRET = "test-key", "test-secret"
_PORTS = ("master", "volume", "filer", "s3")
_START_SECONDS = 60


@dataclass
class Server:
    """The process, and where it listens."""

    child: Child
    address: str

    def start(self) -> None:
        """Start it and wait until it answers."""
        self.child.start()
        if not wait_for(self._answers, self.child, _START_SECONDS):
            raise RuntimeError(f"no S3 server: {self.child.log.read_text()[-2000:]}")

    def stop(self) -> None:
        """Kill it; asked nicely it takes ten seconds."""
        self.child.stop()

    def client(self) -> Any:
        """A client of its owner, who may also make buckets."""
        return boto3.client(
            "s3",
            endpoint_url=self.address,
            region_name="us-east-1",
            aws_access_key_id=KEY,
            aws_secret_access_key=SECRET,
            config=Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1}),
        )

    def _answers(self) -> bool:
        try:
            urllib.request.urlopen(self.address, timeout=1)
        except urllib.error.HTTPError:  # "access denied" is an answer
            return True
        except OSError:
            return False
        return True


def server_in(folder: Path) -> Server:
    """A server that keeps its buckets in this folder; not started yet."""
    (folder / "data").mkdir(parents=True)
    identity = {
        "name": "portal",
        "credentials": [{"accessKey": KEY, "secretKey": SECRET}],
        "actions": ["Admin", "Read", "Write", "List", "Tagging"],
    }
    config = folder / "identities.json"
    config.write_text(json.dumps({"identities": [identity]}))
    ports = free_ports(2 * len(_PORTS))
    listen = [f"-{name}.port{kind}={ports.pop()}" for name in _PORTS for kind in ("", ".grpc")]
    port = next(part.partition("=")[2] for part in listen if part.startswith("-s3.port="))
    argv = [
        str(VENV / "bin" / "weed"),
        "server",
        f"-dir={folder / 'data'}",
        "-ip=127.0.0.1",
        "-ip.bind=127.0.0.1",
        *listen,
        "-filer",
        f"-filer.localSocket={folder / 'filer.sock'}",
        "-s3",
        f"-s3.config={config}",
        f"-s3.localSocket={folder / 's3.sock'}",
        "-s3.autoCreateBucket=false",
        "-s3.port.iceberg=0",
        "-s3.port.lance=0",
        "-master.telemetry=false",
        "-master.volumeSizeLimitMB=64",
        "-volume.max=16",
    ]
    env = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    child = Child("s3", argv, env, folder / "weed.log", cwd=folder, stop_signal=signal.SIGKILL)
    return Server(child, f"http://127.0.0.1:{port}")


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on now."""
    with ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]


def nothing_left(folder: Path) -> None:
    """Take the server's folder away."""
    shutil.rmtree(folder, ignore_errors=True)
