"""A day claimed twice, and a day with more hours than a day of teaching has, over all sources."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol

from registry.models import ActivitySpan, Claim, SpanSource
from registry.queries.findings.finding import Finding, days_said, hours_said
from registry.queries.notices import notice_on
from registry.queries.spans import is_certificate_date, most_a_day, span_of_claim, spans_near


class Held(Protocol):
    """Days as they are held, or as a claim would hold them."""

    @property
    def started_on(self) -> date:
        """The first day."""

    @property
    def ended_on(self) -> date:
        """The last day."""

    @property
    def hours(self) -> Decimal:
        """All hours of these days."""


@dataclass(frozen=True, slots=True)
class Crowded:
    """Days from `first` to `last` within which `hours` of `spans` lie wholly: too many for so many days."""

    first: date
    last: date
    hours: Decimal
    spans: int

    @property
    def length(self) -> int:
        """Calendar days."""
        return (self.last - self.first).days + 1


def of_days(claim: Claim) -> list[Finding]:
    """Both facts about days, from one look at the person's days."""
    if is_certificate_date(claim):
        return [_certificate_date(claim)]
    own = span_of_claim(claim)
    if own is None:
        return []
    near = spans_near(claim)
    twice = [span for span in near if span.day_measured and _meet(own, span)] if own.day_measured else []
    found = [_same_day(twice)] if twice else []
    most = most_a_day(notice_on(claim.ended_on))
    crowded = None if most is None else most_crowded(own, near, most)
    if crowded is not None and most is not None:
        found.append(_too_many_hours(crowded, near, most))
    return found


def most_crowded(own: Held, others: Sequence[Held], most: Decimal) -> Crowded | None:
    """Of the stretches of days around `own` that hold more than `most` hours a day, the one with the most a day.

    What lies wholly within a stretch must be done within it. So however hours are spread over their days, more than
    `most` on one of them cannot be avoided exactly when some stretch holds more than `most` × its days; and only
    stretches from one span's first day to another's last need looking at.
    """
    worst: Crowded | None = None
    spans = [own, *others]
    for first in sorted({span.started_on for span in spans if span.started_on <= own.started_on}):
        within = sorted((span for span in spans if span.started_on >= first), key=lambda span: span.ended_on)
        hours, number = Decimal(0), 0
        for place, span in enumerate(within):
            hours, number = hours + span.hours, number + 1
            ends_here = place + 1 == len(within) or within[place + 1].ended_on > span.ended_on
            if span.ended_on < own.ended_on or not ends_here:
                continue
            stretch = Crowded(first, span.ended_on, hours, number)
            if hours > most * stretch.length and (worst is None or _fuller(stretch, worst)):
                worst = stretch
    return worst


def _fuller(one: Crowded, other: Crowded) -> bool:
    """More hours a day, or as many on fewer days."""
    return (one.hours * other.length, -one.length) > (other.hours * one.length, -other.length)


def _meet(one: Held, other: Held) -> bool:
    return one.started_on <= other.ended_on and other.started_on <= one.ended_on


def _same_day(twice: Sequence[ActivitySpan]) -> Finding:
    dates = "、".join(dict.fromkeys(days_said(span.started_on, span.ended_on) for span in twice[:5]))
    text = f"同一天申报了不止一次：该人员另有{_sources(twice)}与本申报的日期重叠（{dates}）。"
    return Finding("same_day", f"{text}按天认定的活动，同一日只计一次。", _claims(twice))


def _too_many_hours(crowded: Crowded, near: Iterable[ActivitySpan], most: Decimal) -> Finding:
    inside = [span for span in near if crowded.first <= span.started_on and span.ended_on <= crowded.last]
    sources = f"本申报和另外{_sources(inside)}合计" if inside else "本申报共"
    when = days_said(crowded.first, crowded.last)
    if crowded.length == 1:
        text = f"{when}，{sources}{hours_said(crowded.hours)}学时，超过每天{most}学时。"
    else:
        text = (
            f"{when}的{crowded.length}天内，{sources}{hours_said(crowded.hours)}学时；"
            f"即使平均分摊到每一天，也超过每天{most}学时。"
        )
    return Finding("hours_a_day", text, _claims(inside))


def _certificate_date(claim: Claim) -> Finding:
    text = f"只填写了一个日期、共{hours_said(claim.hours)}学时，视为证书日期；没有起止日期，无法核对每天的学时。"
    return Finding("certificate_date", text, serious=False)


def _sources(spans: Iterable[ActivitySpan]) -> str:
    """1件学时申报、2个培训班登记: each source once, however many days it has."""
    kinds = Counter(source for source, _ in {(span.source, span.source_id) for span in spans})
    return "、".join(f"{number}件{SpanSource(source).label}" for source, number in sorted(kinds.items()))


def _claims(spans: Iterable[ActivitySpan]) -> tuple[int, ...]:
    return tuple(sorted({span.source_id for span in spans if span.source == SpanSource.CLAIM}))
