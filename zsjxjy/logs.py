"""What a log line may tell: nobody's ID number or phone, no query string, no key that opens anything."""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpRequest
from django_structlog.middlewares import RequestMiddleware
from structlog.typing import EventDict, WrappedLogger

from accounts.personal import hide_personal

# The one-time link to a new password is as good as the password; a unit's invitation opens a place among
# its people, a certificate's code all that it certifies.
_LINK = re.compile(r"(/accounts/password/reset/[^/\s]+/(?!set-password\b)|/i/|/c/)[^/\s]+")


class RequestLogMiddleware(RequestMiddleware):
    """django-structlog's two lines for each request, without what was searched for."""

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        """Method and path: a query string holds names and numbers of people."""
        return f"{request.method} {request.path}"


def hide_secrets(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """A structlog processor, the last before the line is written: traces and messages of libraries pass it too."""
    return {key: _hidden(value) for key, value in event.items()}


def _hidden(value: Any) -> Any:
    if isinstance(value, str):
        return hide_personal(_LINK.sub(r"\1…", value))
    if isinstance(value, dict):
        return {_hidden(key): _hidden(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set):
        return [_hidden(inner) for inner in value]
    return value if value is None or isinstance(value, bool | int | float) else _hidden(repr(value))
