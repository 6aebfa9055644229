"""Ledger lines → a year: categories, annual caps, minimums; and what would fill what is missing (§二)."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_CEILING, Decimal

from hours_rules.credit import ZERO
from hours_rules.errors import RuleError
from hours_rules.types import (
    CATEGORIES,
    TOTAL,
    ActivityRule,
    CapApplied,
    Composition,
    Entry,
    Notice,
    PlanLine,
    PlanOption,
)


def compose(entries: Iterable[Entry], notice: Notice) -> Composition:
    """The year that these ledger lines make, in any order. Reversing lines are negative; a net below 0 is a RuleError.

    This is the readable specification of the SQL statement that keeps `AnnualStanding`.
    """
    net: dict[str, Decimal] = {}
    for entry in entries:
        if entry.activity not in notice.activities:
            raise RuleError("unknown_activity", f"通知中没有“{entry.activity}”这一学时事项。", "code")
        net[entry.activity] = net.get(entry.activity, ZERO) + entry.hours
    recorded = dict.fromkeys((*CATEGORIES, TOTAL), ZERO)
    counted = dict.fromkeys((*CATEGORIES, TOTAL), ZERO)
    caps: list[CapApplied] = []
    for code, rule in notice.activities.items():
        hours = net.get(code, ZERO)
        if hours < 0:
            raise RuleError("negative_net", f"“{rule.name}”冲销的学时多于登记的学时。", "hours")
        counts = hours if rule.yearly_cap is None else min(hours, rule.yearly_cap)
        if rule.yearly_cap is not None and counts < hours:
            caps.append(CapApplied(code, hours, counts, rule.yearly_cap, rule.clause))
        for figures, figure in ((recorded, hours), (counted, counts)):
            figures[rule.category] += figure
            figures[TOTAL] += figure
    deficits = {name: max(minimum - counted[name], ZERO) for name, minimum in notice.minimums.items()}
    return Composition(notice.id, recorded, counted, tuple(caps), deficits, net)


def plan(composition: Composition, notice: Notice) -> tuple[PlanLine, ...]:
    """What is still missing, and for each activity how many would fill it, with room left under annual caps respected.

    A line per category that lacks hours; a last line "total" when the total lacks more than the categories together.
    """
    lines = []
    for code in CATEGORIES:
        missing = composition.deficits[code]
        if missing > 0:
            name = notice.categories[code].name
            lines.append(PlanLine(code, name, missing, _options(composition, notice, missing, (code,))))
    beyond = composition.deficits[TOTAL] - sum((line.missing for line in lines), ZERO)
    if beyond > 0:
        lines.append(PlanLine(TOTAL, "合计", beyond, _options(composition, notice, beyond, CATEGORIES)))
    return tuple(lines)


def _options(
    composition: Composition,
    notice: Notice,
    missing: Decimal,
    categories: tuple[str, ...],
) -> tuple[PlanOption, ...]:
    found: list[PlanOption] = []
    for rule in notice.activities.values():
        if rule.category in categories:
            found.extend(_ways(rule, missing, composition.by_activity.get(rule.code, ZERO)))
    return tuple(found)


def _ways(rule: ActivityRule, missing: Decimal, recorded: Decimal) -> list[PlanOption]:
    room = missing if rule.yearly_cap is None else min(missing, max(rule.yearly_cap - recorded, ZERO))
    if room < missing and room <= 0:
        return []
    if rule.hours_per is None and not rule.tiers:
        return [PlanOption(rule.code, rule.name, "", "", rule.measure, None, None, room, rule.clause)]
    units = [(tier.code, tier.name, tier.hours) for tier in rule.tiers] or [("", "", rule.hours_per or ZERO)]
    ways = []
    for tier, tier_name, each in units:
        quantity = int((room / each).to_integral_value(ROUND_CEILING))
        ways.append(
            PlanOption(
                rule.code, rule.name, tier, tier_name, rule.measure, each, quantity, each * quantity, rule.clause
            ),
        )
    return ways
