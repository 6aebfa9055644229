"""Reasons that people type."""

from __future__ import annotations

from accounts.errors import InputError
from accounts.texts import check_text


def checked_reason(text: str, *, needed: bool = True, most: int = 500) -> str:
    """The reason without its margins. InputError (field `reason`): `reason_missing`, and those of `check_text`."""
    said = text.strip()
    if needed and not said:
        raise InputError("reason_missing", "请写明理由。", "reason")
    check_text(said, "reason", "理由", most, lines=True)
    return said
