"""The one way into the audit trail."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import structlog
from django.db import models, transaction

from accounts.models import User
from office.audit.models import Event

# Digits that stand alone: a 64-character fingerprint or a uuid may contain eleven digits in a row.
_PERSONAL = re.compile(r"(?<![0-9A-Za-z-])(\d{17}[\dXx]|1[3-9]\d{9})(?![0-9A-Za-z-])")


class PersonalDataRefused(ValueError):
    """A caller tried to write an ID number or phone into the audit trail: a programming error."""


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
    _refuse_personal([action, before, after, *_texts(data)])
    return Event.objects.create(
        actor=actor,
        actor_name=actor.display_name if actor else "系统",
        action=action,
        object_type=obj._meta.label_lower if obj else "",
        object_id=str(obj.pk) if obj else "",
        before=str(before),
        after=str(after),
        reason=_PERSONAL.sub("（已隐去）", reason),
        data=data,
        request_id=str(structlog.contextvars.get_contextvars().get("request_id", "")),
    )


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list | tuple | set):
        for item in value:
            yield from _texts(item)
    else:
        yield str(value)


def _refuse_personal(texts: Iterable[str]) -> None:
    for text in texts:
        if _PERSONAL.search(text):
            raise PersonalDataRefused("an ID number or phone must not enter the audit trail")
