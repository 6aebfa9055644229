"""Sealing the trail in batches, about once a minute. Writers of events take no part in it and never wait for it.

An id is drawn from a sequence before its transaction commits, so the trail fills its gaps late; a seal must not close
an id that a running transaction may still commit. The rule (decision 10):

1. read S, the last id drawn;
2. list the transactions that hold the table's ROW EXCLUSIVE lock, which every INSERT takes before it draws its id and
   keeps until its transaction ends;
3. wait until each of those has ended. Whoever drew an id ≤ S was among them or had ended already, so a statement that
   starts now sees every event ≤ S that there will ever be.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterable
from typing import Any

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from office.audit import chain
from office.audit.models import Event, Seal

log = structlog.get_logger(__name__)
MAX_EVENTS = 10_000  # of one seal: 400 kB of prints
_LAST_DRAWN = "SELECT pg_sequence_last_value(pg_get_serial_sequence('audit_event', 'id')::regclass)"
_WRITERS = """
    SELECT virtualtransaction FROM pg_locks
    WHERE locktype = 'relation' AND relation = 'audit_event'::regclass
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND mode = 'RowExclusiveLock' AND granted AND pid IS DISTINCT FROM pg_backend_pid()
"""


@transaction.atomic
def seal(*, patience: float | None = None) -> list[Seal]:
    """Seal every event that no running transaction can still add to; the seals made, in order.

    Waits up to `patience` seconds (AUDIT_SEAL_PATIENCE) for writers under way; nothing is sealed while one stays
    longer, while another process seals, or when nothing new is there.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended('audit.seal', 0))")
        if not cursor.fetchone()[0]:
            return []
        closed = _closed_up_to(cursor, settings.AUDIT_SEAL_PATIENCE if patience is None else patience)
    if closed is None:
        return []
    last = Seal.objects.defer("prints").order_by("-number").first()
    first_id = last.last_id + 1 if last else 1
    rows = Event.objects.filter(pk__gte=first_id, pk__lte=closed).order_by("pk")
    made: list[Seal] = []
    for batch in _batches(rows.values(*chain.COLUMNS[chain.VERSION]).iterator(chunk_size=2000)):
        end = batch[-1]["id"] if len(batch) == MAX_EVENTS else closed
        last = _write(last, end, batch)
        made.append(last)
    return made


def _closed_up_to(cursor: Any, patience: float) -> int | None:
    """The S of the rule above; None when a writer outstays our patience."""
    cursor.execute(_LAST_DRAWN)
    (drawn,) = cursor.fetchone()
    cursor.execute(_WRITERS)
    writers = [row[0] for row in cursor.fetchall()]
    end = time.monotonic() + patience
    while writers:
        if time.monotonic() > end:
            log.warning("audit_seal_waits", writers=len(writers))
            return None
        time.sleep(0.05)
        cursor.execute(f"{_WRITERS} AND virtualtransaction = ANY(%s)", [writers])
        writers = [row[0] for row in cursor.fetchall()]
    return drawn or 0


def _batches(rows: Iterable[Any]) -> Iterable[list[Any]]:
    remaining = iter(rows)
    while batch := list(itertools.islice(remaining, MAX_EVENTS)):
        yield batch


def _write(last: Seal | None, last_id: int, batch: list[Any]) -> Seal:
    sealed = Seal(
        number=last.number + 1 if last else 1,
        version=chain.VERSION,
        sealed_at=timezone.now(),
        first_id=last.last_id + 1 if last else 1,
        last_id=last_id,
        prints=b"".join(chain.entry(event) for event in batch),
        previous=bytes(last.sha256) if last else chain.NOTHING_BEFORE,
    )
    sealed.sha256 = chain.seal_sha256(sealed)
    sealed.mac = chain.seal_mac(sealed.sha256)
    sealed.save(force_insert=True)
    # The log leaves the machine: whoever cuts off the end of the chain cannot unsay this line.
    log.info("audit_sealed", number=sealed.number, last_id=last_id, sha256=sealed.sha256_hex)
    return sealed
