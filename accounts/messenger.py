"""Telling the owner of an account something, as the lowest room sees it.

The room that carries messages stands above this one and may not be imported here, so it gives itself in when the portal
starts (`office.messages.apps`), as the keeper of the audit trail does (`accounts.trail`). Without a carrier no command
goes through: a password changed in silence is what the message is there to prevent.
"""

from __future__ import annotations

from typing import Any, Protocol
from uuid import uuid4

from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from accounts.models import User


class Carrier(Protocol):
    """What `office.messages.commands.send` is."""

    def __call__(self, *, to: User, kind: str, key: str, link: str = "", **params: object) -> Any:
        """Write one message in the transaction of the change that it tells of."""


_carrier: list[Carrier] = []


def carried_by(carrier: Carrier) -> None:
    """Say who carries messages; called once, when the portal starts."""
    _carrier[:] = [carrier]


def warn(user: User, kind: str) -> None:
    """Tell the owner that something about signing in to the account changed just now, which they cannot choose to miss.

    ImproperlyConfigured when nobody carries messages.
    """
    if not _carrier:
        raise ImproperlyConfigured("nobody carries messages: office.messages is not installed")
    when = timezone.localtime().strftime("%Y年%-m月%-d日 %H:%M")
    _carrier[0](to=user, kind=kind, key=f"{kind}:{uuid4()}", username=user.username, when=when)
