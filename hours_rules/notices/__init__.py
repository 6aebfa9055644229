"""Notices: the files that the package ships, and the strict loader of one file.

`load(text)` and `check(text)` are pure. Adding next year's notice is adding one file to this folder.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path

from hours_rules.errors import RuleError
from hours_rules.notices.loader import check, load
from hours_rules.types import Notice

__all__ = ["check", "for_date", "load", "notice_for", "shipped"]


@lru_cache(maxsize=1)
def shipped() -> tuple[Notice, ...]:
    """The notices of the package, newest first."""
    files = sorted(Path(__file__).parent.glob("*.toml"))
    found = [load(file.read_text(encoding="utf-8")) for file in files]
    return tuple(sorted(found, key=lambda notice: notice.valid_from, reverse=True))


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
