"""The units that a roster names, found in the register by their names: two questions, however many rows there are."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import NamedTuple

from accounts.models import Organisation

AT_ONCE = 5_000
_HALF, _FULL = str.maketrans("（）", "()"), str.maketrans("()", "（）")


class Unit(NamedTuple):
    """A unit of the register. `is_municipal` is derived from its region, one truth; a merged one is its successor."""

    pk: int
    name: str
    is_municipal: bool
    is_active: bool


def units_named(names: Iterable[str]) -> Mapping[str, Unit]:
    """Name as `plain` gives it → the unit so called."""
    wanted = iter({plain(name) for name in names if name})
    found: dict[str, Unit] = {}
    while some := list(islice(wanted, AT_ONCE)):
        spelt = {spelling for name in some for spelling in _spellings(name)}
        units = Organisation.objects.filter(name__in=spelt).select_related("region", "merged_into__region")
        for unit in units:
            now = unit.merged_into or unit
            found[plain(unit.name)] = Unit(now.pk, now.name, now.is_municipal, now.is_active)
    return found


def plain(name: str) -> str:
    """A unit's name as names are compared: half-width, without spaces."""
    return "".join(unicodedata.normalize("NFKC", name).split())


def _spellings(name: str) -> Iterator[str]:
    """As the register may have it: with either kind of brackets."""
    yield name.translate(_HALF)
    yield name.translate(_FULL)
