"""What must hold of the settings before the portal starts; told by the name of the variable, never by its value."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.exceptions import ImproperlyConfigured

from accounts.crypto import check_field_keys, check_hash_key

_HINT = "See “Settings” in docs/operations.md. The value is not repeated here."
_KEYS: tuple[tuple[str, str, Callable[[str], None]], ...] = (
    ("accounts.E001", "FIELD_KEYS", check_field_keys),
    ("accounts.E002", "HASH_KEY", check_hash_key),
)


def keys_are_usable(app_configs: Sequence[Any] | None, **_: Any) -> list[CheckMessage]:  # noqa: ARG001 - Django's own
    """An error for each key that could not seal or look up anything; otherwise the first sign-up would tell."""
    found: list[CheckMessage] = []
    for code, name, check in _KEYS:
        try:
            check(getattr(settings, name))
        except ImproperlyConfigured as error:
            found.append(Error(str(error), hint=_HINT, id=code))
    return found
