"""A roster's workbook read, every row checked, the rows kept: what the job of a roster that came in does.

A part of the commands that move rosters: the caller has locked the roster, holds the transaction, and makes the move.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from courses.commands.roster_rows import problems_of, stage
from courses.models import Roster, RowVerdict
from courses.roster import columns
from courses.roster.check import Checking, check
from courses.roster.facts import ClassFacts
from courses.roster.filler import Filler, filler_of
from courses.roster.findings import WARNINGS
from office.sheets.coming import coming
from office.sheets.limits import Limits

Progress = Callable[[int, int, str], None]
STEPS = 2


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a check found: `counts` for `Roster.counts`, `headings` for `Roster.headings`, who filled the form in, and
    whether it may go on."""

    counts: Mapping[str, Any]
    headings: Mapping[str, str]
    filler: Filler

    @property
    def has_errors(self) -> bool:
        """Whether any row, or the file as a whole, has an error."""
        wrong = {problem["code"] for problem in self.counts["file"]} - WARNINGS
        return bool(self.counts[RowVerdict.ERROR.value] or wrong)


def read_and_stage(
    *,
    roster: Roster,
    data: bytes,
    name: str,
    facts: ClassFacts,
    actor: int | None = None,
    limits: Limits | None = None,
    progress: Progress = lambda *_: None,
) -> Outcome:
    """Read the workbook `data` called `name`, check every row against `facts`, replace the roster's staged rows.

    `actor`: a user whose own row is an error. Raises InputError (field `file`): what is wrong with the file or header,
    be it found after the first rows were kept: then the rows are those of before.
    """
    progress(0, STEPS, "正在读取文件")
    with transaction.atomic(), _uncollected(), coming(data, name=name, limits=limits) as book:
        header = columns.find(book)
        progress(1, STEPS, "正在核对每一行")
        checking = check(header, facts, actor=actor, left_out=columns.others(book, header))
        stage(roster, checking)
        counts, filler = counts_of(checking), filler_of(header)
    return Outcome(counts, dict(header.texts), filler)


def counts_of(checking: Checking) -> dict[str, Any]:
    """Rows by verdict and by code, and the findings of the file as a whole; after the rows were taken."""
    return {
        "rows": checking.total,
        **{verdict: checking.verdicts[verdict] for verdict in RowVerdict.values},
        "codes": dict(checking.codes),
        "file": problems_of(checking.of_file()),
    }


@contextmanager
def _uncollected() -> Iterator[None]:
    """No garbage collection while tens of thousands of rows stand in memory: it took half as long as checking them."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()
