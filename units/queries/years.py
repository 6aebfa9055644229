"""A year of a unit's people: figures of the standing, what is missing, and which claims still wait.

Who has no standing of the year has no hours in it and so lacks everything. Nothing here counts entries: the standing is
their projection (`registry.commands.standing`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import (
    BooleanField,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    FilteredRelation,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from accounts.models import Organisation, Role, User
from accounts.queries import organisations_run
from hours_rules.types import CATEGORIES, TOTAL, Notice
from registry.models import Claim, HoursField, UnitLink
from registry.queries.links import day_of_year, members_on
from registry.queries.links import visible_to as links_visible_to
from registry.queries.notices import notice_of_year
from registry.states import ClaimState
from units.queries import registered

OPEN_CLAIMS = (ClaimState.SUBMITTED, ClaimState.RETURNED)
FIGURES = (TOTAL, *CATEGORIES)


def units_watched(user: User, unit: Organisation | None) -> QuerySet[Organisation]:
    """The unit chosen, or for who administers several all of these; none for an office that chose none."""
    seen = registered.visible_to(user)
    if unit is not None:
        return seen.filter(pk=unit.pk)
    return seen.filter(pk__in=organisations_run(user, Role.EMPLOYER_ADMIN))


def membership_day(year: int, *, now: bool) -> date:
    """The day on which somebody must have belonged to the unit to be listed: the year's own, or today."""
    return timezone.localdate() if now else day_of_year(year)


def people_in_year(user: User, unit: Organisation | None, year: int, *, now: bool = False) -> QuerySet[Any]:
    """Links of the units' people with `counted_…`, `deficit_…`, `meets`, and `missing`: the hours that would do.

    `adjusted`: judged by minimums of the person's own.
    `now` lists today's people whatever the year. Rows are UnitLinks that the user may see.
    """
    there = members_on(membership_day(year, now=now)).filter(organisation__in=units_watched(user, unit))
    seen = there.filter(pk__in=links_visible_to(user)).select_related("practitioner", "organisation")
    return with_year(seen, year)


def with_year(links: QuerySet[UnitLink], year: int) -> QuerySet[Any]:
    """These links with the figures of their people's year."""
    notice = notice_of_year(year)
    of_year = Q(practitioner__standings__year=year)
    rows = links.annotate(
        standing=FilteredRelation("practitioner__standings", condition=of_year),
        **{f"counted_{code}": Coalesce("standing__" + f"counted_{code}", _hours(Decimal(0))) for code in FIGURES},
        **{
            f"deficit_{code}": Coalesce("standing__" + f"deficit_{code}", _hours(notice.minimums[code]))
            for code in FIGURES
        },
        adjusted=Q(standing__adjustment__isnull=False),
        meets=Coalesce("standing__meets", Value(not any(notice.minimums.values())), output_field=BooleanField()),
    )
    return rows.annotate(missing=_missing())


def _hours(value: Decimal) -> Value:
    return Value(value, output_field=HoursField())


def _missing() -> ExpressionWrapper[Any]:
    """Hours that would fill the year: an hour of a category that is short also counts towards the total."""
    parts = sum((F(f"deficit_{code}") for code in CATEGORIES[1:]), start=F(f"deficit_{CATEGORIES[0]}"))
    whole = ExpressionWrapper(parts, output_field=HoursField())
    return ExpressionWrapper(Greatest(F(f"deficit_{TOTAL}"), whole), output_field=HoursField())


def totals(rows: QuerySet[Any]) -> dict[str, Any]:
    """How many there are, meet the year and do not, lack each category, and the hours of all; one query."""
    lacking = {f"lack_{code}": Count("pk", filter=Q(**{f"deficit_{code}__gt": Decimal(0)})) for code in CATEGORIES}
    found = rows.order_by().aggregate(
        all=Count("pk"),
        met=Count("pk", filter=Q(meets=True)),
        hours=Sum("counted_total"),
        **lacking,
    )
    hours = found["hours"] or Decimal(0)
    mean = (hours / found["all"]).quantize(Decimal("0.1")) if found["all"] else Decimal(0)
    return {**found, "short": found["all"] - found["met"], "hours": hours, "mean": mean}


def with_claims(rows: QuerySet[Any], year: int, state: str) -> QuerySet[Any]:
    """The rows whose person has a claim of the year in this state."""
    claims = Claim.objects.filter(practitioner=OuterRef("practitioner"), year=year, state=state)
    return rows.filter(Exists(claims))


def open_claims(practitioner_ids: Iterable[int], year: int) -> dict[int, dict[str, int]]:
    """Person → state → how many claims of the year wait at an office or came back."""
    claims = Claim.objects.filter(practitioner__in=list(practitioner_ids), year=year, state__in=OPEN_CLAIMS)
    found: dict[int, dict[str, int]] = {}
    for row in claims.order_by().values("practitioner", "state").annotate(n=Count("pk")):
        found.setdefault(row["practitioner"], {})[row["state"]] = row["n"]
    return found


def lacks_in_words(row: Any, notice: Notice) -> str:
    """专业科目8学时、一般公需科目18学时: what the year lacks; the total only where it lacks more than its parts."""
    deficits = {code: getattr(row, f"deficit_{code}") for code in FIGURES}
    lacking = [(notice.categories[code].name, deficits[code]) for code in CATEGORIES if deficits[code]]
    if deficits[TOTAL] > sum(hours for _, hours in lacking):
        lacking.append(("合计", deficits[TOTAL]))
    return "、".join(f"{name}{hours.normalize():f}学时" for name, hours in lacking)
