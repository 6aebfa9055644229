"""Whose rows these are: ID numbers looked up by their keyed hash, thousands in one question; nobody is invented.

An ID number lives only in the memory of the check. What is kept of it is its mask.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, NamedTuple

from django.db import connection

from accounts.crypto import blind_index
from accounts.errors import InputError
from accounts.identity import check_id_number, normalise
from accounts.masks import mask_id
from accounts.models import User
from office.sheets.sheet import Flag
from registry.commands.platforms.rules import Problem

AT_ONCE = 10_000
LONGEST_ID = 18


class Known(NamedTuple):
    """A person of the register, as the check needs them."""

    pk: int
    name: str
    user_id: int | None


class Found(NamedTuple):
    """Whom the ID number of a cell names (None: nobody), its mask, and what is wrong with it."""

    person: Known | None
    masked: str
    problem: Problem | None


def look_up(texts: Collection[str], actor: User) -> dict[str, Found]:
    """Each different ID cell → whom it names. The actor's own rows are a problem: nobody credits themselves."""
    numbers = {text: text.upper() if text.isascii() and text.isalnum() else normalise(text) for text in texts}
    hashes = {number: blind_index("id", number) for number in set(numbers.values()) if len(number) == LONGEST_ID}
    known = _known(hashes.values())
    return {text: _found(number, known.get(hashes.get(number, b"")), actor) for text, number in numbers.items()}


def lost(flag: Flag) -> Found:
    """An ID cell whose text is no data: a spreadsheet keeps fifteen digits of a number."""
    if flag == Flag.LOST_DIGITS:
        said = "身份证号存成了数字，末几位已经丢失。请把该列设为文本格式后重新填写。"
        return Found(None, "", Problem("id_lost_digits", "id_number", said))
    return Found(None, "", Problem("cell_error", "id_number", "单元格是错误值或未计算的公式。"))


def same_name(stated: str, known: str) -> bool:
    """Whether both write the same name: spaces, width and the dot of transcribed names aside."""
    return stated == known or _plain(stated) == _plain(known)


def _plain(name: str) -> str:
    return normalise(name).translate({ord(dot): None for dot in "·•・.‧"})


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


def _known(hashes: Iterable[bytes]) -> Mapping[bytes, Known]:
    """The register's people with these hashes."""
    people: dict[bytes, Known] = {}
    with connection.cursor() as cursor:
        for some in _some(hashes):
            cursor.execute(
                "SELECT p.id_hash, p.id, p.name, p.user_id FROM registry_practitioner p"
                " JOIN unnest(string_to_array(%s, ',')) h ON p.id_hash = decode(h, 'hex')",
                [",".join(value.hex() for value in some)],
            )
            people |= {bytes(row[0]): Known(*row[1:]) for row in cursor.fetchall()}
    return people


def _some(values: Iterable[Any]) -> Iterator[list[Any]]:
    every = iter(values)
    while some := list(islice(every, AT_ONCE)):
        yield some
