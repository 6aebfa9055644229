"""One event of one command."""

from __future__ import annotations

from typing import Any

import structlog
from django.db import models, transaction

from accounts.models import User
from accounts.personal import hide_personal, refuse_personal
from office.audit.models import Event


def record(
    *,
    actor: User | None,
    action: str,
    obj: models.Model | None = None,
    before: str = "",
    after: str = "",
    reason: str = "",
    **data: Any,
) -> Event:
    """Write one Event in the transaction of the command it tells of; `actor` None is the system itself.

    `reason` may be typed by people, so an ID number or phone in it is masked; elsewhere it raises PersonalDataRefused.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("an audit event belongs to the transaction of its command")
    refuse_personal("the audit trail", action, before, after, data)
    return Event.objects.create(
        actor=actor,
        actor_name=actor.display_name if actor else "系统",
        action=action,
        object_type=obj._meta.label_lower if obj else "",
        object_id=str(obj.pk) if obj else "",
        before=str(before),
        after=str(after),
        reason=hide_personal(reason),
        data=data,
        request_id=str(structlog.contextvars.get_contextvars().get("request_id", "")),
    )
