"""One cell's text: which of it is kept, what it means, and how a message may repeat it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from accounts.errors import InputError
from accounts.personal import hide_personal
from accounts.texts import check_text
from courses.roster.findings import Code, Finding
from office.sheets.header import canonical

_SHOWN, _LONG_FIGURE = 12, re.compile(r"[0-9Xx]{5,}")
Findings = tuple[Finding, ...]


def kept(text: str, most: int) -> str:
    """A text as it may be stored and shown: without anybody's number, no longer than its column."""
    return hide_personal(text)[:most]


def text_findings(key: str, text: str, most: int, code: Code, label: str) -> Findings:
    try:
        check_text(text, key, label, most)
    except InputError as error:
        return (Finding(code, key, error.message),)
    return ()


def meaning_of(
    words: Mapping[str, str], text: str, key: str, missing: Code, unknown: Code, ask: str
) -> tuple[str, Findings]:
    """What a word of a closed list means."""
    plain_text = canonical(text)
    if not plain_text:
        return "", (Finding(missing, key, f"没有填写。{ask}"),)
    meaning = words.get(plain_text)
    if meaning is None:
        return "", (Finding(unknown, key, f"看不懂“{_shown(text)}”。{ask}"),)
    return str(meaning), ()


def figure_of(text: str) -> Decimal | None:
    """A plain figure, with or without its unit; not what only Python takes for one."""
    bare = text.replace(" ", "").removesuffix("学时").removesuffix("个")
    if not bare.isascii() or "_" in bare:
        return None
    try:
        figure = Decimal(bare)
    except InvalidOperation:
        return None
    return figure if figure.is_finite() else None


def _shown(text: str) -> str:
    """A few characters of a cell for a message; long figures, which may be somebody's number, stay out of it."""
    return _LONG_FIGURE.sub("…", hide_personal(text))[:_SHOWN]
