"""The first start as root and as an ordinary user, and a checkout of root's that its PostgreSQL cannot enter."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from launcher import private_postgres
from launcher.places import ROOT, VENV, Owner, owner, reachable
from launcher.services import Services
from tests.launcher.started import Portal, environment, processes_of, with_static_files

ORDINARY = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
SOURCES = ("bin", "launcher", "manage.py", "gunicorn.conf.py", "templates", "static", "package-lock.json")
ROOMS = ("zsjxjy", "accounts", "office", "registry", "units", "courses", "compliance", "hours_rules")
PYTHONS = [VENV / "bin" / "python", Path("/usr/bin/python3.11"), Path("/usr/bin/python3")]


def lent(path: Path, to: Path, who: Owner) -> None:
    """What a user of his own would have installed: a link where he can follow it, else a copy."""
    if all(reachable(part, who) for part in (path, path.resolve())):
        to.symlink_to(path)
    else:
        subprocess.run(["cp", "-a", path, to], check=True)


@pytest.fixture
def checkout(room: Path) -> Path:
    """A checkout that belongs to an ordinary user, with the packages of this one."""
    who, place = Owner(ORDINARY.pw_uid, ORDINARY.pw_gid), room / "home" / "portal"
    place.mkdir(parents=True)
    for name in (*SOURCES, *ROOMS, *(file.name for file in ROOT.glob("requirements*"))):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, place / name)
    lent(ROOT / "node_modules", place / "node_modules", who)
    python = next(python for python in PYTHONS if python.exists() and reachable(python.resolve(), who))
    made = place / ".venv"
    (made / "bin").mkdir(parents=True)
    (made / "bin" / "python").symlink_to(python.resolve())
    shutil.copy(VENV / "bin" / "redis-server", made / "bin")
    shutil.copy(VENV / "portal-stamp.json", made)
    (made / "pyvenv.cfg").write_text(f"home = {python.resolve().parent}\n")
    lent(VENV / "lib", made / "lib", who)
    with_static_files(place / ".data")
    subprocess.run(["chown", "-R", f"{who.uid}:{who.gid}", place.parent], check=True)
    return place


def test_an_ordinary_user_starts_it_too(checkout: Path) -> None:
    env = environment(checkout / ".data", HOME=str(checkout.parent), PATH="/usr/local/bin:/usr/bin:/bin")
    del env["PORTAL_VENV"], env["DATA_DIR"]
    argv = (str(checkout / ".venv" / "bin" / "python"), "bin/portal", "run")
    portal = Portal(checkout / ".data", env, argv=argv, cwd=checkout, user=ORDINARY.pw_uid).start()
    try:
        portal.ready()
        assert portal.answers("readyz") == portal.answers("") == 200
        assert {Path(f"/proc/{pid}").stat().st_uid for pid in processes_of(checkout)} == {ORDINARY.pw_uid}
        assert portal.interrupt() == 0
        assert processes_of(checkout) == {}
        kept = [path for path in (checkout / ".data").rglob("*") if path.stat().st_uid != ORDINARY.pw_uid]
        assert kept == []
    finally:
        portal.clear_away()
        portal.wait_for_the_end()


@pytest.fixture
def behind_a_door(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    """Services of a checkout, packages included, in a folder that nobody but its owner can enter."""
    tmp_path.chmod(0o700)
    (tmp_path / "site-packages").symlink_to(private_postgres.PACKAGES)
    monkeypatch.setattr(private_postgres, "PACKAGES", tmp_path / "site-packages")
    for name in ("DATABASE_URL", "REDIS_URL"):
        monkeypatch.delenv(name)
    (tmp_path / "data").mkdir()
    services = Services(tmp_path / "data", durable=False)
    yield services
    services.stop()
    services.remove()
    if not services.postgres.folder.is_relative_to(tmp_path):
        shutil.rmtree(services.postgres.folder.parent)


def test_its_postgresql_runs_unprivileged_behind_a_closed_door(behind_a_door: Services) -> None:
    behind_a_door.start()
    assert behind_a_door.postgres.child.process
    server = Path(f"/proc/{behind_a_door.postgres.child.process.pid}")
    assert server.stat().st_uid == owner().uid != 0
    assert behind_a_door.sockets.stat().st_mode & 0o777 == 0o700
    behind_a_door.stop()
    assert not server.exists()
    again = Services(behind_a_door.data, durable=False)
    again.start()
    again.stop()
    assert again.postgres.folder == behind_a_door.postgres.folder
