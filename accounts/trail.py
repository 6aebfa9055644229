"""The audit trail as the lowest room sees it: where its commands hand over their event.

The room that keeps the trail stands above this one and may not be imported here, so it gives itself in when the portal
starts (`office.audit.apps`). Without a keeper no command goes through: an unrecorded change is worse than none.
"""

from __future__ import annotations

from typing import Any, Protocol

from django.core.exceptions import ImproperlyConfigured
from django.db import models

from accounts.models import User


class Keeper(Protocol):
    """What `office.audit.commands.record` is."""

    def __call__(
        self,
        *,
        actor: User | None,
        action: str,
        obj: models.Model | None = None,
        before: str = "",
        after: str = "",
        reason: str = "",
        **data: Any,
    ) -> Any:
        """Write one Event in the transaction of the command it tells of."""


_keeper: list[Keeper] = []


def kept_by(keeper: Keeper) -> None:
    """Say who keeps the trail; called once, when the portal starts."""
    _keeper[:] = [keeper]


def record(
    *,
    actor: User | None,
    action: str,
    obj: models.Model | None = None,
    before: str = "",
    after: str = "",
    reason: str = "",
    **data: Any,
) -> None:
    """One event of a command of this room, written by the keeper. ImproperlyConfigured when there is none."""
    if not _keeper:
        raise ImproperlyConfigured("nobody keeps the audit trail: office.audit is not installed")
    _keeper[0](actor=actor, action=action, obj=obj, before=before, after=after, reason=reason, **data)
