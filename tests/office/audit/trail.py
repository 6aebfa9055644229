"""A small audit trail, and the hand of somebody who can write past its triggers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

from office.audit.commands import record
from office.audit.models import Event


@transaction.atomic
def told(number: int = 1, **fields: Any) -> list[Event]:
    """Events of the system, as commands write them."""
    return [record(actor=None, action="job.retry", **{"note": n, **fields}) for n in range(number)]


@contextmanager
def triggers_off() -> Iterator[Any]:
    """A superuser's cursor: no trigger and no foreign key is looked at."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield cursor
        cursor.execute("SET LOCAL session_replication_role = origin")


def by_hand(sql: str, *values: Any) -> None:
    """One statement past the triggers; it must hit a row."""
    with triggers_off() as cursor:
        cursor.execute(sql, values)
        assert cursor.rowcount > 0


def insert_by_hand(pk: int) -> None:
    """An event that no command told of."""
    by_hand(
        "INSERT INTO audit_event (id, at, actor_name, action, object_type, object_id, before, after, reason, data,"
        " request_id) VALUES (%s, now(), '系统', 'job.retry', '', '', '', '', '', '{}', '')",
        pk,
    )
