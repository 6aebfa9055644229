"""What a roster amounts to: people and hours, by unit, and how it differs from the plan."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, F, Sum, Value
from django.db.models.functions import Coalesce, NullIf

from courses.models import Roster
from courses.queries.rosters import rows_of

UNITS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class UnitSum:
    """One employer as the roster names it."""

    name: str
    people: int
    hours: Decimal


@dataclass(frozen=True, slots=True)
class RosterSums:
    """`units` are the largest, `more` how many are not shown; `unregistered` people are created at confirmation."""

    people: int
    hours: Decimal
    unregistered: int
    units: list[UnitSum]
    more: int


def sums_of(roster: Roster) -> RosterSums:
    """The figures of the present rows."""
    rows = rows_of(roster)
    total = rows.order_by().aggregate(people=Count("pk"), hours=Sum("hours"), known=Count("practitioner"))
    named = rows.annotate(unit=Coalesce(NullIf(F("employer_name"), Value("")), Value("无单位"))).order_by()
    units = list(named.values("unit").annotate(people=Count("pk"), total=Sum("hours")).order_by("-people", "unit"))
    return RosterSums(
        people=total["people"],
        hours=_decimal(total["hours"]),
        unregistered=total["people"] - total["known"],
        units=[UnitSum(one["unit"], one["people"], _decimal(one["total"])) for one in units[:UNITS_SHOWN]],
        more=max(len(units) - UNITS_SHOWN, 0),
    )


def _decimal(hours: Decimal | None) -> Decimal:
    return hours if hours is not None else Decimal(0)
