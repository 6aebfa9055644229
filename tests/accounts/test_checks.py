"""Keys that cannot work are told before anything is sealed with them: by the variable's name, not by its value."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from django.core.checks import run_checks
from django.core.management import call_command
from django.core.management.base import SystemCheckError

GOOD = base64.b64encode(bytes(range(32))).decode()
SHORT = base64.b64encode(b"too short").decode()
BAD = {
    "no id": ("FIELD_KEYS", GOOD),
    "too short": ("FIELD_KEYS", f"k1:{SHORT}"),
    "not base64": ("FIELD_KEYS", "k1:not-base64-at-all-not-base64-at-all"),
    "an id twice": ("FIELD_KEYS", f"k1:{GOOD},k1:{GOOD}"),
    "an empty one at the end": ("FIELD_KEYS", f"k1:{GOOD},"),
    "empty": ("FIELD_KEYS", ""),
    "a short hash key": ("HASH_KEY", SHORT),
    "no hash key": ("HASH_KEY", "%%%"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_key_that_cannot_work_stops_the_start(settings: Any, case: str) -> None:
    name, value = BAD[case]
    setattr(settings, name, value)
    (error,) = run_checks()
    assert (error.id, error.msg.startswith(f"{name}:")) == (
        {"FIELD_KEYS": "accounts.E001", "HASH_KEY": "accounts.E002"}[name],
        True,
    )
    with pytest.raises(SystemCheckError) as stopped:
        call_command("check")
    told = str(stopped.value) + repr(error)
    assert all(part not in told for part in value.replace("k1:", "").split(",") if part)


def test_keys_that_work_are_passed_over(settings: Any) -> None:
    settings.FIELD_KEYS = f"k1:{GOOD},k2:{GOOD}"
    assert run_checks() == []
