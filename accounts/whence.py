"""Where a request comes from, as lock-outs count it (behind a proxy what django-axes is told to trust)."""

from __future__ import annotations

from axes.helpers import get_client_ip_address
from django.http import HttpRequest


def whence(request: HttpRequest) -> str:
    """The client's address, or an empty text where it is not known."""
    return get_client_ip_address(request) or ""
