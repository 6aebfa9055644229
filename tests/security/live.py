"""The portal as processes of its own on the test's database, logging everything; a browser that keeps every answer."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from django.conf import settings
from django.db import connection
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from launcher.places import PYTHON, ROOT
from launcher.processes import Child, wait_for

CSRF = "c" * 32


@dataclass(frozen=True)
class Answer:
    """What came back for what."""

    method: str
    path: str
    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str:
        """The first header of this name, or nothing."""
        return next((value for known, value in self.headers if known.lower() == name.lower()), "")

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8", "replace")


@dataclass
class Browser:
    """One person's browser; `answers` is shared by all browsers of a portal."""

    port: int
    answers: list[Answer]
    cookies: dict[str, str] = field(default_factory=lambda: {settings.CSRF_COOKIE_NAME: CSRF})

    def get(self, path: str, **headers: str) -> Answer:
        """A page."""
        return self.ask("GET", path, headers=headers)

    def post(self, path: str, data: dict[str, Any], *, token: bool = True, **headers: str) -> Answer:
        """A form; with files as multipart."""
        if any(hasattr(value, "read") for value in data.values()):
            body, kind = encode_multipart(BOUNDARY, data), MULTIPART_CONTENT
        else:
            body, kind = urlencode(data).encode(), "application/x-www-form-urlencoded"
        given = {"Content-Type": kind, **headers} | (
            {"X-CSRFToken": self.cookies[settings.CSRF_COOKIE_NAME]} if token else {}
        )
        return self.ask("POST", path, body, given)

    def ask(self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> Answer:
        """One request, redirects not followed."""
        way = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        way.request(method, path, body, {"Cookie": cookie, **(headers or {})})
        response = way.getresponse()
        answer = Answer(method, path, response.status, response.getheaders(), response.read())
        way.close()
        for name, value in answer.headers:
            if name.lower() == "set-cookie":
                self.cookies.update({key: morsel.value for key, morsel in SimpleCookie(value).items()})
        self.answers.append(answer)
        return answer


class Portal:
    """gunicorn, and a worker when asked for, on this test's database; their messages go through an own queue."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.answers: list[Answer] = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.queue = f"canary-{self.port}"
        self.env = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.security.live_settings",
            "DATABASE_URL": _with_database(os.environ["DATABASE_URL"], str(connection.settings_dict["NAME"])),
            "QUEUE": self.queue,
            "DATA_DIR": str(folder),
            "LOG_LEVEL": "DEBUG",
            "PYTHONUNBUFFERED": "1",
            "WEB_WORKERS": "1",
        }
        gunicorn = ["-m", "gunicorn", "--bind", f"fd://{self.listener.fileno()}", "zsjxjy.wsgi"]
        celery = [
            "-m",
            "celery",
            "-A",
            "zsjxjy",
            "worker",
            "--pool",
            "solo",
            "-Q",
            self.queue,
            "--without-gossip",
            "--without-mingle",
        ]
        self.web = self._child("web", gunicorn, (self.listener.fileno(),))
        self.worker = self._child("worker", celery)

    def start(self) -> None:
        """Start the web process and wait until it answers."""
        self.web.start()
        assert wait_for(self._answers, self.web, 60), self.web.log.read_text()

    def stop(self) -> None:
        """Stop both."""
        self.web.stop()
        self.worker.stop()
        self.listener.close()

    def browser(self) -> Browser:
        """A fresh browser."""
        return Browser(self.port, self.answers)

    def manage(self, *argv: str) -> str:
        """A management command in a process of its own; its output, which its log lines have joined."""
        done = subprocess.run(
            [PYTHON, "manage.py", *argv], cwd=ROOT, env=self.env, capture_output=True, text=True, check=True
        )
        with (self.folder / "manage.log").open("a") as log:
            log.write(done.stderr)
        return done.stdout

    def _child(self, name: str, argv: list[str], descriptors: tuple[int, ...] = ()) -> Child:
        return Child(name, [str(PYTHON), *argv], self.env, self.folder / f"{name}.log", cwd=ROOT, pass_fds=descriptors)

    def _answers(self) -> bool:
        try:
            return Browser(self.port, []).get("/healthz").status == 200
        except OSError:
            return False


def _with_database(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
