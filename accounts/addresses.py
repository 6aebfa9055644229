"""No address that the portal gives out holds an ID number or phone, whatever stood in the one it was asked for.

A search typed as a whole number stands in the address of its page; when the session has ended meanwhile, that address
would travel on to the sign-in page, into its form and into the record of a failed sign-in.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qsl, unquote_plus, urlencode, urlsplit, urlunsplit

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from accounts.personal import holds_personal


def without_personal(address: str) -> str:
    """The address without the parameters that hold an ID number or phone, also inside an address of their own."""
    if not holds_personal(unquote_plus(unquote_plus(address))):
        return address
    parts = urlsplit(address)
    kept = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if not _tells(name, value)]
    path = "/" if holds_personal(unquote_plus(parts.path)) else parts.path
    return urlunsplit((parts.scheme, parts.netloc, path, urlencode(kept), ""))


def _tells(*texts: str) -> bool:
    return any(holds_personal(text) or holds_personal(unquote_plus(text)) for text in texts)


class AddressMiddleware:
    """Takes ID numbers and phones out of every redirect."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The response with a clean Location."""
        response = self.get_response(request)
        if "Location" in response:
            response["Location"] = without_personal(response["Location"])
        return response
