"""What each line of a year counts: the caps of §二 shared out, so that a counted figure is a sum of its lines."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from hours_rules.composition import counted_of, line_hours
from hours_rules.credit import ZERO
from hours_rules.errors import RuleError
from hours_rules.types import Entry, Notice


class Share(NamedTuple):
    """One line: its hours as recorded, what of them counts, and what of its activity counted before it."""

    hours: Decimal
    counted: Decimal
    before: Decimal


def shares(entries: Iterable[Entry], notice: Notice) -> tuple[Share, ...]:
    """What each of these lines counts, in their order: earlier lines use an annual cap first (**D**).

    Added up they are the counted figures of `compose`, whose rule they use; a reversing line counts what it takes away.
    Raises RuleError as `compose` does for a line that it would not take.

    >>> from datetime import date
    >>> from hours_rules.notices import notice_for
    >>> lines = [Entry("licence_cpd", Decimal(30)), Entry("licence_cpd", Decimal(20))]
    >>> [(share.counted, share.before) for share in shares(lines, notice_for(date(2021, 6, 1)))]
    [(Decimal('30'), Decimal('0')), (Decimal('6'), Decimal('30'))]
    """
    net: dict[str, Decimal] = {}
    found = []
    for entry in entries:
        rule = notice.activities.get(entry.activity)
        if rule is None:
            raise RuleError("unknown_activity", f"通知中没有“{entry.activity}”这一学时事项。", "code")
        hours, so_far = line_hours(entry), net.get(entry.activity, ZERO)
        net[entry.activity] = so_far + hours
        before = counted_of(rule, so_far)
        found.append(Share(hours, counted_of(rule, so_far + hours) - before, before))
    return tuple(found)
