"""A notice as a reader meets it: its clauses under their headings, each with the address it is linked by."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from hours_rules.types import ActivityRule, Notice

NUMERALS = {numeral: value for value, numeral in enumerate("一二三四五六七八九十", start=1)}
_CLAUSE_PART = re.compile(r"[一二三四五六七八九十]+|\d+|附件|备注")
_CLAUSE_WORDS = {"附件": "annex", "备注": "note"}


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause that credits hours: the activities that cite it and the sentences it consists of."""

    clause: str
    anchor: str
    rules: tuple[ActivityRule, ...]

    @property
    def texts(self) -> tuple[str, ...]:
        """The notice's sentences, each once: two activities may share one."""
        return tuple(dict.fromkeys(rule.text for rule in self.rules))


@dataclass(frozen=True, slots=True)
class Group:
    """The clauses under one heading of the notice, such as 二（二）."""

    clause: str
    anchor: str
    categories: tuple[str, ...]
    clauses: tuple[Clause, ...]

    @property
    def rules(self) -> tuple[ActivityRule, ...]:
        """Every activity of the group, in clause order."""
        return tuple(rule for clause in self.clauses for rule in clause.rules)


def clause_anchor(clause: str) -> str:
    """Id of a clause on 认定标准.

    >>> clause_anchor("二（二）2(1)")
    'clause-2-2-2-1'
    >>> clause_anchor("附件1 备注3")
    'clause-annex-1-note-3'
    """
    parts = (_CLAUSE_WORDS.get(part) or str(_number(part)) for part in _CLAUSE_PART.findall(clause))
    return "-".join(["clause", *parts])


def groups(notice: Notice, category: str = "") -> list[Group]:
    """The activities (of one category, or all) under the notice's headings. Each anchor is given once."""
    rules = [rule for rule in notice.activities.values() if category in ("", rule.category)]
    around = [notice.minimums_clause, notice.class_rules.clause]
    around += [notice.group_claims.clause] if notice.group_claims else []
    given = {clause_anchor(clause) for clause in around}
    found = []
    for heading, members in groupby(rules, key=lambda rule: _heading(rule.clause)):
        own = tuple(members)
        anchor = _anchor(heading, given)
        names = tuple(dict.fromkeys(notice.categories[rule.category].name for rule in own))
        found.append(Group(heading, anchor, names, tuple(_clauses(own, given))))
    return found


def _clauses(rules: Iterable[ActivityRule], given: set[str]) -> Iterable[Clause]:
    for clause, members in groupby(rules, key=lambda rule: rule.clause):
        yield Clause(clause, _anchor(clause, given), tuple(members))


def _heading(clause: str) -> str:
    """二（二）2(1) → 二（二）: the part up to the bracketed Chinese numeral."""
    head, bracket, _ = clause.partition("）")
    return head + bracket


def _anchor(clause: str, given: set[str]) -> str:
    """The clause's anchor, or nothing when an element above carries it already."""
    anchor = clause_anchor(clause)
    if anchor in given:
        return ""
    given.add(anchor)
    return anchor


def _number(text: str) -> int:
    """十二 → 12, 12 → 12: a Chinese numeral below one hundred, or digits."""
    if text.isdigit():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    return (NUMERALS.get(tens, 1) * 10 if ten else 0) + NUMERALS.get(ones, 0)
