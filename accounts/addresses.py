"""An address is read as if the ID numbers and phones in it were not there.

What is typed into a search box stands in the page's address: in the browser's history, in every link of the list, in
the way on after a sign-in, in log lines. So the numbers are taken out before anything else looks at a request, and
whoever reads a parameter finds（已隐去）in their place (`accounts.lists` tells people why nothing was searched for).
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qsl, unquote_plus, urlencode

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from accounts.errors import InputError
from accounts.identity import check_id_number, check_uscc, normalise
from accounts.personal import HIDDEN, hide_personal, holds_personal


def hide_in_query(query: str) -> str:
    """A query string without ID numbers and phones, however they are spaced, also inside an address of its own."""
    if not _tells(unquote_plus(query)):
        return query
    pairs = parse_qsl(query, keep_blank_values=True)
    return urlencode([(_hidden(name), _hidden(value)) for name, value in pairs])


def _hidden(text: str) -> str:
    return HIDDEN if _tells(text) and not _is_code_of_a_unit(text) else text


def _tells(text: str) -> bool:
    return any(holds_personal(form) for form in (text, normalise(text), unquote_plus(text)))


def _is_code_of_a_unit(text: str) -> bool:
    """A 统一社会信用代码 may consist of 18 digits; what is an ID number as well is taken for one."""
    try:
        check_uscc(text)
    except InputError:
        return False
    try:
        check_id_number(text)
    except InputError:
        return True
    return False


class AddressMiddleware:
    """The first of all: whatever comes after it sees the address without the numbers."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Read the query anew, and the path as one that no page has."""
        request.META["QUERY_STRING"] = hide_in_query(request.META.get("QUERY_STRING", ""))
        if holds_personal(request.path):
            request.path = request.path_info = hide_personal(request.path)
        return self.get_response(request)
