"""The peer zen-engine: the notice as one decision table of GoRules, evaluated with its trace on."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import zen

from bench.peers import Peer
from hours_rules import Activity
from hours_rules.credit import MOST
from hours_rules.types import ActivityRule, Credit, Notice, Tier

INPUTS = {"activity": "code", "level": "tier", "within": ""}
OUTPUTS = {"hours": "hours", "category": "category", "clause": "clause", "explanation": "explanation"}


def zen_table(notice: Notice) -> Peer:
    """The peer for one notice: a row of the decision table per activity and tier, the first that fits answers."""
    decision = zen.ZenEngine().create_decision(zen.ZenDecisionContent(json.dumps(_graph(notice))))

    def answer(question: dict[str, Any]) -> Any:
        return decision.evaluate(question, {"trace": True})

    def credit(answer: Any) -> Credit:
        result = answer["result"]
        if not answer["trace"]:
            raise AssertionError("zen-engine explained nothing")
        hours = Decimal(str(result["hours"]))
        return Credit(hours, result["category"], result["clause"], result["explanation"], notice.id)

    return Peer("zen-engine with trace", _question, answer, credit)


def _question(activity: Activity) -> dict[str, Any]:
    facts = {"quantity": activity.quantity, "hours": activity.hours, "days": activity.days}
    given = {name: _number(value) for name, value in facts.items() if value is not None}
    return {"code": activity.code, "tier": activity.tier or "", **given}


def _number(value: Decimal | int) -> int | float:
    """JSON's numbers: a whole one as an integer, 7.5 as a float, which holds halves exactly."""
    return int(value) if value == int(value) else float(value)


def _graph(notice: Notice) -> dict[str, Any]:
    rows = [_row(rule, tier) for rule in notice.activities.values() for tier in rule.tiers or (None,)]
    content = {
        "hitPolicy": "first",
        "inputs": [{"id": column, "name": column, "field": field} for column, field in INPUTS.items()],
        "outputs": [{"id": column, "name": column, "field": field} for column, field in OUTPUTS.items()],
        "rules": [{"_id": f"row{number}", **row} for number, row in enumerate(rows)],
    }
    nodes = [
        {"id": "in", "name": "in", "type": "inputNode", "position": {"x": 0, "y": 0}},
        {"id": "table", "name": "table", "type": "decisionTableNode", "position": {"x": 0, "y": 0}, "content": content},
        {"id": "out", "name": "out", "type": "outputNode", "position": {"x": 0, "y": 0}},
    ]
    edges = [
        {"id": "first", "type": "edge", "sourceId": "in", "targetId": "table"},
        {"id": "second", "type": "edge", "sourceId": "table", "targetId": "out"},
    ]
    return {"nodes": nodes, "edges": edges}


def _row(rule: ActivityRule, tier: Tier | None) -> dict[str, str]:
    each = tier.hours if tier else rule.hours_per
    fact, hours = ("hours", "hours") if each is None else ("quantity", f"quantity * {each}")
    within = f"{fact} > 0 and {fact} <= {MOST}"
    if rule.daily_cap is not None:
        within += f" and days > 0 and hours <= days * {rule.daily_cap}"
    return {
        "activity": json.dumps(rule.code),
        "level": json.dumps(tier.code if tier else ""),
        "within": within,
        "hours": hours,
        "category": json.dumps(rule.category),
        "clause": json.dumps(rule.clause, ensure_ascii=False),
        "explanation": _explanation(rule, tier, each, hours),
    }


def _explanation(rule: ActivityRule, tier: Tier | None, each: Decimal | None, hours: str) -> str:
    """The explanation as a template string of the engine's own language."""
    if each is None:
        how = f"{rule.hours_basis}${{hours}}学时"
        if rule.daily_cap is not None:
            how += f"，共${{days}}天，每天不超过{rule.daily_cap}学时"
    else:
        unit = rule.measure.removeprefix("个")
        how = f"{tier.name if tier else ''}${{quantity}}{rule.measure}，每{unit}{each}学时，共${{{hours}}}学时"
    if rule.yearly_cap is not None:
        how += f"，每年度最多计入{rule.yearly_cap}学时"
    return f"`{rule.name}：{how}（{rule.clause}）`"
