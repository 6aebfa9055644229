"""Whose rows these are: ID numbers looked up by their keyed hash, thousands in one question; nobody is invented.

An ID number lives only in the memory of the check. What is kept of it is its mask.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from accounts.crypto import blind_index
from accounts.errors import InputError
from accounts.identity import check_id_number, normalise
from accounts.masks import mask_id
from accounts.models import User
from office.sheets.sheet import Flag
from registry.commands.platforms.rules import Problem
from registry.queries.identities import LOST_DIGITS, NO_DATA, Known, people_by_hash

LONGEST_ID = 18


class Found(NamedTuple):
    """Whom the ID number of a cell names (None: nobody), its mask, and what is wrong with it."""

    person: Known | None
    masked: str
    problem: Problem | None


def look_up(texts: Collection[str], actor: User) -> dict[str, Found]:
    """Each different ID cell → whom it names. The actor's own rows are a problem: nobody credits themselves."""
    numbers = {text: text.upper() if text.isascii() and text.isalnum() else normalise(text) for text in texts}
    hashes = {number: blind_index("id", number) for number in set(numbers.values()) if len(number) == LONGEST_ID}
    known = people_by_hash(hashes.values())
    return {text: _found(number, known.get(hashes.get(number, b"")), actor) for text, number in numbers.items()}


def lost(flag: Flag) -> Found:
    """An ID cell whose text is no data: a spreadsheet keeps fifteen digits of a number."""
    if flag == Flag.LOST_DIGITS:
        return Found(None, "", Problem("id_lost_digits", "id_number", LOST_DIGITS))
    return Found(None, "", Problem("cell_error", "id_number", NO_DATA))


def _found(number: str, person: Known | None, actor: User) -> Found:
    masked = mask_id(number) if len(number) <= LONGEST_ID else f"{'*' * 14}{number[-4:]}"
    if person is None:
        return Found(None, masked, _why_nobody(number))
    if person.user_id == actor.pk:
        return Found(person, masked, Problem("own_row", "", "这是您本人的记录，请由同事导入。"))
    return Found(person, masked, None)


def _why_nobody(number: str) -> Problem:
    if not number:
        return Problem("id_missing", "id_number", "没有填写身份证号。")
    try:
        check_id_number(number)
    except InputError as error:
        return Problem("id_wrong", "id_number", error.message)
    return Problem("person_unknown", "", "平台中没有此人。请本人注册或由单位登记后再导入。")
