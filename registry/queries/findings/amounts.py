"""An activity that reaches out of its year, and one far larger than what this person usually does."""

from __future__ import annotations

import re
from decimal import Decimal
from statistics import median

from hours_rules.types import TOTAL
from registry.models import Claim
from registry.queries.findings.finding import Finding, days_said, hours_said
from registry.queries.notices import notice_of_year
from registry.queries.spans import most_a_day
from registry.states import ClaimState

_YEAR_IN_TITLE = re.compile(r"(?<!\d)(20\d\d)年")
# Usual is the middle of what was accepted before; below so many claims nothing is usual yet.
HISTORY, ENOUGH, TIMES, DAYS = 50, 3, 3, 2


def outside_year(claim: Claim) -> list[Finding]:
    """An activity that began in another year, or is called after one: the whole of it counts in the year it ended."""
    found = []
    if claim.started_on.year != claim.year:
        days = days_said(claim.started_on, claim.ended_on)
        text = f"活动跨年度（{days}）；按约定全部计入结束的{claim.year}年度，请核实是否已在其他年度登记。"
        found.append(Finding("outside_year", text))
    named = sorted({year for year in _YEAR_IN_TITLE.findall(claim.title) if year != str(claim.year)})
    if named:
        text = f"名称中写的是{'、'.join(f'{year}年' for year in named)}，而本申报计入{claim.year}年度。"
        found.append(Finding("other_year_named", text))
    return found


def above_usual(claim: Claim) -> list[Finding]:
    """An amount far above the person's accepted claims of the same activity; without such, above a whole year's hours.

    Far above: more than three times the middle one (of at least three), and at least two full days' hours more.
    """
    notice = notice_of_year(claim.year)
    earlier = Claim.objects.filter(
        practitioner=claim.practitioner_id, activity=claim.activity, state=ClaimState.ACCEPTED
    ).exclude(pk=claim.pk)
    usual = sorted(earlier.order_by("-pk").values_list("hours", flat=True)[:HISTORY])
    if len(usual) < ENOUGH:
        whole = notice.minimums[TOTAL]
        if claim.hours <= whole:
            return []
        text = f"本项一次申报{hours_said(claim.hours)}学时，超过一个年度的最低要求（{whole}学时）。"
        return [Finding("above_usual", text)]
    middle = median(usual)
    margin = DAYS * (most_a_day(notice) or Decimal(0))
    if claim.hours <= TIMES * middle or claim.hours - middle < margin:
        return []
    text = (
        f"本项申报{hours_said(claim.hours)}学时，远高于该人员以往同类申报"
        f"（已认定{len(usual)}件，中位数{hours_said(Decimal(middle))}学时）。"
    )
    return [Finding("above_usual", text)]
