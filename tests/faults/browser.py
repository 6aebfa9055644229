"""A browser over the network: what the portal's own gunicorn answers, with the session of a signed-in user."""

from __future__ import annotations

import http.client
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings

from tests.clients import PortalClient

CSRF = "a" * 32
TIMEOUT_SECONDS = 60


@dataclass(frozen=True)
class Answer:
    """A page: its status, its headers, its text. Status 0: nobody answered."""

    status: int
    headers: dict[str, str]
    text: str


class Browser:
    """`Browser(port, user)` signs the user in past the sign-in page; without a user it is a stranger's."""

    def __init__(self, port: int, user: Any = None) -> None:
        self.port = port
        self.cookies = {settings.CSRF_COOKIE_NAME: CSRF}
        if user is not None:
            client = PortalClient()
            client.force_login(user)
            self.cookies[settings.SESSION_COOKIE_NAME] = client.cookies[settings.SESSION_COOKIE_NAME].value

    def get(self, path: str) -> Answer:
        """Ask for a page."""
        return self._ask("GET", path, None)

    def post(self, path: str, form: dict[str, str]) -> Answer:
        """Hand in a form."""
        return self._ask("POST", path, urlencode({"csrfmiddlewaretoken": CSRF, **form}))

    def _ask(self, method: str, path: str, body: str | None) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT_SECONDS)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            return Answer(response.status, dict(response.getheaders()), response.read().decode())
        except (OSError, http.client.HTTPException) as error:
            return Answer(0, {}, repr(error))
        finally:
            connection.close()
