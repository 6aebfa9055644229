"""The limit: what one would write by hand for this one table, in plain Python, with nothing to spare.

It gives the same hours, clause and explanation for what is valid and refuses the figures that are not, but names no
field, knows no reason and speaks to nobody. `hours_rules.credit` must reach half its speed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bench.peers import Peer
from hours_rules import Activity
from hours_rules.credit import MOST
from hours_rules.types import Credit, Notice


def plain_table(notice: Notice) -> Peer:
    """The peer for one notice: a dictionary by activity and tier, and one function over it."""
    table = {}
    for rule in notice.activities.values():
        for tier in rule.tiers or (None,):
            name, each = (tier.name, tier.hours) if tier else ("", rule.hours_per)
            table[rule.code, tier.code if tier else None] = (rule, name, each, rule.measure.removeprefix("个"))
    return Peer("plain table in Python", lambda activity: activity, _answer(table, notice.id), lambda answer: answer)


def _answer(table: dict[Any, Any], notice_id: str) -> Callable[[Activity], Credit]:
    def answer(activity: Activity) -> Credit:
        rule, tier_name, each, unit = table[activity.code, activity.tier]
        if each is not None:
            quantity: Any = activity.quantity
            if activity.hours is not None or activity.days is not None or not 0 < quantity <= MOST or quantity % 1:
                raise ValueError(activity)
            hours: Any = each * quantity
            how = f"{tier_name}{quantity}{rule.measure}，每{unit}{each}学时，共{hours}学时"
        else:
            hours = activity.hours
            if activity.quantity is not None or not 0 < hours <= MOST or hours * 10 % 1:
                raise ValueError(activity)
            how = f"{rule.hours_basis}{hours}学时"
            if rule.daily_cap is not None:
                days: Any = activity.days
                if not 0 < days <= MOST or days % 1 or hours > days * rule.daily_cap:
                    raise ValueError(activity)
                how = f"{how}，共{days}天，每天不超过{rule.daily_cap}学时"
        if rule.yearly_cap is not None:
            how = f"{how}，每年度最多计入{rule.yearly_cap}学时"
        return Credit(hours, rule.category, rule.clause, f"{rule.name}：{how}（{rule.clause}）", notice_id)

    return answer
