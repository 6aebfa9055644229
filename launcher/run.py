"""`make run`: everything the portal needs, then the portal, until Ctrl-C."""

from __future__ import annotations

import errno
import http.client
import json
import os
import signal
import socket
import subprocess
import time
from pathlib import Path
from types import FrameType

from launcher import setup, static
from launcher.console import give_up, say
from launcher.environment import portal_environment
from launcher.places import PYTHON, ROOT, data_dir, held, own_folder
from launcher.processes import Child, call, stop_all, wait_for
from launcher.services import Services

RESTART_AFTER_SECONDS = 1.0
RUNNING = "services.json"  # where `bin/portal manage` finds the servers of the running portal
OLD_GUNICORN_SECONDS = 5.0  # after kill -9 the old one needs a moment to notice
EVERYWHERE = "0.0.0.0"  # noqa: S104 - only when HOST asks for it
ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(Exception):
    """SIGINT or SIGTERM came."""


def run() -> int:
    """Start, serve, stop. The exit status is 0 after Ctrl-C."""
    for number in ENDINGS:
        signal.signal(number, _stop)
    try:
        data = own_folder(data_dir("run"))
        with held(data / "lock", "this checkout is already running; stop the other one first"):
            _serve(data)
    except Stopped:
        pass
    return 0


def _serve(data: Path) -> None:
    children: list[Child] = []
    services: Services | None = None
    try:
        listener = _listen()
        setup.python_packages(test=False)
        setup.front_end_packages()
        say("starting PostgreSQL and Redis")
        services = Services(data, durable=True)
        services.start()
        env = _environment(data, services.env)
        (data / RUNNING).write_text(json.dumps(services.env))
        _prepare(env, data)
        children = portal(env, data, listener)
        for child in children:
            child.start()
        _announce(env, listener, children[0])
        _watch([*services.children, *children])
    except Stopped:
        say("stopping")
    finally:
        _no_more_signals()
        stop_all(children)
        (data / RUNNING).unlink(missing_ok=True)
        if services is not None:
            services.stop()


def _stop(_number: int, _frame: FrameType | None) -> None:
    _no_more_signals()  # make passes on what the terminal has sent already
    raise Stopped


def _no_more_signals() -> None:
    for number in ENDINGS:
        signal.signal(number, signal.SIG_IGN)


def manage(arguments: list[str]) -> int:
    """`manage.py …` in the portal that `make run` runs from this checkout; its address stands before links."""
    data = data_dir("run")
    running = data / RUNNING
    if not running.exists():
        give_up("the portal does not run here; start it first: make run")
    origin = [f"--origin={_origin()}"]
    links = arguments[:1] in (["first_admin"], ["password_link"]) and not any("--origin" in one for one in arguments)
    argv = [PYTHON, ROOT / "manage.py", *arguments, *(origin if links else [])]
    return call(argv, cwd=ROOT, env=_environment(data, json.loads(running.read_text()))).returncode


def _origin() -> str:
    return f"http://{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT') or 8000}"


def _environment(data: Path, services: dict[str, str]) -> dict[str, str]:
    return portal_environment(
        data,
        services,
        DEMO=os.environ.get("DEMO", "1"),
        DEBUG="0",
        INSECURE_HTTP=os.environ.get("INSECURE_HTTP", "1"),
        PORTAL_URL=os.environ.get("PORTAL_URL") or _origin(),  # the QR code of a certificate holds it
    )


def _listen() -> socket.socket:
    """Hold the listening socket from the first second and hand it to gunicorn: nobody can take the port in between."""
    host, given = os.environ.get("HOST", "127.0.0.1"), os.environ.get("PORT") or "8000"
    if not (given.isascii() and given.isdigit() and int(given) < 65536):
        give_up(f"PORT is a number from 1 to 65535, not {given}; choose another: make run PORT=8000")
    port = int(given)
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    end = time.monotonic() + OLD_GUNICORN_SECONDS
    while True:
        try:
            listener.bind((host, port))
            break
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                give_up(f"cannot listen on {host}:{port}: {error.strerror}; choose another: make run PORT=8000")
            if time.monotonic() > end:
                give_up(f"port {port} is taken; choose another: make run PORT={port % 65535 + 1}")
            time.sleep(0.1)
    listener.listen(512)
    return listener


def _prepare(env: dict[str, str], data: Path) -> None:
    say("bringing the database up to date")
    _manage(env, "migrate", "--verbosity", "0")
    if not any(Path(env.get("SIGNING_KEYS") or data / "signing-keys").glob("*.key")):
        _manage(env, "certificate_key")  # a start of Django less where there is one
    static.collect(env, data / "static.stamp")
    if env["DEMO"] == "1":
        _manage(env, "demo")


def _manage(env: dict[str, str], *argv: str) -> str:
    done = call([PYTHON, ROOT / "manage.py", *argv], cwd=ROOT, env=env, stdout=subprocess.PIPE)
    if done.returncode:
        give_up(f"manage.py {argv[0]} failed; see the lines above")
    return done.stdout


def portal(env: dict[str, str], data: Path, listener: socket.socket) -> list[Child]:
    """The portal's own processes, not yet started: web (on the listening socket), worker, beat."""
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
            death_signal=signal.SIGKILL,  # a warm shutdown would finish its job first; a lost job is found again
            cwd=ROOT,
        ),
        Child("beat", [*celery, "beat", "--pidfile="], env, logs / "beat.log", cwd=ROOT),
    ]


def _announce(env: dict[str, str], listener: socket.socket, web: Child) -> None:
    host, port = listener.getsockname()[:2]
    if not wait_for(lambda: _serves(host, port), web, 60):
        give_up(f"the portal did not start; see {web.log}")
    say(f"ready: http://{host}:{port}/")
    if env["DEMO"] == "1":
        print(_manage(env, "demo", "--accounts"), flush=True)
    print("Ctrl-C stops everything.", flush=True)


def _serves(host: str, port: int) -> bool:
    """Whether /healthz answers; asked past any proxy of the environment, and content with a redirect to https."""
    connection = http.client.HTTPConnection("127.0.0.1" if host == EVERYWHERE else host, port, timeout=2)
    try:
        connection.request("GET", "/healthz", headers={"Host": f"localhost:{port}"})
        return connection.getresponse().status < 400
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _watch(children: list[Child]) -> None:
    """Start again what dies, a second later, until the launcher is stopped."""
    while True:
        time.sleep(RESTART_AFTER_SECONDS)
        for child in children:
            if not child.running():
                say(f"{child.name} ended and is started again; see {child.log}")
                child.start()
