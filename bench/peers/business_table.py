"""The peer business-rules: the notice as a list of conditions and actions, of which the first that fits answers."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from business_rules import run_all
from business_rules.actions import BaseActions, rule_action
from business_rules.fields import FIELD_NUMERIC, FIELD_TEXT
from business_rules.variables import BaseVariables, numeric_rule_variable, string_rule_variable

from bench.peers import Peer
from hours_rules import Activity
from hours_rules.credit import MOST
from hours_rules.types import ActivityRule, Credit, Notice, Tier


class Facts(BaseVariables):  # type: ignore[misc]
    """What the conditions may ask of an activity."""

    def __init__(self, activity: Activity) -> None:
        self.activity = activity

    @string_rule_variable
    def code(self) -> str:
        """Which activity."""
        return self.activity.code

    @string_rule_variable
    def tier(self) -> str:
        """At which level."""
        return self.activity.tier or ""

    @numeric_rule_variable
    def amount(self) -> Decimal | int:
        """The quantity, or the hours where the course states them."""
        given = self.activity.hours if self.activity.quantity is None else self.activity.quantity
        return given or 0

    @numeric_rule_variable
    def hours_a_day(self) -> Decimal:
        """Hours over days."""
        return Decimal(self.activity.hours or 0) / (self.activity.days or 1)


class Grant(BaseActions):  # type: ignore[misc]
    """What a rule does when it fits: it grants the hours and says why."""

    def __init__(self, activity: Activity, notice_id: str) -> None:
        self.activity, self.notice_id = activity, notice_id
        self.granted: Credit | None = None

    @rule_action(params={"each": FIELD_NUMERIC, "category": FIELD_TEXT, "clause": FIELD_TEXT, "wording": FIELD_TEXT})
    def grant(self, each: Decimal, category: str, clause: str, wording: str) -> None:
        """Hours each times quantity, or the stated hours where `each` is 0."""
        given: Any = self.activity
        hours = each * given.quantity if each else given.hours
        explanation = wording.format(quantity=given.quantity, hours=hours, days=given.days)
        self.granted = Credit(hours, category, clause, explanation, self.notice_id)


def business_table(notice: Notice) -> Peer:
    """The peer for one notice: a rule per activity and tier."""
    rules = [_rule(rule, tier) for rule in notice.activities.values() for tier in rule.tiers or (None,)]

    def answer(activity: Activity) -> Credit | None:
        actions = Grant(activity, notice.id)
        run_all(rules, Facts(activity), actions, stop_on_first_trigger=True)
        return actions.granted

    return Peer("business-rules", lambda activity: activity, answer, lambda answer: answer)


def _rule(rule: ActivityRule, tier: Tier | None) -> dict[str, Any]:
    conditions = [
        _condition("code", "equal_to", rule.code),
        _condition("tier", "equal_to", tier.code if tier else ""),
        _condition("amount", "greater_than", 0),
        _condition("amount", "less_than_or_equal_to", MOST),
    ]
    if rule.daily_cap is not None:
        conditions.append(_condition("hours_a_day", "less_than_or_equal_to", rule.daily_cap))
    each = tier.hours if tier else rule.hours_per
    params = {
        "each": each or Decimal(0),
        "category": rule.category,
        "clause": rule.clause,
        "wording": _wording(rule, tier, each),
    }
    return {"conditions": {"all": conditions}, "actions": [{"name": "grant", "params": params}]}


def _condition(name: str, operator: str, value: object) -> dict[str, object]:
    return {"name": name, "operator": operator, "value": value}


def _wording(rule: ActivityRule, tier: Tier | None, each: Decimal | None) -> str:
    if each is None:
        how = f"{rule.hours_basis}{{hours}}学时"
        if rule.daily_cap is not None:
            how += f"，共{{days}}天，每天不超过{rule.daily_cap}学时"
    else:
        unit = rule.measure.removeprefix("个")
        how = f"{tier.name if tier else ''}{{quantity}}{rule.measure}，每{unit}{each}学时，共{{hours}}学时"
    if rule.yearly_cap is not None:
        how += f"，每年度最多计入{rule.yearly_cap}学时"
    return f"{rule.name}：{how}（{rule.clause}）"
