"""Finding a person by what an office types: a name, its pinyin, or the last four of the ID number.

Whole ID numbers and phones are not searched for here: what is typed stands in the page's address.
"""

from __future__ import annotations

import re
from typing import TypeVar

from django.db.models import Model, QuerySet

from registry.models.people import joined_name

LAST_FOUR = re.compile(r"\d{3}[\dXx]")
Row = TypeVar("Row", bound=Model)


def by_person(rows: QuerySet[Row], text: str, person: str = "practitioner__") -> QuerySet[Row]:
    """The rows whose person fits: the last four of the ID; else a name by its beginning, in characters or pinyin.

    `person` is the path to the practitioner. Pinyin may be typed with or without spaces.
    """
    if LAST_FOUR.fullmatch(text):
        return rows.filter(**{f"{person}id_last4": text.upper()})
    if not text.isascii():
        return rows.filter(**{f"{person}name__startswith": re.sub(r"\s", "", text)})
    key = "".join(text.lower().split())
    return rows.alias(joined_name=joined_name(person)).filter(joined_name__startswith=key)  # type: ignore[return-value]
