"""Text as people type it: which of it is kept. Asked by every command that takes one, and by the forms before it.

Refused, never repaired: what a column cannot keep, what nobody could see on the page, and the ID numbers and phones
that are kept encrypted and belong nowhere else.
"""

from __future__ import annotations

import re
import unicodedata

from accounts.errors import InputError
from accounts.identity import check_id_number, normalise
from accounts.personal import holds_personal

# Control, invisible and direction marks, halves of a character, private use, line separators. Not "unassigned": a rare
# character of a name may be younger than this Python.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
_LINES = frozenset("\n\r\t")
_NAME = re.compile(r"[^\W\d_](?:[^\W\d_]|[ ·•・.'’\-\u0300-\u036f\ufe00-\ufe0f\U000e0100-\U000e01ef])*")
_LONG_NUMBER = re.compile(r"(?<![0-9])[0-9]{17}[0-9X](?![0-9])")


def check_text(
    text: str,
    field: str,
    label: str,
    most: int | None,
    *,
    lines: bool = False,
    number: bool = False,
) -> None:
    """InputError on `field`, naming `label`: `too_long` above `most` characters, `bad_characters`, `personal`.

    `lines` allows line breaks and tabs; `number` is for a number of somebody else's making (a certificate's), which may
    look like a phone, so that only a number that is an ID number by its check digit is refused.
    """
    if most is not None and len(text) > most:
        raise InputError("too_long", f"{label}不能超过{most}字，现有{len(text)}字。", field)
    for place, letter in enumerate(text, 1):
        if _unseen(letter) and not (lines and letter in _LINES):
            raise InputError("bad_characters", f"{label}的第{place}个字符看不见或无法保存，请删除后重新填写。", field)
    if _is_somebodys(text) if number else holds_personal(text):
        raise InputError("personal", f"{label}中请勿填写身份证号或手机号码。", field)


def check_name(name: str, field: str = "name", label: str = "姓名", most: int = 50) -> None:
    """A person's name. InputError: those of `check_text`, and `name_characters`."""
    check_text(name, field, label, most)
    if name and not _NAME.fullmatch(name):
        raise InputError("name_characters", f"{label}只能填写汉字、字母和间隔号“·”。", field)


def _unseen(letter: str) -> bool:
    return unicodedata.category(letter) in _UNSEEN or (ord(letter) & 0xFFFE) == 0xFFFE


def _is_somebodys(text: str) -> bool:
    for number in _LONG_NUMBER.findall(normalise(text)):
        try:
            check_id_number(number)
        except InputError:
            continue
        return True
    return False
