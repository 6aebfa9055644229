"""docker-compose.yml: the five services stand, no secret is written down, the tool accepts it where there is one."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent.parent
FILE = ROOT / "docker-compose.yml"
SECRETS = ("SECRET_KEY", "FIELD_KEYS", "HASH_KEY", "POSTGRES_PASSWORD")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return yaml.safe_load(FILE.read_text())  # type: ignore[no-any-return]


def test_the_services_of_the_portal_are_there(compose: dict[str, Any]) -> None:
    assert {"web", "worker", "beat", "postgres", "redis"} <= compose["services"].keys()


def test_redis_keeps_what_it_is_told_and_evicts_nothing(compose: dict[str, Any]) -> None:
    command = compose["services"]["redis"]["command"]
    assert command[command.index("--appendonly") + 1] == "yes"
    assert command[command.index("--maxmemory-policy") + 1] == "noeviction"


def test_every_process_of_ours_gets_the_same_settings(compose: dict[str, Any]) -> None:
    services = compose["services"]
    for name in ("worker", "beat", "migrate"):
        assert services[name]["environment"] == services["web"]["environment"]


@pytest.mark.parametrize("secret", SECRETS)
def test_a_secret_comes_from_outside_or_nothing_starts(secret: str) -> None:
    uses = re.findall(rf"\$\{{{secret}([^}}]*)\}}", FILE.read_text())
    assert uses
    assert all(use.startswith(":?") for use in uses)


def test_nothing_listens_on_a_public_address(compose: dict[str, Any]) -> None:
    ports = [port for service in compose["services"].values() for port in service.get("ports", [])]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_what_the_commands_name_is_in_the_image(compose: dict[str, Any]) -> None:
    for name in ("worker", "beat"):
        assert compose["services"][name]["command"][:4] == ["celery", "-A", "zsjxjy", name]
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert all((ROOT / part).exists() for line in copied for part in line.split())


def _tool() -> list[str] | None:
    for argv in (["docker", "compose"], ["docker-compose"]):
        there = shutil.which(argv[0])
        if there and not subprocess.run([*argv, "version"], capture_output=True, check=False).returncode:
            return argv
    return None


def test_the_tool_accepts_it_where_it_is_installed() -> None:
    tool = _tool()
    if tool is None:  # the tests above hold the file on a machine without it
        return
    env = {**os.environ, **dict.fromkeys(SECRETS, "made-up")}
    done = subprocess.run([*tool, "-f", FILE, "config", "-q"], env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
