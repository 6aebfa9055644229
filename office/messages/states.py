"""States of a delivery, the legal moves between them, and the one function that makes a move."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import models
from django.utils import timezone

if TYPE_CHECKING:
    from office.messages.models import Delivery


class DeliveryState(models.TextChoices):
    """Where a delivery stands."""

    QUEUED = "queued", "待发送"
    SENDING = "sending", "发送中"
    SENT = "sent", "已发送"
    FAILED = "failed", "发送失败"
    UNKNOWN = "unknown", "结果不明"
    EXPIRED = "expired", "已过期"


DELIVERY_MOVES: dict[str, frozenset[str]] = {
    DeliveryState.QUEUED: frozenset({DeliveryState.SENDING, DeliveryState.EXPIRED}),
    DeliveryState.SENDING: frozenset(
        {DeliveryState.SENT, DeliveryState.QUEUED, DeliveryState.FAILED, DeliveryState.UNKNOWN},
    ),
    DeliveryState.SENT: frozenset(),
    DeliveryState.FAILED: frozenset(),
    DeliveryState.UNKNOWN: frozenset(),
    DeliveryState.EXPIRED: frozenset(),
}
FINISHED = frozenset(state for state, moves in DELIVERY_MOVES.items() if not moves)
# What a finished delivery no longer keeps: whom it went to and, with a code, what it said.
_EMPTIED: dict[str, Any] = {"target": b"", "text": b"", "data_key": b""}


def move(delivery: Delivery, to: DeliveryState, *, held_by: UUID | None = None, **fields: Any) -> bool:
    """Move a delivery if it still stands as it was read and, if given, is held by the worker `held_by`; whether it did.

    A finished delivery is emptied. ValueError for a move that the table has not.
    """
    if to not in DELIVERY_MOVES[delivery.state]:
        raise ValueError(f"a delivery does not move from {delivery.state} to {to}")
    if to != DeliveryState.SENDING:
        fields |= {"worker": None, "lease_until": None}
    if to in FINISHED:
        fields |= {"finished_at": timezone.now(), **_EMPTIED}
    ours = type(delivery)._default_manager.filter(pk=delivery.pk, state=delivery.state)
    if held_by is not None:
        ours = ours.filter(worker=held_by)
    return bool(ours.update(state=to, **fields))
