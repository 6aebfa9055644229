"""ID numbers and mobile numbers inside longer texts: found, so that they are refused or hidden.

Whole ones are meant, also with spaces or hyphens in them, with +86, or in full-width digits. Digits inside a
fingerprint, a uuid or a longer number are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

HIDDEN = "（已隐去）"
_GAP = r"[ \u3000-]?"
_ID = rf"\d{{6}}{_GAP}\d{{8}}{_GAP}\d{{3}}[\dXxＸｘ]"
_MOBILE = rf"(?:(?:[+＋]|00)?86{_GAP})?[1１][3-9３-９]\d{_GAP}\d{{4}}{_GAP}\d{{4}}"
_PERSONAL = re.compile(rf"(?<![\dA-Za-z-])(?:{_ID}|{_MOBILE})(?![\dA-Za-z-])")


class PersonalDataRefused(ValueError):
    """A caller tried to write an ID number or phone where none may stand: a programming error."""


def hide_personal(text: str) -> str:
    """The text with（已隐去）in place of every ID number and phone: for what people type."""
    return _PERSONAL.sub(HIDDEN, text)


def refuse_personal(where: str, *values: Any) -> None:
    """Raise PersonalDataRefused when any text in `values`, however deep, holds one. `where` is for the programmer."""
    for text in _texts(values):
        if _PERSONAL.search(text):
            raise PersonalDataRefused(f"an ID number or phone must not enter {where}")


def holds_personal(text: str) -> bool:
    """Whether an ID number or phone stands in the text."""
    return bool(_PERSONAL.search(text))


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list | tuple | set):
        for item in value:
            yield from _texts(item)
    else:
        yield str(value)
