"""One activity → hours, before annual caps (§二)."""

from __future__ import annotations

from decimal import Decimal

from hours_rules.errors import RuleError
from hours_rules.types import FACTS, Activity, ActivityRule, Credit, Notice

ZERO = Decimal(0)
# One activity above this is a slip of the finger; it also keeps tenths of an hour inside the ledger's small integer.
MOST = Decimal(3000)
_NAMES = {"quantity": "数量", "hours": "学时", "days": "天数"}


def credit(activity: Activity, notice: Notice) -> Credit:
    """What the notice grants for one activity.

    Raises RuleError: unknown code or tier, a missing or superfluous fact, or a fact that is no positive number of whole
    units (`quantity`, `days`) or of hours with at most one decimal place.

    >>> from datetime import date
    >>> from hours_rules.notices import notice_for
    >>> done = credit(Activity("licence_exam", tier="national", quantity=2), notice_for(date(2021, 6, 1)))
    >>> done.hours, done.clause
    (Decimal('16'), '二（二）1')
    """
    rule = notice.activities.get(activity.code)
    if rule is None:
        raise RuleError("unknown_activity", f"通知中没有“{activity.code}”这一学时事项。", "code")
    tier_name, each = _unit(activity, rule)
    values = [_fact(activity, rule, fact) for fact in FACTS]
    quantity, hours, days = values
    if each is not None:
        total = each * quantity  # type: ignore[operator]
        how = f"{tier_name}{quantity}{rule.measure}，每{rule.measure.removeprefix('个')}{each}学时，共{total}学时"
    else:
        total = hours  # type: ignore[assignment]
        how = f"{rule.hours_basis}{total}学时"
        if days is not None:
            how = _within_days(rule, total, days)
    if total > MOST:
        raise RuleError("too_large", f"一项活动不能超过{MOST}学时，请核对。", _measured_by(rule))
    if rule.yearly_cap is not None:
        how += f"，每年度最多计入{rule.yearly_cap}学时"
    explanation = f"{rule.name}：{how}（{rule.clause}）"
    return Credit(total, rule.category, rule.clause, explanation, notice.id)


def _measured_by(rule: ActivityRule) -> str:
    return "hours" if "hours" in rule.facts else "quantity"


def _unit(activity: Activity, rule: ActivityRule) -> tuple[str, Decimal | None]:
    """The tier's name and the hours of one unit; None where the course states its own hours."""
    if not rule.tier_hours:
        if activity.tier is not None:
            raise RuleError("superfluous_tier", f"“{rule.name}”不分级别，不应填写级别。", "tier")
        return "", rule.hours_per
    if activity.tier is None:
        raise RuleError("missing_tier", f"请选择“{rule.name}”的级别。", "tier")
    found = rule.tier_hours.get(activity.tier)
    if found is None:
        raise RuleError("unknown_tier", f"“{rule.name}”没有“{activity.tier}”这一级别。", "tier")
    return found


def _fact(activity: Activity, rule: ActivityRule, fact: str) -> Decimal | int | None:
    value = getattr(activity, fact)
    if fact not in rule.facts:
        if value is not None:
            raise RuleError(f"superfluous_{fact}", f"“{rule.name}”不需要填写{_NAMES[fact]}。", fact)
        return None
    if value is None:
        raise RuleError(f"missing_{fact}", f"请填写{_NAMES[fact]}。", fact)
    return _positive(value, fact)


def _positive(value: object, fact: str) -> Decimal | int:
    name = _NAMES[fact]
    if type(value) is int:
        if value <= 0:
            raise RuleError("not_positive", f"{name}应大于0。", fact)
        if value > MOST:
            raise RuleError("too_large", f"{name}过大，请核对。", fact)
        return Decimal(value) if fact == "hours" else value
    if not isinstance(value, Decimal):
        raise RuleError("not_a_number", f"{name}应为数字。", fact)
    if not value.is_finite():
        raise RuleError("not_a_number", f"{name}应为数字。", fact)
    if value <= 0:
        raise RuleError("not_positive", f"{name}应大于0。", fact)
    if value > MOST:
        raise RuleError("too_large", f"{name}过大，请核对。", fact)
    if fact == "hours":
        if value * 10 % 1:
            raise RuleError("too_many_places", "学时最多保留一位小数。", fact)
        return _plain(value)
    if value % 1:
        raise RuleError("not_whole", f"{name}应为整数。", fact)
    return int(value)


def _plain(value: Decimal) -> Decimal:
    """16.0 and 1.6E1 as 16, 7.50 as 7.5: figures compare equal anyway, explanations should read equal too."""
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.quantize(Decimal("0.1"))


def _within_days(rule: ActivityRule, hours: Decimal, days: Decimal | int) -> str:
    if rule.daily_cap is None:
        return f"{rule.hours_basis}{hours}学时，共{days}天"
    most = rule.daily_cap * days
    if hours > most:
        raise RuleError("above_daily_cap", f"每天最高认定{rule.daily_cap}学时，{days}天最多{most}学时。", "hours")
    return f"{rule.hours_basis}{hours}学时，共{days}天，每天不超过{rule.daily_cap}学时"
