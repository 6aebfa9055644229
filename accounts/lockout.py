"""What django-axes keeps of a failed sign-in: the account (as a keyed hash), whence, when; nothing that was sent."""

from __future__ import annotations

from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from django.http import HttpRequest, QueryDict


class Handler(AxesDatabaseHandler):
    """The database handler, shown a request without its parameters.

    It would keep them all beside the failure, and an address may tell whom somebody searched for before.
    """

    def user_login_failed(
        self, sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any
    ) -> None:
        """Called by Django's signal; `credentials` name the account."""
        if request is None:
            super().user_login_failed(sender, credentials, request, **kwargs)
            return
        sent = request.GET, request.POST
        request.GET = request.POST = QueryDict()
        try:
            super().user_login_failed(sender, credentials, request, **kwargs)
        finally:
            request.GET, request.POST = sent
