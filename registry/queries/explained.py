"""Where a figure of hours comes from: the lines of a year with what each of them counts, after the annual caps.

One engine: `hours_rules.compose` says the figures, `hours_rules.shares` the lines that they are the sum of. A line and
what reversed it add up to nothing and count nothing, so the caps are shared out among the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from hours_rules import Entry, compose
from hours_rules.shares import shares
from hours_rules.types import CATEGORIES, TOTAL, ActivityRule, Composition
from registry.models import EntrySource, HourEntry, Practitioner
from registry.queries.years import Year, activity_codes, names_of, year_of

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Supposed:
    """An activity that is not in the ledger, by its code, with the hours it would be credited."""

    activity: str
    hours: Decimal
    title: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a year: an entry of the ledger or something supposed, and what of its `hours` counts.

    `before`: what of the same activity counted before it, so much of an annual cap was used up. `undone`: the entry was
    reversed, or is what reverses another; both count nothing.
    """

    rule: ActivityRule
    hours: Decimal
    counted: Decimal
    before: Decimal
    entry: HourEntry | None = None
    supposed: Supposed | None = None
    undone: bool = False

    @property
    def title(self) -> str:
        """What the activity was called."""
        if self.supposed is not None:
            return self.supposed.title
        return str(self.entry.facts.get("title", "")) if self.entry else ""


@dataclass(frozen=True, slots=True)
class Figure:
    """One of the four figures of a year: the lines it is the sum of, and what it is measured by.

    `parts` are the categories of the total, by code. `minimum` is the person's, `of_notice` the notice's.
    """

    code: str
    name: str
    lines: tuple[Line, ...]
    recorded: Decimal
    counted: Decimal
    minimum: Decimal
    of_notice: Decimal
    deficit: Decimal
    parts: tuple[Figure, ...] = ()


@dataclass(frozen=True, slots=True)
class Explained:
    """A year taken apart: every line with what it counts. `composition` has in it what is supposed."""

    year: Year
    composition: Composition
    lines: tuple[Line, ...]

    def figure(self, code: str) -> Figure:
        """The figure of a category, or the "total" with its categories. KeyError: no figure of a year."""
        whole, notice = self.composition, self.year.notice
        return Figure(
            code=code,
            name=names_of(notice)[code],
            lines=tuple(line for line in self.lines if code in (TOTAL, line.rule.category)),
            recorded=whole.recorded[code],
            counted=whole.counted[code],
            minimum=whole.minimums[code],
            of_notice=notice.minimums[code],
            deficit=whole.deficits[code],
            parts=tuple(self.figure(part) for part in CATEGORIES) if code == TOTAL else (),
        )

    def beside(self, line: Line) -> tuple[Line, ...]:
        """The other lines of the line's activity that count: those it shares an annual cap with."""
        others = (one for one in self.lines if one is not line and not one.undone)
        return tuple(one for one in others if one.rule.code == line.rule.code)


def explained(practitioner: Practitioner, year: int, supposed: Sequence[Supposed] = ()) -> Explained:
    """A year taken apart, with what is supposed behind the ledger's lines. RuleError before the first notice."""
    return explain(year_of(practitioner, year), supposed)


def explain(year: Year, supposed: Sequence[Supposed] = ()) -> Explained:
    """The same of a year already read."""
    codes = activity_codes(year.notice)
    standing = [entry for entry in year.entries if not is_undone(entry)]
    entries = [
        *(Entry(codes[entry.activity], Decimal(entry.hours)) for entry in standing),
        *(Entry(one.activity, one.hours) for one in supposed),
    ]
    whole = compose(entries, year.notice, year.adjustment.minimums if year.adjustment else None)
    return Explained(year, whole, tuple(_lines(year, entries, standing, supposed)))


def entries_of(source: EntrySource, source_ids: Iterable[int]) -> dict[int, HourEntry]:
    """Row of a source → the line that it put in the ledger, of those that put one in."""
    lines = HourEntry.objects.filter(source=source, source_id__in=list(source_ids), reverses=None)
    return {line.source_id: line for line in lines}


def is_undone(entry: HourEntry) -> bool:
    """Whether an entry (read with `reversed_by`) was reversed, or is what reverses another."""
    return entry.reverses_id is not None or hasattr(entry, "reversed_by")


def _lines(
    year: Year, entries: Sequence[Entry], standing: Sequence[HourEntry], supposed: Sequence[Supposed]
) -> Iterable[Line]:
    """In the ledger's order, which is the order in which caps are used up; what is supposed comes last."""
    notice = year.notice
    parts = iter(zip(shares(entries, notice), entries, strict=True))
    counting = {entry.pk for entry in standing}
    codes = activity_codes(notice)
    for row in year.entries:
        if row.pk not in counting:
            rule = notice.activities[codes[row.activity]]
            yield Line(rule, Decimal(row.hours), ZERO, ZERO, entry=row, undone=True)
            continue
        part, entry = next(parts)
        yield Line(notice.activities[entry.activity], *part, entry=row)
    for one, (part, entry) in zip(supposed, parts, strict=True):
        yield Line(notice.activities[entry.activity], *part, supposed=one)
