"""Ledger lines → a year: categories, annual caps, minimums; and what would fill what is missing (§二)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import ROUND_CEILING, Decimal

from hours_rules.credit import MOST, TENTH, ZERO
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
    Tier,
)


def compose(entries: Iterable[Entry], notice: Notice, adjusted: Mapping[str, Decimal] | None = None) -> Composition:
    """The year (§二) that these ledger lines make, in any order, in hours as recorded and as counted after annual caps.

    `adjusted` are one person's own minimums for the year (**D**), by category or "total"; a figure not named, or above
    the notice's, leaves the notice's. Raises RuleError: an unknown activity or adjusted figure, hours that `credit`
    cannot have granted (reversing lines are their negative), or a net below zero. This is the readable specification
    of the SQL statement that keeps `AnnualStanding`.

    >>> from datetime import date
    >>> from hours_rules.notices import notice_for
    >>> year = compose([Entry("licence_cpd", Decimal("50"))], notice_for(date(2021, 6, 1)))
    >>> year.recorded["total"], year.counted["total"], year.deficits["professional"], year.meets
    (Decimal('50'), Decimal('36'), Decimal('24'), False)
    """
    net = _net(entries, notice)
    recorded = dict.fromkeys((*CATEGORIES, TOTAL), ZERO)
    counted = dict.fromkeys((*CATEGORIES, TOTAL), ZERO)
    caps: list[CapApplied] = []
    for code, rule in notice.activities.items():
        hours = net.get(code, ZERO)
        if hours < 0:
            raise RuleError("negative_net", f"“{rule.name}”冲销的学时多于登记的学时。", "hours")
        counts = counted_of(rule, hours)
        if rule.yearly_cap is not None and counts < hours:
            caps.append(CapApplied(code, hours, counts, rule.yearly_cap, rule.clause))
        for figures, figure in ((recorded, hours), (counted, counts)):
            figures[rule.category] += figure
            figures[TOTAL] += figure
    minimums = _minimums(notice, adjusted or {})
    deficits = {name: max(minimum - counted[name], ZERO) for name, minimum in minimums.items()}
    return Composition(notice.id, recorded, counted, tuple(caps), deficits, net, minimums)


def counted_of(rule: ActivityRule, hours: Decimal) -> Decimal:
    """What counts of a year's hours of one activity: all, or as much as its annual cap leaves."""
    return hours if rule.yearly_cap is None else min(hours, rule.yearly_cap)


def _minimums(notice: Notice, adjusted: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """What the person must reach: an adjustment never asks for more than the notice does."""
    for name, hours in adjusted.items():
        if name not in notice.minimums or hours < 0:
            raise RuleError("bad_adjustment", "调整后的最低学时不正确。", name)
    return {name: min(minimum, adjusted.get(name, minimum)) for name, minimum in notice.minimums.items()}


def _net(entries: Iterable[Entry], notice: Notice) -> dict[str, Decimal]:
    """Hours per activity, reversing lines taken off."""
    net: dict[str, Decimal] = {}
    for entry in entries:
        if entry.activity not in notice.activities:
            raise RuleError("unknown_activity", f"通知中没有“{entry.activity}”这一学时事项。", "code")
        net[entry.activity] = net.get(entry.activity, ZERO) + line_hours(entry)
    return net


def line_hours(entry: Entry) -> Decimal:
    """The hours of a line. RuleError for a figure that `credit` cannot have granted."""
    given: object = entry.hours
    if isinstance(given, bool) or not isinstance(given, int | Decimal):
        raise RuleError("not_a_number", "学时应为数字。", "hours")
    hours = Decimal(given)
    if not hours.is_finite():
        raise RuleError("not_a_number", "学时应为数字。", "hours")
    if abs(hours) > MOST:
        raise RuleError("too_large", f"一条登记不能超过{MOST}学时，请核对。", "hours")
    if hours.quantize(TENTH) != hours:
        raise RuleError("too_many_places", "学时最多保留一位小数。", "hours")
    return hours


def plan(composition: Composition, notice: Notice) -> tuple[PlanLine, ...]:
    """What is still missing, and for each activity how many would fill it, with room left under annual caps respected.

    A line per category that lacks hours; a last line "total" when the total lacks more than the categories together.

    >>> from datetime import date
    >>> from hours_rules.notices import notice_for
    >>> notice = notice_for(date(2021, 6, 1))
    >>> line = plan(compose([Entry("licence_cpd", Decimal("50"))], notice), notice)[0]
    >>> line.category, line.missing, [(way.tier, way.quantity) for way in line.options if way.code == "licence_exam"]
    ('professional', Decimal('24'), [('national', 3), ('provincial', 4)])
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
    """The ways of one activity; none when its annual cap leaves no room."""
    room = missing if rule.yearly_cap is None else min(missing, rule.yearly_cap - recorded)
    if room <= 0:
        return []
    return [_way(rule, tier, room, missing - room) for tier in rule.tiers or (None,)]


def _way(rule: ActivityRule, tier: Tier | None, room: Decimal, remaining: Decimal) -> PlanOption:
    each = tier.hours if tier else rule.hours_per
    quantity = None if each is None else _times(room, each)
    return PlanOption(
        code=rule.code,
        name=rule.name,
        tier=tier.code if tier else "",
        tier_name=tier.name if tier else "",
        measure=rule.measure,
        hours_each=each,
        quantity=quantity,
        hours=room if each is None or quantity is None else each * quantity,
        days=None if rule.daily_cap is None else _times(room, rule.daily_cap),
        remaining=remaining,
        clause=rule.clause,
    )


def _times(hours: Decimal, each: Decimal) -> int:
    """How often `each` is needed to reach the hours."""
    return int((hours / each).to_integral_value(ROUND_CEILING))
