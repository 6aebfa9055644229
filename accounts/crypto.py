"""Encryption at rest: a data key for each person, wrapped by the master key ring; blind indexes for look-up.

A sealed value is `nonce(12) | AES-256-GCM(text)`; a wrapped data key is `len | key id | nonce | AES-GCM(key)`. Rotating
the master key re-wraps data keys and leaves the values alone; destroying a data key makes its values unreadable.
A blind index is `key number | HMAC-SHA256`: the number tells an index of a later HASH_KEY from one of today's.
"""

from __future__ import annotations

import base64
import hmac
import os
from collections.abc import Callable, Iterator
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

NONCE = 12
KEY_BYTES = 32
HASH_KEY_NUMBER = b"\x01"
_NONCES_AT_ONCE = 500
_WRAP_AAD = b"portal data key"


@lru_cache(maxsize=4)
def _ring(text: str) -> dict[str, AESGCM]:
    ring: dict[str, AESGCM] = {}
    for part in text.split(","):
        name, _, key = part.strip().partition(":")
        raw = _decode(key)
        if not name or len(raw) != KEY_BYTES or name in ring:
            raise ImproperlyConfigured("FIELD_KEYS: each key is id:base64 of 32 bytes, each id once")
        ring[name] = AESGCM(raw)
    return ring


@lru_cache(maxsize=4)
def _hash_key(text: str) -> bytes:
    raw = _decode(text)
    if len(raw) < KEY_BYTES:
        raise ImproperlyConfigured("HASH_KEY: base64 of at least 32 bytes")
    return raw


def check_field_keys(text: str) -> None:
    """ImproperlyConfigured, which does not repeat the text, unless it is a ring of master keys."""
    _ring(text)


def check_hash_key(text: str) -> None:
    """ImproperlyConfigured, which does not repeat the text, unless it can feed the blind indexes."""
    _hash_key(text)


def _decode(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        return b""  # the caller names the setting; the error would show the key


def new_data_key() -> bytes:
    """A fresh data key, wrapped by the active (last) master key, which it names."""
    return _wrap(os.urandom(KEY_BYTES))


def rewrap(wrapped: bytes) -> bytes:
    """The same data key under the active master key."""
    return _wrap(_unwrap(bytes(wrapped)))


def key_id(wrapped: bytes) -> str:
    """Which master key wraps this data key."""
    return bytes(wrapped[1 : 1 + wrapped[0]]).decode()


def seal(wrapped: bytes, text: str, aad: str) -> bytes:
    """Encrypt `text` with the data key, bound to the place `aad` it is kept in."""
    nonce = os.urandom(NONCE)
    return nonce + _data_key(bytes(wrapped)).encrypt(nonce, text.encode(), aad.encode())


def sealer(wrapped: bytes, aad: str) -> Callable[[str], bytes]:
    """`seal` for thousands of values of one data key and place: nonces are drawn many at a time."""
    encrypt, place = _data_key(bytes(wrapped)).encrypt, aad.encode()
    nonces: Iterator[bytes] = iter(())

    def seal_next(text: str) -> bytes:
        nonlocal nonces
        nonce = next(nonces, None)
        if nonce is None:
            drawn = os.urandom(NONCE * _NONCES_AT_ONCE)
            nonces = (drawn[at : at + NONCE] for at in range(0, len(drawn), NONCE))
            nonce = next(nonces)
        return nonce + encrypt(nonce, text.encode(), place)

    return seal_next


def unseal(wrapped: bytes, blob: bytes, aad: str) -> str:
    """Decrypt; cryptography.exceptions.InvalidTag when value, place or key is not the one it was sealed with."""
    blob = bytes(blob)
    return _data_key(bytes(wrapped)).decrypt(blob[:NONCE], blob[NONCE:], aad.encode()).decode()


def seal_bytes(wrapped: bytes, data: bytes, aad: str) -> bytes:
    """Encrypt a file with its row's data key, bound to the place `aad`."""
    nonce = os.urandom(NONCE)
    return nonce + _data_key(bytes(wrapped)).encrypt(nonce, data, aad.encode())


def unseal_bytes(wrapped: bytes, blob: bytes, aad: str) -> bytes:
    """Decrypt a file; InvalidTag when it, its place or its key is not the one it was sealed with."""
    return _data_key(bytes(wrapped)).decrypt(blob[:NONCE], blob[NONCE:], aad.encode())


def blind_index(kind: str, text: str) -> bytes:
    """Keyed hash (33 bytes) to find a value by without being able to read it; apart for each `kind`: "id", "phone"."""
    return HASH_KEY_NUMBER + hmac.digest(_hash_key(settings.HASH_KEY), f"{kind}\x00{text}".encode(), "sha256")


def _wrap(raw: bytes) -> bytes:
    ring = _ring(settings.FIELD_KEYS)
    name, key = next(reversed(ring.items()))
    nonce = os.urandom(NONCE)
    label = name.encode()
    return bytes([len(label)]) + label + nonce + key.encrypt(nonce, raw, _WRAP_AAD)


def _unwrap(wrapped: bytes) -> bytes:
    if not wrapped:
        raise InvalidTag  # the key was destroyed: its values are gone
    name, rest = key_id(wrapped), wrapped[1 + wrapped[0] :]
    master = _ring(settings.FIELD_KEYS).get(name)
    if master is None:
        raise ImproperlyConfigured(f"FIELD_KEYS lacks the master key {name!r}")
    return master.decrypt(rest[:NONCE], rest[NONCE:], _WRAP_AAD)


@lru_cache(maxsize=2048)
def _data_key(wrapped: bytes) -> AESGCM:
    return AESGCM(_unwrap(wrapped))
