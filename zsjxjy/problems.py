"""Errors as pages: every one says what happened and what to do next, none shows a trace."""

from __future__ import annotations

import sys
from collections.abc import Callable

import structlog
from django.core.exceptions import DisallowedHost
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from accounts.errors import Conflict, DomainError, Forbidden, TooOften
from office.files.objects import BucketAway

log = structlog.get_logger(__name__)
RETRY_AFTER_SECONDS = 10
AWAY = (OperationalError, InterfaceError, BucketAway)
STATUSES = ((Forbidden, 403), (Conflict, 409), (TooOften, 429))


class ProblemMiddleware:
    """Turns what a view let through into a page: no database or bucket → 503, Retry-After; a refusal → its message."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on; what other middleware raises, such as a session store without its database, meets `server_error`."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Called with what a view raised."""
        if isinstance(error, AWAY):
            return unavailable(request, error)
        if isinstance(error, DomainError):
            return refused(request, error)
        return None


def unavailable(request: HttpRequest, error: Exception) -> HttpResponse:
    """503: the database, or the bucket that files lie in, is away.

    Rendered without a request context, which would ask the database for the user.
    """
    log.warning("service_unavailable", error=type(error).__name__)
    page = HttpResponse(render_to_string("errors/503.html"), status=503)
    page["Retry-After"] = str(RETRY_AFTER_SECONDS)
    page["Cache-Control"] = "no-store"
    return page


def refused(request: HttpRequest, error: DomainError) -> HttpResponse:
    """A command said no and the view had no form to put it in: 403, 409, 429 or 400 with the command's own sentence."""
    status = next((code for kind, code in STATUSES if isinstance(error, kind)), 400)
    template = f"errors/{status}.html" if status in (403, 429) else "errors/400.html"
    return render(request, template, {"message": error.message, "code": error.code}, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400."""
    if isinstance(exception, DisallowedHost):  # nothing of ours may be rendered under a foreign name
        return HttpResponse("Bad Request", status=400, content_type="text/plain")
    return render(request, "errors/400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    return render(request, "errors/403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: also the answer for what exists but may not be seen."""
    return render(request, "errors/404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500, or 503 when it is the database that is away: Django calls this from within the handling of the exception.

    Rendered without context, so that it cannot fail itself.
    """
    error = sys.exc_info()[1]
    if isinstance(error, AWAY):
        return unavailable(request, error)
    return HttpResponse(render_to_string("errors/500.html"), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose token is missing or old: most often a page left open over night."""
    message = "页面停留时间过长或已在其他窗口退出登录，请返回上一页刷新后重新提交。"
    return render(request, "errors/403.html", {"message": message, "code": "csrf"}, status=403)
