"""Notices: the files that the package ships, and the strict loader of one file.

`load(text)` and `check(text)` are pure. Adding next year's notice is adding one file to this folder.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from pathlib import Path

from hours_rules.errors import RuleError
from hours_rules.notices.loader import check, load
from hours_rules.types import Notice

__all__ = ["check", "for_date", "from_folder", "load", "notice_for", "shipped", "shipped_texts", "together"]


@lru_cache(maxsize=1)
def shipped() -> tuple[Notice, ...]:
    """The notices of the package, newest first."""
    return from_folder(Path(__file__).parent)


def shipped_texts() -> tuple[str, ...]:
    """The files behind `shipped`, as they are written."""
    return tuple(file.read_text(encoding="utf-8") for file in sorted(Path(__file__).parent.glob("*.toml")))


def from_folder(folder: Path) -> tuple[Notice, ...]:
    """Every notice of a folder, newest first. RuleError (`bad_notice`) names the file and each of its mistakes."""
    found = []
    for file in sorted(folder.glob("*.toml")):
        try:
            found.append(load(file.read_text(encoding="utf-8")))
        except RuleError as error:
            raise RuleError(error.code, f"{file.name}\n{error}", "") from error
    return together(found)


def together(notices: Iterable[Notice]) -> tuple[Notice, ...]:
    """These notices side by side, newest first. RuleError (`bad_notice`) for what no single file shows.

    Number and first day are a notice's own; an activity and a category keep their number from notice to notice, because
    the ledger keeps the number.
    """
    newest_first = tuple(sorted(notices, key=lambda notice: notice.valid_from, reverse=True))
    _each_once("文号", [notice.id for notice in newest_first])
    _each_once("适用起始日期", [str(notice.valid_from) for notice in newest_first])
    for label, pairs in (
        ("事项", {(rule.code, rule.number) for notice in newest_first for rule in notice.activities.values()}),
        ("科目", {(kind.code, kind.number) for notice in newest_first for kind in notice.categories.values()}),
    ):
        _each_once(f"{label}代码对应的编号", [code for code, _ in sorted(pairs)])
        _each_once(f"{label}编号对应的代码", [str(number) for _, number in sorted(pairs)])
    return newest_first


def _each_once(what: str, values: list[str]) -> None:
    for value in values:
        if values.count(value) > 1:
            raise RuleError("bad_notice", f"各通知之间不一致：{what}“{value}”不唯一。", "")


def for_date(day: date, notices: tuple[Notice, ...]) -> Notice:
    """The newest of these notices in force on that day. RuleError (`no_notice`) before the first."""
    in_force = [notice for notice in notices if notice.valid_from <= day]
    if not in_force:
        raise RuleError("no_notice", f"{day.year}年{day.month}月{day.day}日没有生效的继续教育通知，不能认定学时。", "")
    return max(in_force, key=lambda notice: notice.valid_from)


def notice_for(day: date) -> Notice:
    """The newest shipped notice in force on that day (from 1 January of its year, **D**). RuleError before the first.

    >>> notice_for(date(2021, 6, 1)).id
    '舟建发〔2021〕38号'
    """
    return for_date(day, shipped())
