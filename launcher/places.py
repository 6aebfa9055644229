"""Where everything lies: the checkout, its .data folder, the folder of sockets, the unprivileged user for root."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import pwd
import stat
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from launcher.console import give_up

ROOT = Path(__file__).resolve().parent.parent
VENV = Path(os.environ.get("PORTAL_VENV", ROOT / ".venv"))
PYTHON = VENV / "bin" / "python"
LONGEST_PLACE = 60  # bytes: with our folder's name and PostgreSQL's socket's it stays below 107


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


def own_folder(path: Path) -> Path:
    """The data folder, made at the first start; refuses one that this user cannot write to, in one line."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        give_up(f"cannot make {path}: {error.strerror}; choose another folder: DATA_DIR=/some/folder make run")
    if not os.access(path, os.W_OK | os.X_OK):
        give_up(f"{path} belongs to {_name(path)}; start as that user, or take another: DATA_DIR=/some/folder make run")
    return path


@contextlib.contextmanager
def held(lock: Path, otherwise: str) -> Iterator[None]:
    """Hold a lock file while the block runs; gives up with `otherwise` when another launcher holds it.

    The kernel lets go of it when the launcher is killed, and children do not inherit it.
    """
    with lock.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            give_up(f"{otherwise} (it holds {lock})")
        yield


def private_folder(path: Path, who: Owner) -> Path:
    """A folder that only `who` (and root) can enter; refuses one that somebody else made there first."""
    try:
        path.mkdir(mode=0o700)
    except FileExistsError:
        pass
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (who.uid, os.geteuid()):
        give_up(f"{path} belongs to {_name(path)}; start as that user, or take another: DATA_DIR=/some/folder make run")
    path.chmod(0o700)
    if os.geteuid() == 0:
        os.chown(path, who.uid, who.gid)
    return path


def _name(path: Path) -> str:
    owner_id = path.lstat().st_uid
    try:
        return pwd.getpwuid(owner_id).pw_name
    except KeyError:
        return f"user {owner_id}"


def socket_dir(data: Path, who: Owner) -> Path:
    """A short folder for sockets (their paths are limited to 107 bytes), one per data folder and user."""
    place = Path(tempfile.gettempdir())
    if len(os.fsencode(place)) > LONGEST_PLACE or not reachable(place, who):
        place = Path("/tmp")  # noqa: S108 - the folder made there is checked to be ours alone
    return private_folder(place / f"portal-{_digest(data)}-{who.uid}", who)


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


def outside(data: Path, who: Owner) -> Path:
    """A place under /var/tmp for what `who` cannot reach in the checkout; it survives a reboot, as .data would."""
    return private_folder(Path("/var/tmp") / f"portal-{_digest(data)}", who)  # noqa: S108


def _digest(data: Path) -> str:
    return hashlib.sha256(os.fsencode(data)).hexdigest()[:10]
