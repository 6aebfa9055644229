"""What is missing is named in one line, with the command that installs it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from launcher import places, private_postgres, private_redis, setup
from launcher.places import ROOT
from tests.launcher.started import environment, one_line

LATER_PYTHON = "import sys; sys.version_info = (3, 13, 1, 'final', 0); from launcher import setup; setup.right_python()"


def script(file: Path, text: str) -> Path:
    """An executable of a line or two."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(0o755)
    return file


@pytest.fixture
def only_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A PATH with one folder, empty at first."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def last_line(captured: pytest.CaptureFixture[str]) -> str:
    """The one line on stderr."""
    lines = captured.readouterr().err.strip().splitlines()
    assert len(lines) == 1, lines
    return lines[0]


@pytest.fixture
def later(tmp_path: Path) -> tuple[list[object], dict[str, str]]:
    """What `bin/portal` does first under a later Python, with an empty folder as PATH."""
    (tmp_path / "portal.py").write_text(LATER_PYTHON)
    (tmp_path / "bin").mkdir()
    env = {**os.environ, "PATH": str(tmp_path / "bin"), "PYTHONPATH": str(ROOT)}
    return [sys.executable, tmp_path / "portal.py", "run"], env


def test_another_python_goes_on_under_3_11_when_that_is_there(later: tuple[list[object], dict[str, str]]) -> None:
    argv, env = later
    script(Path(env["PATH"]) / "python3.11", '[ "$1" = -c ] || echo "3.11 was given: $@"')
    done = subprocess.run(argv, env=env, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == f"3.11 was given: {argv[1]} run"


@pytest.mark.parametrize("there", ["", "exit 127"], ids=["none", "one that does not start"])
def test_another_python_alone_is_refused(later: tuple[list[object], dict[str, str]], there: str) -> None:
    argv, env = later
    if there:
        script(Path(env["PATH"]) / "python3.11", there)
    line = one_line(argv, env)
    assert line.startswith("portal: Python 3.11 is needed, this is 3.")
    assert line.endswith("; install it: apt-get install python3.11-venv")


def test_a_python_without_venv_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(setup, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(setup, "PYTHON", tmp_path / ".venv" / "bin" / "python")
    monkeypatch.setattr(sys, "executable", str(script(tmp_path / "python3", "exit 1")))
    with pytest.raises(SystemExit) as ended:
        setup.python_packages(test=False)
    assert ended.value.code == 1
    assert last_line(capsys) == "portal: python3-venv is missing; install it: apt-get install python3-venv"


def test_a_venv_that_a_kill_left_half_made_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    venv = tmp_path / ".venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", venv], check=True)
    monkeypatch.setattr(setup, "VENV", venv)
    monkeypatch.setattr(setup, "PYTHON", venv / "bin" / "python")
    setup._make_venv()
    assert subprocess.run([venv / "bin" / "python", "-m", "pip", "--version"], check=False).returncode == 0


def test_no_postgresql_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(private_postgres, "PACKAGES", tmp_path / "site-packages")
    monkeypatch.setattr(private_postgres, "SYSTEM", tmp_path / "postgresql")
    script(tmp_path / "postgresql" / "15" / "bin" / "postgres", "exit 127")  # there, but its libraries are not
    server = private_postgres.PrivatePostgres(
        tmp_path, tmp_path, places.Owner(os.geteuid(), os.getegid()), durable=True
    )
    with pytest.raises(SystemExit):
        server.start()
    assert last_line(capsys) == "portal: no PostgreSQL that runs here; install one: apt-get install postgresql"


@pytest.mark.usefixtures("only_here")
def test_no_redis_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(private_redis, "VENV", tmp_path)
    with pytest.raises(SystemExit):
        private_redis.PrivateRedis(tmp_path, tmp_path, durable=True).start()
    assert last_line(capsys) == "portal: no redis-server; install it: apt-get install redis-server"


def test_no_chromium_is_told_to_whoever_may_not_install_it(
    only_here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(setup, "PYTHON", script(only_here / "without-playwright", "exit 1"))
    with pytest.raises(SystemExit):
        setup.chromium()
    assert last_line(capsys) == (
        "portal: no Chromium for the browser tests; install it: apt-get install chromium fonts-noto-cjk"
    )


def test_no_chinese_fonts_are_told(
    only_here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    script(only_here / "chromium", "exit 0")
    script(only_here / "fc-list", "exit 0")
    with pytest.raises(SystemExit):
        setup.chromium()
    assert last_line(capsys) == (
        "portal: no Chinese fonts for the browser tests; install them: apt-get install fonts-noto-cjk fontconfig"
    )


def test_root_gets_chromium_and_fonts_from_debian(only_here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    asked, ready = only_here.parent / "asked", script(only_here.parent / "ready", "echo a font")
    install = f"/bin/cp {ready} {only_here / 'chromium'}; /bin/cp {ready} {only_here / 'fc-list'}"
    script(only_here / "apt-get", f'echo "$@" >> {asked}; [ "$1" = update ] || {{ {install}; }}')
    assert setup.chromium() == str(only_here / "chromium")
    assert asked.read_text().splitlines()[-1] == "install -y -qq chromium fonts-noto-cjk fontconfig"


def test_a_data_folder_of_somebody_else_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    theirs = tmp_path / "postgres"
    theirs.mkdir()
    me = places.Owner(theirs.stat().st_uid + 1, theirs.stat().st_gid)
    if os.geteuid() == 0:
        os.chown(theirs, 12345, 12345)
    with pytest.raises(SystemExit), pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "geteuid", lambda: me.uid)
        places.private_folder(theirs, me)
    assert last_line(capsys).endswith("start as that user, or take another: DATA_DIR=/some/folder make run")


def test_what_manage_py_says_comes_before_the_one_line(room: Path) -> None:
    data = room / "without-a-key"
    data.mkdir()
    (data / "secrets.env").write_text("SECRET_KEY=of-an-older-release\n")
    argv, env = [ROOT / "bin" / "portal", "run"], environment(data)
    done = subprocess.run(argv, env=env, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 1
    assert done.stderr.strip().splitlines()[-1] == "portal: manage.py migrate failed; see the lines above"
