"""The alarm clock of the outbox: its rows are the truth, and the sweeper finds what no alarm rang for."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

import structlog
from celery import current_app
from django.conf import settings
from django.db import transaction

log = structlog.get_logger(__name__)


def wake(deliveries: Iterable[UUID]) -> None:
    """Tell a worker, once the transaction is committed, that these wait."""
    ids = [str(pk) for pk in deliveries]
    transaction.on_commit(lambda: ring(ids))


def ring(ids: list[str]) -> None:
    """Tell a worker now. Never raises: a broker that is away fails nothing."""
    try:
        # An alarm that nobody heard before the next sweep is stale: the sweep rings again.
        current_app.send_task(
            "office.messages.tasks.deliver", args=[ids], retry=False, expires=settings.MESSAGE_SWEEP_SECONDS
        )
    except Exception as error:
        log.warning("broker_unavailable", deliveries=len(ids), error=type(error).__name__)
