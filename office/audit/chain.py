"""What a seal is computed from: an event's print, a seal's SHA-256, and its keyed check. No query stands here.

Everything is computed from values as PostgreSQL gives them back, never from what a command was about to write. The
rules carry a version: an event gets a new column by a new version, and old seals go on being judged by theirs.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import struct
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from accounts.crypto import blind_index

if TYPE_CHECKING:
    from office.audit.models import Seal

VERSION = 1
COLUMNS: dict[int, tuple[str, ...]] = {
    1: (
        "id",
        "at",
        "actor_id",
        "actor_name",
        "action",
        "object_type",
        "object_id",
        "before",
        "after",
        "reason",
        "data",
        "request_id",
    ),
}
Bytes = bytes | memoryview  # as the driver gives a column back
NOTHING_BEFORE = bytes(32)
ENTRY = struct.Struct(">q32s")


def event_print(event: Mapping[str, Any], version: int = VERSION) -> bytes:
    """SHA-256 of one event, a row of `values()` that holds at least the version's COLUMNS."""
    return hashlib.sha256(_canonical({name: event[name] for name in COLUMNS[version]})).digest()


def entry(event: Mapping[str, Any], version: int = VERSION) -> bytes:
    """An event as it stands in `Seal.prints`: its id and its print."""
    return ENTRY.pack(event["id"], event_print(event, version))


def entries(prints: Bytes) -> Iterator[tuple[int, bytes]]:
    """Ids and prints out of `Seal.prints`. struct.error when its length is no multiple of an entry's."""
    return ENTRY.iter_unpack(bytes(prints))


def seal_sha256(seal: Seal) -> bytes:
    """SHA-256 over everything a seal states; anybody with a copy of the database can compute it."""
    stated = {
        "version": seal.version,
        "number": seal.number,
        "sealed_at": seal.sealed_at,
        "first_id": seal.first_id,
        "last_id": seal.last_id,
        "prints": hashlib.sha256(bytes(seal.prints)).hexdigest(),
        "previous": bytes(seal.previous).hex(),
    }
    return hashlib.sha256(_canonical(stated)).digest()


def seal_mac(sha256: bytes) -> bytes:
    """The keyed check of a seal (HMAC under HASH_KEY): whoever can only write to the database cannot make it."""
    return blind_index("audit.seal", sha256.hex())


def same(one: Bytes, other: Bytes) -> bool:
    """Whether two hashes are equal, compared in constant time."""
    return hmac.compare_digest(bytes(one), bytes(other))


def _canonical(fields: dict[str, Any]) -> bytes:
    """JSON with sorted keys, no white space, times in UTC to the microsecond: one text for one content."""
    return json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_text).encode()


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    raise TypeError(f"no canonical form for {type(value).__name__}")
