"""Sealing, the key ring and its rotation, blind indexes."""

from __future__ import annotations

import base64
import os

import pytest
from cryptography.exceptions import InvalidTag
from django.core.exceptions import ImproperlyConfigured

from accounts import crypto

PLACE = "registry.practitioner.id_number"
TEXT = "330902198506150017"


def key(name: str, raw: bytes | None = None) -> str:
    return f"{name}:{base64.b64encode(raw or os.urandom(32)).decode()}"


def test_what_was_sealed_opens_again() -> None:
    wrapped = crypto.new_data_key()
    for text in (TEXT, "", "舟山", "x" * 5000):
        assert crypto.unseal(wrapped, crypto.seal(wrapped, text, PLACE), PLACE) == text


def test_the_same_text_is_never_sealed_to_the_same_bytes() -> None:
    wrapped = crypto.new_data_key()
    blobs = {crypto.seal(wrapped, TEXT, PLACE) for _ in range(50)}
    assert len(blobs) == 50
    assert not any(TEXT.encode() in blob for blob in blobs)


@pytest.mark.parametrize("position", [0, 11, 12, 20, -1])
def test_one_flipped_bit_is_noticed(position: int) -> None:
    wrapped = crypto.new_data_key()
    blob = bytearray(crypto.seal(wrapped, TEXT, PLACE))
    blob[position] ^= 1
    with pytest.raises(InvalidTag):
        crypto.unseal(wrapped, bytes(blob), PLACE)


def test_a_value_cannot_be_moved_to_another_column_or_person() -> None:
    wrapped = crypto.new_data_key()
    blob = crypto.seal(wrapped, TEXT, PLACE)
    with pytest.raises(InvalidTag):
        crypto.unseal(wrapped, blob, "registry.practitioner.phone")
    with pytest.raises(InvalidTag):
        crypto.unseal(crypto.new_data_key(), blob, PLACE)


def test_a_tampered_or_destroyed_data_key_opens_nothing() -> None:
    wrapped = crypto.new_data_key()
    blob = crypto.seal(wrapped, TEXT, PLACE)
    with pytest.raises(InvalidTag):
        crypto.unseal(wrapped[:-1] + bytes([wrapped[-1] ^ 1]), blob, PLACE)
    with pytest.raises(InvalidTag):
        crypto.unseal(b"", blob, PLACE)


def test_a_new_master_key_seals_and_the_old_one_still_opens(settings) -> None:
    old, new = key("k1"), key("k2")
    settings.FIELD_KEYS = old
    wrapped = crypto.new_data_key()
    blob = crypto.seal(wrapped, TEXT, PLACE)

    settings.FIELD_KEYS = f"{old},{new}"
    crypto._data_key.cache_clear()
    assert crypto.key_id(wrapped) == "k1"
    assert crypto.key_id(crypto.new_data_key()) == "k2"
    assert crypto.unseal(wrapped, blob, PLACE) == TEXT

    rewrapped = crypto.rewrap(wrapped)
    settings.FIELD_KEYS = new
    crypto._data_key.cache_clear()
    assert crypto.key_id(rewrapped) == "k2"
    assert crypto.unseal(rewrapped, blob, PLACE) == TEXT
    with pytest.raises(ImproperlyConfigured, match="k1"):
        crypto.unseal(wrapped, blob, PLACE)


@pytest.mark.parametrize(
    "ring",
    ["", "k1", "k1:", "k1:not base64!", key("k1", b"short"), key(""), f"{key('k1')},{key('k1')}"],
    ids=["empty", "no key", "blank key", "not base64", "short key", "no id", "id twice"],
)
def test_a_bad_key_ring_is_refused_without_showing_a_key(settings, ring: str) -> None:
    settings.FIELD_KEYS = ring
    with pytest.raises(ImproperlyConfigured) as refusal:
        crypto.new_data_key()
    assert "k1:" not in str(refusal.value)


@pytest.mark.parametrize("text", ["", "AAAA", "密钥"])
def test_a_weak_hash_key_is_refused(settings, text: str) -> None:
    settings.HASH_KEY = text
    with pytest.raises(ImproperlyConfigured):
        crypto.blind_index("phone", "13800000000")


def test_blind_indexes_are_stable_apart_by_kind_and_carry_their_key_number(settings) -> None:
    index = crypto.blind_index("phone", "13800000000")
    assert index == crypto.blind_index("phone", "13800000000")
    assert len({index, crypto.blind_index("id", "13800000000"), crypto.blind_index("phone", "13800000001")}) == 3
    assert (index[:1], len(index)) == (crypto.HASH_KEY_NUMBER, 33)
    settings.HASH_KEY = base64.b64encode(os.urandom(32)).decode()
    assert crypto.blind_index("phone", "13800000000") != index
