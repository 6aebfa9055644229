"""One activity → hours, before annual caps (§二)."""

from __future__ import annotations

from decimal import Decimal

from hours_rules.errors import RuleError
from hours_rules.types import Activity, ActivityRule, Credit, Notice

ZERO = Decimal(0)
# One activity above this is a slip of the finger; it also keeps tenths of an hour inside the ledger's small integer.
MOST = 3000
TENTH = Decimal("0.1")
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
    if each is None:
        total, how = _as_stated(activity, rule)
    else:
        total, how = _by_quantity(activity, rule, tier_name, each)
    if total > MOST:
        raise RuleError("too_large", f"一项活动不能超过{MOST}学时，请核对。", rule.facts[0])
    if rule.yearly_cap is not None:
        how = f"{how}，每年度最多计入{rule.yearly_cap}学时"
    explanation = f"{rule.name}：{how}（{rule.clause}）"
    return Credit(total, rule.category, rule.clause, explanation, notice.id)


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


def _by_quantity(activity: Activity, rule: ActivityRule, tier_name: str, each: Decimal) -> tuple[Decimal, str]:
    """So many units at so many hours each, and how that is said."""
    quantity = _whole(activity.quantity, "quantity")
    if activity.hours is not None or activity.days is not None:
        raise _superfluous(rule, "hours" if activity.hours is not None else "days")
    total = each * quantity
    said = str(total)
    if said.endswith(".0"):  # two times 9.5 is 19; asking the text is cheaper than asking the Decimal
        said = said[:-2]
        total = Decimal(said)
    unit = rule.measure.removeprefix("个")
    return total, f"{tier_name}{quantity}{rule.measure}，每{unit}{each}学时，共{said}学时"


def _as_stated(activity: Activity, rule: ActivityRule) -> tuple[Decimal, str]:
    """The hours that the course or certificate states, within the cap a day if there is one, and how that is said."""
    if activity.quantity is not None:
        raise _superfluous(rule, "quantity")
    hours = _hours(activity.hours)
    how = f"{rule.hours_basis}{hours}学时"
    if rule.daily_cap is None:
        if activity.days is not None:
            raise _superfluous(rule, "days")
        return hours, how
    days = _whole(activity.days, "days")
    most = rule.daily_cap * days
    if hours > most:
        raise RuleError(
            "above_daily_cap", f"每天最高认定{rule.daily_cap}学时，{days}天最多{_hours(most)}学时。", "hours"
        )
    return hours, f"{how}，共{days}天，每天不超过{rule.daily_cap}学时"


def _superfluous(rule: ActivityRule, fact: str) -> RuleError:
    return RuleError(f"superfluous_{fact}", f"“{rule.name}”不需要填写{_NAMES[fact]}。", fact)


def _whole(value: Decimal | int | None, fact: str) -> int:
    given = _positive(value, fact)
    whole = int(given)
    if given != whole:  # not `% 1`, which a context rounds to nothing for 1E-2000000
        raise RuleError("not_whole", f"{_NAMES[fact]}应为整数。", fact)
    return whole


def _hours(value: Decimal | int | None) -> Decimal:
    """16.0 and 1.6E1 as 16, 7.50 as 7.5: figures compare equal anyway, explanations should read equal too."""
    given = _positive(value, "hours")
    whole = int(given)
    if given == whole:
        return Decimal(whole)
    rounded = Decimal(given).quantize(TENTH)
    if rounded != given:
        raise RuleError("too_many_places", "学时最多保留一位小数。", "hours")
    return rounded


def _positive(value: Decimal | int | None, fact: str) -> Decimal | int:
    if value is None:
        raise RuleError(f"missing_{fact}", f"请填写{_NAMES[fact]}。", fact)
    # Facts come from forms and files: whatever the hint promises, a float, a bool or NaN is told, not computed with.
    if type(value) is not int and not (isinstance(value, Decimal) and value.is_finite()):
        raise RuleError("not_a_number", f"{_NAMES[fact]}应为数字。", fact)
    if value <= 0:
        raise RuleError("not_positive", f"{_NAMES[fact]}应大于0。", fact)
    if value > MOST:
        raise RuleError("too_large", f"{_NAMES[fact]}过大，请核对。", fact)
    return value
