"""Which days an activity takes, as far as its facts tell, and what else a person did about then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from hours_rules.types import Notice
from registry.models import ActivitySpan, Claim, SpanSource
from registry.queries.notices import notice_on

NEAR = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Span:
    """`days` of the days from `started_on` to `ended_on`, with `hours` in all; `day_measured`: a day counts once."""

    started_on: date
    ended_on: date
    days: int
    hours: Decimal
    day_measured: bool

    @property
    def length(self) -> int:
        """Calendar days from the first to the last."""
        return (self.ended_on - self.started_on).days + 1


def most_a_day(notice: Notice) -> Decimal | None:
    """The most hours that the notice grants for any one day of teaching (§二（二）2(3)); None when it says nothing."""
    return max((rule.daily_cap for rule in notice.activities.values() if rule.daily_cap is not None), default=None)


def is_certificate_date(claim: Claim) -> bool:
    """A course of more hours than a day holds, with one date alone: that is the date of its certificate."""
    rule = notice_on(claim.ended_on).activities[claim.activity]
    most = most_a_day(notice_on(claim.ended_on))
    if rule.day_measured or "hours" not in rule.facts or claim.taught_hours is None or most is None:
        return False
    return claim.started_on == claim.ended_on and claim.taught_hours > most


def span_of_claim(claim: Claim) -> Span | None:
    """The days a claim takes. None for what is measured by neither days nor hours (an examination, a paper), and where
    the one date is the certificate's."""
    rule = notice_on(claim.ended_on).activities[claim.activity]
    days = claim.days if "days" in rule.facts else claim.quantity
    if rule.day_measured and days is not None:
        return Span(claim.started_on, claim.ended_on, days, claim.hours, day_measured=True)
    if "hours" not in rule.facts or claim.taught_hours is None or is_certificate_date(claim):
        return None
    length = (claim.ended_on - claim.started_on).days + 1
    return Span(claim.started_on, claim.ended_on, length, claim.taught_hours, day_measured=False)


def spans_near(claim: Claim) -> list[ActivitySpan]:
    """What else the person's days of a year before and after this claim were spent on, of every source."""
    return list(
        ActivitySpan.objects.filter(
            practitioner=claim.practitioner_id,
            ended_on__gte=claim.started_on - NEAR,
            ended_on__lte=claim.ended_on + NEAR,
        )
        .exclude(source=SpanSource.CLAIM, source_id=claim.pk)
        .order_by("started_on", "pk")
    )
