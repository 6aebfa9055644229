"""Encryption at rest: a data key for each person, wrapped by the master key ring; blind indexes for look-up.

A sealed value is `nonce(12) | AES-256-GCM(text)`; a wrapped data key is `len | key id | nonce | AES-GCM(key)`. Rotating the
master key re-wraps data keys and leaves the values alone; destroying a data key makes its values unreadable for good.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from functools import lru_cache

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

NONCE = 12
KEY_BYTES = 32
_WRAP_AAD = b"portal data key"


@lru_cache(maxsize=4)
def _ring(text: str) -> dict[str, AESGCM]:
    ring: dict[str, AESGCM] = {}
    for part in text.split(","):
        name, _, key = part.strip().partition(":")
        raw = base64.b64decode(key)
        if not name or len(raw) != KEY_BYTES:
            raise ImproperlyConfigured("FIELD_KEYS: each key is id:base64 of 32 bytes")
        ring[name] = AESGCM(raw)
    return ring


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


def unseal(wrapped: bytes, blob: bytes, aad: str) -> str:
    """Decrypt; cryptography.exceptions.InvalidTag when value, place or key is not the one it was sealed with."""
    blob = bytes(blob)
    return _data_key(bytes(wrapped)).decrypt(blob[:NONCE], blob[NONCE:], aad.encode()).decode()


def blind_index(kind: str, text: str) -> bytes:
    """Keyed hash to find a value by, without being able to read it: HMAC-SHA256 under HASH_KEY, apart for each `kind`."""
    key = base64.b64decode(settings.HASH_KEY)
    return hmac.new(key, f"{kind}\x00{text}".encode(), hashlib.sha256).digest()


def _wrap(raw: bytes) -> bytes:
    ring = _ring(settings.FIELD_KEYS)
    name, key = next(reversed(ring.items()))
    nonce = os.urandom(NONCE)
    label = name.encode()
    return bytes([len(label)]) + label + nonce + key.encrypt(nonce, raw, _WRAP_AAD)


def _unwrap(wrapped: bytes) -> bytes:
    name, rest = key_id(wrapped), wrapped[1 + wrapped[0] :]
    return _ring(settings.FIELD_KEYS)[name].decrypt(rest[:NONCE], rest[NONCE:], _WRAP_AAD)


@lru_cache(maxsize=2048)
def _data_key(wrapped: bytes) -> AESGCM:
    return AESGCM(_unwrap(wrapped))
