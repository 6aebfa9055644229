"""Where everything lies: the checkout, its .data folder, the folder of sockets, the unprivileged user for root."""

from __future__ import annotations

import hashlib
import os
import pwd
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from launcher.console import give_up

ROOT = Path(__file__).resolve().parent.parent
VENV = Path(os.environ.get("PORTAL_VENV", ROOT / ".venv"))
PYTHON = VENV / "bin" / "python"


@dataclass(frozen=True)
class Owner:
    """The user who runs PostgreSQL: oneself, or for root an unprivileged one, which PostgreSQL insists on."""

    uid: int
    gid: int


def owner() -> Owner:
    """Oneself, or for root `postgres` where that user exists, else `nobody`."""
    if os.geteuid() != 0:
        return Owner(os.geteuid(), os.getegid())
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Owner(entry.pw_uid, entry.pw_gid)
    give_up("no unprivileged user for PostgreSQL; make one: adduser --system postgres")


def data_dir(kind: str) -> Path:
    """`.data` for `make run`, `.data/test` and the like for others; DATA_DIR overrides the first."""
    base = Path(os.environ.get("DATA_DIR") or ROOT / ".data").resolve()
    return base if kind == "run" else base / kind


def private_folder(path: Path, who: Owner) -> Path:
    """A folder that only `who` (and root) can enter; refuses one that somebody else made there first."""
    try:
        path.mkdir(mode=0o700, parents=False)
        if os.geteuid() == 0:
            os.chown(path, who.uid, who.gid)
    except FileExistsError:
        pass
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (who.uid, os.geteuid()):
        give_up(f"{path} belongs to somebody else; remove it: sudo rm -r {path}")
    path.chmod(0o700)
    if os.geteuid() == 0:
        os.chown(path, who.uid, who.gid)
    return path


def socket_dir(data: Path, who: Owner) -> Path:
    """A short folder for sockets (their paths are limited to 107 bytes), one per data folder and user."""
    name = hashlib.sha256(os.fsencode(data)).hexdigest()[:10]
    return private_folder(Path(tempfile.gettempdir()) / f"portal-{name}-{who.uid}", who)


def reachable(path: Path, who: Owner) -> bool:
    """Whether `who` can enter the folder that holds `path`: root's checkout may lie behind a closed door."""
    if who.uid == os.geteuid():
        return True
    for parent in [path, *path.parents]:
        if not parent.exists():
            continue
        found = parent.stat()
        bit = stat.S_IXUSR if found.st_uid == who.uid else stat.S_IXGRP if found.st_gid == who.gid else stat.S_IXOTH
        if not found.st_mode & bit:
            return False
    return True


def outside(data: Path, what: str, who: Owner) -> Path:
    """A place under /var/tmp for what `who` cannot reach in the checkout; it survives a reboot, as .data would."""
    name = hashlib.sha256(os.fsencode(data)).hexdigest()[:10]
    return private_folder(private_folder(Path("/var/tmp") / f"portal-{name}", who) / what, who)  # noqa: S108
