"""An activity credited by one notice, credited again by another: what a draft or a corrected notice would grant."""

from __future__ import annotations

from dataclasses import replace

from hours_rules.credit import credit
from hours_rules.errors import RuleError
from hours_rules.types import Activity, Credit, Notice

# The notice knows the activity or its level no more: it grants nothing for it.
_NOT_GRANTED = frozenset({"unknown_activity", "unknown_tier"})


def recredit(activity: Activity, notice: Notice) -> Credit | None:
    """What the notice grants for facts that another notice was satisfied with; None when it grants nothing for them.

    As `credit`, but for hours above a daily cap (二（二）2(3)): a claim that asks for too much goes back, while
    hours that were granted once are cut to what the cap leaves (**D**). RuleError: the notice asks for facts that
    nobody gave at the time, so it cannot be told what it would grant.

    >>> from datetime import date
    >>> from hours_rules.notices import notice_for
    >>> recredit(Activity("training_class", hours=20, days=2), notice_for(date(2021, 6, 1))).hours
    Decimal('16')
    """
    try:
        return credit(activity, notice)
    except RuleError as error:
        if error.code in _NOT_GRANTED:
            return None
        if error.code != "above_daily_cap":
            raise
    cap = notice.activities[activity.code].daily_cap
    return credit(replace(activity, hours=(cap or 0) * (activity.days or 0)), notice)
