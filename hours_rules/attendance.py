"""What somebody who was there on some days of a class earns of its approved hours (§二（二）2(3), §四 严格考核)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from decimal import ROUND_DOWN, Decimal

TENTH = Decimal("0.1")


def hours_attended(taught: Mapping[date, Decimal], attended: Collection[date], approved: Decimal) -> Decimal:
    """Hours for the days attended, at most `approved`, whole tenths rounded down.

    `taught` holds the hours of each day on which attendance was taken. **D** Who was there on all of them earns the
    office's figure, others their share of it by the hours of the days attended; the notice says nothing of parts.

    >>> from datetime import date
    >>> days = {date(2021, 10, 11): Decimal(8), date(2021, 10, 12): Decimal(6)}
    >>> hours_attended(days, days, Decimal(12))
    Decimal('12')
    >>> hours_attended(days, [date(2021, 10, 12)], Decimal(12))
    Decimal('5.1')
    """
    there = [taught[day] for day in set(attended) & taught.keys()]
    if len(there) == len(taught):
        return approved if taught else Decimal(0)
    share = approved * sum(there, Decimal(0)) / sum(taught.values(), Decimal(0))
    return min(approved, share.quantize(TENTH, ROUND_DOWN))
