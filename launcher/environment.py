"""The environment that settings.py reads: secrets made once, services' addresses, the data folder."""

from __future__ import annotations

import base64
import os
import secrets
from pathlib import Path

from launcher.places import ROOT, VENV


def secrets_of(data: Path) -> dict[str, str]:
    """SECRET_KEY, FIELD_KEYS and HASH_KEY: the environment's, else those made at the first start and kept in .data."""
    file = data / "secrets.env"
    if not file.exists():
        fresh = {
            "SECRET_KEY": secrets.token_urlsafe(50),
            "FIELD_KEYS": "k1:" + base64.b64encode(secrets.token_bytes(32)).decode(),
            "HASH_KEY": base64.b64encode(secrets.token_bytes(32)).decode(),
        }
        partial = file.with_suffix(".partial")
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as out:
            out.writelines(f"{name}={value}\n" for name, value in fresh.items())
            out.flush()
            os.fsync(out.fileno())
        partial.rename(file)
    kept = dict(line.split("=", 1) for line in file.read_text().splitlines() if "=" in line)
    return {name: os.environ.get(name, value) for name, value in kept.items()}


def portal_environment(data: Path, services: dict[str, str], **more: str) -> dict[str, str]:
    """What the portal's processes are started with."""
    return {
        **os.environ,
        "PATH": f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}",
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": os.environ.get("PYTHONDONTWRITEBYTECODE", ""),
        "DJANGO_SETTINGS_MODULE": "zsjxjy.settings",
        "DATA_DIR": str(data),
        **secrets_of(data),
        **services,
        **more,
    }
