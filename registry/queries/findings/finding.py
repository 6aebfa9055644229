"""Finding: one fact about a claim that its reviewer should know before deciding."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Finding:
    """One fact, stated plainly; it refuses nothing.

    `text` may be read by whoever may see the claim: it names no other person and no other claim. `others` are the ids
    of the claims it speaks of, which a page shows as far as its viewer may see them. In spite of a `serious` one a
    claim is accepted for a written reason alone; the others only help to read the claim.
    """

    code: str
    text: str
    others: tuple[int, ...] = ()
    serious: bool = True


def serious(findings: list[Finding]) -> list[Finding]:
    """Those in spite of which a claim is accepted for a written reason alone."""
    return [finding for finding in findings if finding.serious]


def days_said(first: date, last: date) -> str:
    """2021年6月1日, or 2021年6月1日至3日, as short as can be."""
    said = f"{first.year}年{first.month}月{first.day}日"
    if first == last:
        return said
    if (first.year, first.month) == (last.year, last.month):
        return f"{said}至{last.day}日"
    year = "" if first.year == last.year else f"{last.year}年"
    return f"{said}至{year}{last.month}月{last.day}日"


def hours_said(hours: Decimal) -> str:
    """16.0 as 16, 7.5 as 7.5."""
    return f"{hours.normalize():f}"
