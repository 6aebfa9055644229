"""What every request of the registry's pages shares."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from registry.queries.notices import remember_for_request


class NoticesMiddleware:
    """Asks once per request which notices are in force, and judges the whole page by them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Remember for as long as the request lasts."""
        with remember_for_request():
            return self.get_response(request)
