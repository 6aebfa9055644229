"""Whether a column can keep a text: asked by every command that takes one, so that no door ends in a database error."""

from __future__ import annotations

import re

from accounts.errors import InputError

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # PostgreSQL keeps neither NUL nor half a character


def check_text(text: str, field: str, label: str, most: int | None) -> None:
    """InputError on `field`: `too_long` above `most` characters, `bad_characters`."""
    if most is not None and len(text) > most:
        raise InputError("too_long", f"{label}不能超过{most}字。", field=field)
    if _UNSTORABLE.search(text):
        raise InputError("bad_characters", f"{label}含有无法保存的字符，请重新填写。", field=field)
