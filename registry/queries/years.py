"""A person's ledger and year, with the clause behind each hour."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import Role, User
from accounts.queries import organisations_run, regions_reviewed
from hours_rules import Entry, compose, plan
from hours_rules.types import CATEGORIES, TOTAL, Composition, Notice, PlanLine
from registry.models import Adjustment, AnnualStanding, EntrySource, HourEntry, LinkState, Practitioner
from registry.queries.adjustments import in_force
from registry.queries.notices import has_notice, notice_of_year


@dataclass(frozen=True, slots=True)
class Year:
    """One person's year: the notice it is composed by, the composition, and what would fill what is missing.

    `adjustment` is the one that the composition's minimums come from; None: the notice's.
    """

    year: int
    notice: Notice
    composition: Composition
    entries: list[HourEntry]
    adjustment: Adjustment | None = None

    @property
    def plan(self) -> tuple[PlanLine, ...]:
        """What is still missing, and for each activity how many would fill it."""
        return plan(self.composition, self.notice)


def activity_codes(notice: Notice) -> dict[int, str]:
    """The notice's small numbers → activity codes."""
    return {rule.number: rule.code for rule in notice.activities.values()}


def activity_names(notices: Iterable[Notice]) -> dict[int, str]:
    """Small numbers → names of activities in these notices, the later one's name where several know a number."""
    return {rule.number: rule.name for notice in notices for rule in notice.activities.values()}


def year_of(practitioner: Practitioner, year: int) -> Year:
    """Compose one year of one person from the ledger. RuleError before the first notice."""
    notice = notice_of_year(year)
    codes = activity_codes(notice)
    entries = list(
        HourEntry.objects.filter(practitioner=practitioner, year=year)
        .select_related("posted_by", "reverses", "reversed_by")
        .order_by("id"),
    )
    lines = [Entry(codes[entry.activity], entry.hours) for entry in entries]
    adjustment = in_force(practitioner, year)
    composition = compose(lines, notice, adjustment.minimums if adjustment else None)
    return Year(year, notice, composition, entries, adjustment)


def years_to_show(practitioner: Practitioner) -> list[int]:
    """This year and every year with an entry, newest first; years before the first notice are left to history."""
    years = set(HourEntry.objects.filter(practitioner=practitioner).values_list("year", flat=True).distinct())
    years.add(timezone.localdate().year)
    return sorted((year for year in years if has_notice(year)), reverse=True)


def unjudged_lines(practitioner: Practitioner) -> list[HourEntry]:
    """Lines of old ledgers that no notice judges (未按本通知折算, **D**), the latest year first."""
    lines = HourEntry.objects.filter(practitioner=practitioner, source=EntrySource.HISTORY, notice_id="")
    return list(lines.select_related("reversed_by").order_by("-year", "id"))


def standings_visible_to(user: User) -> QuerySet[AnnualStanding]:
    """Standings of the region's people for a county, of all for the city office, of the confirmed people for a unit."""
    standings = AnnualStanding.objects.all()
    if user.has_role(Role.CITY):
        return standings
    seen = Q(practitioner__user=user)
    if regions := regions_reviewed(user):
        seen |= Q(region_id__in=regions)
    if units := organisations_run(user, Role.EMPLOYER_ADMIN):
        seen |= Q(practitioner__organisation_id__in=units, practitioner__link_state=LinkState.CONFIRMED)
    return standings.filter(seen)


def names_of(notice: Notice) -> dict[str, str]:
    """Code → name of the four figures of a year: the total first, then the categories (§二)."""
    return {TOTAL: "合计", **{code: notice.categories[code].name for code in CATEGORIES}}


def adjusted_figures(adjustment: Adjustment, notice: Notice) -> list[tuple[str, Decimal, Decimal]]:
    """Name, the notice's minimum and the person's own one, of each figure that an adjustment lowers."""
    own = adjustment.minimums
    return [
        (name, notice.minimums[code], min(own[code], notice.minimums[code]))
        for code, name in names_of(notice).items()
        if code in own
    ]


def adjustment_in_words(adjustment: Adjustment | None, notice: Notice) -> str:
    """合计60学时、专业科目30学时: the person's own minimums, for messages and exports; "" without any."""
    figures = adjusted_figures(adjustment, notice) if adjustment else []
    return "、".join(f"{name}{hours.normalize():f}学时" for name, _, hours in figures)


def figures_of(row: Any, notice: Notice) -> list[dict[str, Any]]:
    """The four figures of a standing, or of a row that carries its `counted_…` and `deficit_…`, as pages show them."""
    return [
        {
            "code": code,
            "name": name,
            "counted": getattr(row, f"counted_{code}"),
            "minimum": notice.minimums[code],
            "deficit": getattr(row, f"deficit_{code}"),
        }
        for code, name in names_of(notice).items()
    ]
