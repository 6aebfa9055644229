"""`make run`: everything the portal needs, then the portal, until Ctrl-C."""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import subprocess
import time
import urllib.request
from pathlib import Path
from types import FrameType
from typing import IO

from launcher import setup, static
from launcher.console import give_up, say
from launcher.environment import portal_environment
from launcher.places import PYTHON, ROOT, data_dir
from launcher.processes import Child, wait_for
from launcher.services import Services

RESTART_AFTER_SECONDS = 1.0


class Stopped(Exception):
    """SIGINT or SIGTERM came."""


def run() -> int:
    """Start, serve, stop. The exit status is 0 after Ctrl-C."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    data = data_dir("run")
    data.mkdir(parents=True, exist_ok=True)
    lock = _lock(data)
    listener = _listen()
    children: list[Child] = []
    services: Services | None = None
    try:
        setup.python_packages(test=False)
        setup.front_end_packages()
        say("starting PostgreSQL and Redis")
        services = Services(data, durable=True)
        services.start()
        env = portal_environment(
            data,
            services.env,
            DEMO=os.environ.get("DEMO", "1"),
            DEBUG="0",
            INSECURE_HTTP=os.environ.get("INSECURE_HTTP", "1"),
        )
        _prepare(env, data)
        children = _portal(env, data, listener)
        for child in children:
            child.start()
        _announce(env, listener, children[0])
        _watch([*services.children, *children])
    except Stopped:
        say("stopping")
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        for child in children:
            child.stop()
        if services is not None:
            services.stop()
        lock.close()
    return 0


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise Stopped


def _lock(data: Path) -> IO[str]:
    lock = (data / "lock").open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        give_up(f"this checkout is already running; stop the other one first (see {data / 'lock'})")
    return lock


def _listen() -> socket.socket:
    """Hold the listening socket from the first second and hand it to gunicorn: nobody can take the port in between."""
    port = int(os.environ.get("PORT") or 8000)
    host = os.environ.get("HOST", "127.0.0.1")
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    for attempt in range(50):  # after kill -9 the old gunicorn needs a moment to notice
        try:
            listener.bind((host, port))
            break
        except OSError:
            if attempt == 49:
                give_up(f"port {port} is taken; choose another: make run PORT={port + 1}")
            time.sleep(0.1)
    listener.listen(512)
    return listener


def _prepare(env: dict[str, str], data: Path) -> None:
    say("bringing the database up to date")
    _manage(env, "migrate", "--verbosity", "0")
    static.collect(env, data / "static.stamp")
    if env["DEMO"] == "1":
        _manage(env, "demo")


def _manage(env: dict[str, str], *argv: str) -> str:
    done = subprocess.run(
        [PYTHON, ROOT / "manage.py", *argv], cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True, check=False
    )
    if done.returncode:
        give_up(f"manage.py {argv[0]} failed; see the lines above")
    return done.stdout


def _portal(env: dict[str, str], data: Path, listener: socket.socket) -> list[Child]:
    logs, descriptor = data / "log", listener.fileno()
    celery = [str(PYTHON), "-m", "celery", "-A", "zsjxjy"]
    return [
        Child(
            "web",
            [str(PYTHON), "-m", "gunicorn", "--bind", f"fd://{descriptor}", "zsjxjy.wsgi"],
            env,
            logs / "web.log",
            cwd=ROOT,
            pass_fds=(descriptor,),
        ),
        Child(
            "worker",
            [*celery, "worker", "--concurrency", "2", "--without-gossip", "--without-mingle", "-n", "w@portal"],
            env,
            logs / "worker.log",
            cwd=ROOT,
        ),
        Child("beat", [*celery, "beat", "--pidfile="], env, logs / "beat.log", cwd=ROOT),
    ]


def _announce(env: dict[str, str], listener: socket.socket, web: Child) -> None:
    host, port = listener.getsockname()[:2]
    address = f"http://{host}:{port}/"

    def healthy() -> bool:
        try:
            with urllib.request.urlopen(f"{address}healthz", timeout=2) as answer:  # noqa: S310 - our own address
                return bool(answer.status == 200)
        except OSError:
            return False

    if not wait_for(healthy, web, 60):
        give_up(f"the portal did not start; see {web.log}")
    say(f"ready: {address}")
    if env["DEMO"] == "1":
        print(_manage(env, "demo", "--accounts"), flush=True)
    print("Ctrl-C stops everything.", flush=True)


def _watch(children: list[Child]) -> None:
    """Start again what dies, a second later, until the launcher is stopped."""
    while True:
        time.sleep(RESTART_AFTER_SECONDS)
        for child in children:
            if not child.running():
                say(f"{child.name} ended and is started again; see {child.log}")
                child.start()
