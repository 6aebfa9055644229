"""The chain behind a figure of hours, in words: facts → clause → rule → credited → cap → counted.

Every page that opens "why" shows the one component `components/why_chain.html`, filled here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.dateparse import parse_date

from accounts.guard import may
from accounts.models import User
from hours_rules.types import ActivityRule, Notice
from registry.models import Claim, HourEntry
from registry.models.facts import StatedFacts
from registry.queries import people
from registry.queries.explained import Explained, Line, Supposed, explained
from registry.queries.notices import has_notice, notice_called
from registry.queries.review import entry_of
from registry.states import ClaimState
from registry.views import words

NOT_COUNTED = {
    ClaimState.WITHDRAWN: "申报已撤回，没有登记，不计入年度学时。",
    ClaimState.REFUSED: "申报不予认定，没有登记，不计入年度学时。",
    ClaimState.REVERSED: "认定已撤销，学时已从台账冲销，不计入年度学时。",
}
OF_OTHERS = "计入本人年度学时，有年度上限的与本人同类学时合并计算。"
UNDONE = "已冲销，不计入年度学时。"
UNJUDGED = "该年度没有适用的通知，按原台账留存，未按本通知折算，不计入任何年度的组成。"


@dataclass(frozen=True, slots=True)
class Chain:
    """What the component shows of one activity.

    `place`: where it stands in a year, None where no year is shown, for which `remark` says why. `certain`: the hours
    are in the ledger; without it they are those that would be credited.
    """

    facts: list[dict[str, Any]]
    notice: Notice | None
    rule: ActivityRule | None
    clause: str
    ended_on: date | None
    explanation: str
    hours: Decimal
    certain: bool
    place: Place | None = None
    remark: str = ""

    @property
    def daily_most(self) -> Decimal | None:
        """The most that the days taught allow, where there is a cap a day."""
        days = next((row["value"] for row in self.facts if row["key"] == "天数"), None)
        cap = self.rule.daily_cap if self.rule else None
        return None if cap is None or days is None else cap * int(days)


@dataclass(frozen=True, slots=True)
class Place:
    """A line within its year: what counts of it, and the others that share an annual cap with it.

    `figure` and `whole`: the counted hours of its category and in total, of which it is a part.
    """

    year: int
    line: Line
    others: list[tuple[Line, str]]
    category: str
    figure: Decimal
    whole: Decimal

    @property
    def room(self) -> Decimal | None:
        """What the annual cap had left for this line; None without a cap."""
        cap = self.line.rule.yearly_cap
        return None if cap is None else cap - self.line.before

    @property
    def over(self) -> Decimal:
        """Hours beyond the cap, which do not count."""
        return self.line.hours - self.line.counted


def place_of(line: Line, within: Explained, url_of: Callable[[Line], str] | None) -> Place:
    """Where a line stands in its year. `url_of`: where another line is explained; None: the others are not named."""
    notice, counted = within.year.notice, within.composition.counted
    others = within.beside(line) if line.rule.yearly_cap is not None and url_of is not None else ()
    category = line.rule.category
    return Place(
        within.year.year,
        line,
        [(other, url_of(other) if url_of else "") for other in others],
        notice.categories[category].name,
        counted[category],
        counted["total"],
    )


def chain_of_entry(entry: HourEntry, place: Place | None, *, undone: bool = False) -> Chain:
    """A line of the ledger, by the notice that it was credited by."""
    notice = _notice(entry.notice_id)
    rule = _rule_of(entry, notice)
    remark = UNDONE if undone else "" if notice else UNJUDGED
    return Chain(
        facts=entry_facts(entry, rule),
        notice=notice,
        rule=rule,
        clause=entry.clause,
        ended_on=parse_date(entry.facts.get("ended_on") or ""),
        explanation=entry.facts.get("explanation", ""),
        hours=abs(Decimal(entry.hours)),
        certain=True,
        place=None if remark else place,
        remark=remark,
    )


def chain_of_stated(stated: StatedFacts, place: Place | None = None, remark: str = "") -> Chain:
    """What a claim or an envelope states, and what the notice answered to it."""
    return Chain(
        facts=[row for row in words.facts(stated) if row["key"] not in ("学时事项", "科目")],
        notice=words.notice_of(stated),
        rule=words.rule_of(stated),
        clause=stated.clause,
        ended_on=stated.ended_on,
        explanation=stated.explanation,
        hours=Decimal(stated.hours),
        certain=False,
        place=place,
        remark=remark,
    )


def chain_of_claim(user: User, claim: Claim, url_of: Callable[[Line], str]) -> Chain:
    """A claim: what it is worth, and where it stands in the person's year.

    An office is shown that of everybody whose claim it sees, as its review page does; the other lines by name only to
    whoever may see the year.
    """
    chain = chain_of_stated(claim, remark=NOT_COUNTED.get(ClaimState(claim.state), ""))
    if chain.remark or not has_notice(claim.year):
        return chain
    named = people.visible_in_year(user, claim.year).filter(pk=claim.practitioner_id).exists()
    if not named and not may(user, "registry.work_queue"):
        return replace(chain, remark=OF_OTHERS)
    urls = url_of if named else None
    if claim.state == ClaimState.ACCEPTED:
        entry = entry_of(claim)
        within = explained(claim.practitioner, claim.year)
        line = next(one for one in within.lines if one.entry == entry)
        return replace(chain, certain=True, place=place_of(line, within, urls))
    within = explained(claim.practitioner, claim.year, [Supposed(claim.activity, Decimal(claim.hours), claim.title)])
    return replace(chain, place=place_of(within.lines[-1], within, urls))


def entry_facts(entry: HourEntry, rule: ActivityRule | None) -> list[dict[str, Any]]:
    """What a line was credited on, as rows of a summary."""
    facts = entry.facts
    tier = facts.get("tier", "")
    day = parse_date(facts.get("ended_on") or "")
    rows = [
        ("级别", rule.tier_hours[tier][0] if rule and tier in rule.tier_hours else tier),
        (f"数量（单位：{rule.measure}）" if rule else "数量", facts.get("quantity")),
        (f"学时（{rule.hours_basis}）" if rule and rule.hours_basis else "学时", facts.get("hours")),
        ("天数", facts.get("days")),
        ("名称", facts.get("title")),
        ("主办（发证）单位", facts.get("organiser")),
        ("结束日期", f"{day.year}年{day.month}月{day.day}日" if day else ""),
        ("登记来源", f"{entry.get_source_display()} {facts.get('number') or ''}".strip()),
    ]
    return [{"key": key, "value": value} for key, value in rows if value not in ("", None)]


def _notice(notice_id: str) -> Notice | None:
    """The notice of a line; None for an old ledger's that none judges."""
    return notice_called(notice_id) if notice_id else None


def _rule_of(entry: HourEntry, notice: Notice | None) -> ActivityRule | None:
    rules = notice.activities.values() if notice else ()
    return next((rule for rule in rules if rule.number == entry.activity), None)
