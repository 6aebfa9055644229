"""What if: a person's years as they stand, and as they would be with activities that are not in the ledger.

The same engine as for what is: `registry.queries.explained` with the activities behind the ledger's lines. Nothing is
written.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from hours_rules import Activity
from hours_rules.types import ActivityRule, Credit
from registry.models import EntrySource, HourEntry, Practitioner
from registry.queries.explained import Explained, Line, Supposed, explain, is_undone
from registry.queries.review import Figure, compared
from registry.queries.years import Year, year_of


@dataclass(frozen=True, slots=True)
class Trial:
    """One activity considered: what the notice grants for it, and the year it would count in.

    `code` is how the address writes it; `class_pk` the training class that it is, if it is one.
    """

    code: str
    rule: ActivityRule
    activity: Activity
    credit: Credit
    ended_on: date
    title: str = ""
    class_pk: int | None = None


@dataclass(frozen=True, slots=True)
class TrialYear:
    """A year before and after: the figures, and each activity with the line it would be.

    `known` are classes whose hours the ledger has already: they add nothing.
    """

    year: Year
    after: Explained
    figures: tuple[Figure, ...]
    lines: tuple[tuple[Trial, Line], ...]
    known: tuple[Trial, ...]


def years_of(practitioner: Practitioner, trials: Iterable[Trial], default: int) -> list[TrialYear]:
    """Every year that an activity would count in, oldest first; the `default` one when there is none."""
    found: dict[int, list[Trial]] = defaultdict(list)
    for trial in trials:
        found[trial.ended_on.year].append(trial)
    if not found:
        found[default] = []
    return [_year(year_of(practitioner, year), found[year]) for year in sorted(found)]


def _year(year: Year, trials: list[Trial]) -> TrialYear:
    registered = {_class_of(entry) for entry in year.entries if not is_undone(entry)}
    known = tuple(trial for trial in trials if trial.class_pk in registered and trial.class_pk is not None)
    new = [trial for trial in trials if trial not in known]
    after = explain(year, [Supposed(trial.rule.code, trial.credit.hours, trial.title) for trial in new])
    lines = tuple(zip(new, (line for line in after.lines if line.supposed), strict=True))
    return TrialYear(year, after, compared(year, after.composition), lines, known)


def _class_of(entry: HourEntry) -> int | None:
    return entry.facts.get("class") if entry.source == EntrySource.ROSTER else None
