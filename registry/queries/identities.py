"""People found by their ID numbers' keyed hashes, thousands in one question, and whether two spellings name one person.

For files of many rows: an import of a platform, a class's roster. The numbers themselves never reach a query.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, NamedTuple

from django.db import connection

from accounts.identity import normalise

AT_ONCE = 10_000
LOST_DIGITS = "身份证号存成了数字，末几位已经丢失。请把该列设为文本格式后重新填写。"
NO_DATA = "单元格是错误值或未计算的公式。"
KNOWN_SQL = """
SELECT h.place, p.id, p.name, p.user_id FROM registry_practitioner p
JOIN unnest(string_to_array(%s, ',')) WITH ORDINALITY h (hash, place) ON p.id_hash = decode(h.hash, 'hex')
"""
_DOTS = {ord(dot): None for dot in "·•・.‧"}


class Known(NamedTuple):
    """A person of the register, as the check of a file needs them."""

    pk: int
    name: str
    user_id: int | None


def people_by_hash(hashes: Iterable[bytes]) -> Mapping[bytes, Known]:
    """The register's people with these hashes of ID numbers."""
    people: dict[bytes, Known] = {}
    with connection.cursor() as cursor:
        for some in _some(hashes):
            cursor.execute(KNOWN_SQL, [",".join(value.hex() for value in some)])
            people |= {some[place - 1]: Known(*person) for place, *person in cursor.fetchall()}
    return people


def same_name(stated: str, known: str) -> bool:
    """Whether both write the same name: spaces, width and the dot of transcribed names aside."""
    return stated == known or _plain(stated) == _plain(known)


def _plain(name: str) -> str:
    return normalise(name).translate(_DOTS)


def _some(values: Iterable[Any]) -> Iterator[list[Any]]:
    every = iter(values)
    while some := list(islice(every, AT_ONCE)):
        yield some
