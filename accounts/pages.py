"""Who a page is there for: whoever may not see it gets 404, so that nothing is told about what exists."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from accounts.guard import may

View = Callable[..., HttpResponseBase]


def page_for(permission: str) -> Callable[[View], View]:
    """Decorate a view: 404 unless the signed-in user has `permission` (one that needs no object)."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            user: Any = request.user  # the login middleware lets nobody else through
            if not may(user, permission):
                raise Http404
            return view(request, *args, **kwargs)

        return guarded

    return decorate
