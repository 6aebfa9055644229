"""Whose certificate a file is, told by its name alone: an ID number in it, else one name of the group."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from accounts.crypto import blind_index
from accounts.identity import normalise
from registry.models import Claim, GroupClaim
from registry.queries.groups import confirmed_people, people_of
from registry.states import EDITABLE

_ID = re.compile(r"(?<![0-9])[0-9]{17}[0-9X](?![0-9])")
_POINTS = re.compile(r"[•・.‧∙⋅]")
ID_NOT_LISTED = "文件名中的身份证号不在本次名单中"
NAME_DIFFERS = "文件名中的姓名与身份证号不符"
TWO_OF_THIS_NAME = "名单中有重名，请在文件名中写明身份证号"
SEVERAL_NAMES = "文件名中有几个人的姓名"
NOT_LISTED = "文件名中的人员不在本次名单中"
NOBODY = "文件名中没有本次名单上的姓名或身份证号"


@dataclass(frozen=True, slots=True)
class Match:
    """The claim a file belongs to, or why it is nobody's."""

    claim: Claim | None
    problem: str = ""


def bare_name(name: str) -> str:
    """A person's name as names are compared: no spaces, one kind of middle point, half-width."""
    return _POINTS.sub("·", re.sub(r"\s", "", unicodedata.normalize("NFKC", name)))


class Names:
    """The people of a group and, so that a longer name is not taken for a shorter one, all of their unit."""

    def __init__(self, group: GroupClaim) -> None:
        self._by_id: dict[bytes, Claim] = {}
        self._by_name: dict[str, list[Claim]] = defaultdict(list)
        for claim in people_of(group).filter(state__in=EDITABLE).select_related("practitioner", "group"):
            self._by_id[bytes(claim.practitioner.id_hash)] = claim
            self._by_name[bare_name(claim.practitioner.name)].append(claim)
        unit = confirmed_people(group.organisation_id).values_list("name", flat=True)
        self._names = {*self._by_name, *(bare_name(name) for name in unit)}

    def match(self, file_name: str) -> Match:
        """Whose a file of this name is; its ending and folder are not looked at."""
        base = file_name.rpartition("/")[2].rpartition(".")[0] or file_name
        named = self._named(bare_name(base))
        plain = unicodedata.normalize("NFKC", base).upper()
        numbers = _ID.findall(plain) or _ID.findall(normalise(base))
        if numbers:
            return self._of_number(numbers, named)
        if len(named) > 1:
            return Match(None, SEVERAL_NAMES)
        claims = self._by_name.get(next(iter(named), ""), [])
        if len(claims) == 1:
            return Match(claims[0])
        return Match(None, TWO_OF_THIS_NAME if claims else NOT_LISTED if named else NOBODY)

    def _of_number(self, numbers: Iterable[str], named: set[str]) -> Match:
        claims = {self._by_id.get(blind_index("id", number)) for number in numbers}
        claim = claims.pop()
        if claim is None or claims:
            return Match(None, ID_NOT_LISTED)
        if named and bare_name(claim.practitioner.name) not in named:
            return Match(None, NAME_DIFFERS)
        return Match(claim)

    def _named(self, text: str) -> set[str]:
        """The people's names in a text, without those that are only a part of a longer one there."""
        found = {name for name in self._names if name and name in text}
        return {name for name in found if not any(name != other and name in other for other in found)}
