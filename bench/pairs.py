"""Pairs in turn: how a ratio is measured, when a bar is missed, and how a row is told.

The two sides of a row run one after the other, again and again, with the order turned round each time, so that whatever
else the machine does falls on both. Each pair gives one ratio; the row shows their median and quartiles. A bar is
missed when the better quartile misses it: a slow minute fails nobody, a slow program is not saved by one lucky pair.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

PAIRS = 7
BINDING_SIZE = 100_000


@dataclass(frozen=True)
class Context:
    """How large a run is: `size` people where n matters, and how many pairs each row takes."""

    size: int
    pairs: int = PAIRS


class Bar(NamedTuple):
    """What a ratio must keep to: `<=` for our time over the limit's time, `>=` for our speed over the peer's speed.

    Without a figure the ratio is taken the same way and only reported.
    """

    sign: str
    figure: float | None

    def __str__(self) -> str:
        return "" if self.figure is None else f"{self.sign} {self.figure:g}"

    def ratio(self, ours: float, limit: float) -> float:
        """The ratio of one pair, of the seconds of both sides."""
        return ours / limit if self.sign == "<=" else limit / ours

    def missed_by(self, ratios: Sequence[float]) -> bool:
        """Whether the better quartile of these ratios misses the bar."""
        if self.figure is None:
            return False
        lower, upper = quartiles(ratios)
        return lower > self.figure if self.sign == "<=" else upper < self.figure


def at_most(figure: float | None) -> Bar:
    """We may take at most this many times as long."""
    return Bar("<=", figure)


def at_least(figure: float | None) -> Bar:
    """We must be at least this many times as fast."""
    return Bar(">=", figure)


REPORTED_TIME, REPORTED_SPEED = at_most(None), at_least(None)


@dataclass(frozen=True)
class Row:
    """One line of the report. `ours` and `limit` are medians in `unit`; `ok` is None where no bar binds."""

    name: str
    n: int
    unit: str
    ours: float
    limit: float
    peer: str
    ratio: float
    quartiles: tuple[float, float]
    must: str | None
    ok: bool | None

    def as_json(self) -> str:
        """The row as one line of JSON."""
        return json.dumps(
            {
                "name": self.name,
                "n": self.n,
                "ours": round(self.ours),
                "limit": round(self.limit),
                "peer": self.peer,
                "ratio": round(self.ratio, 3),
                "must": self.must,
                "ok": self.ok,
                "quartiles": [round(figure, 3) for figure in self.quartiles],
                "unit": self.unit,
            },
            ensure_ascii=False,
        )


Measure = Callable[[Context], Row]


def quartiles(ratios: Sequence[float]) -> tuple[float, float]:
    """Lower and upper quartile; of a single ratio, that ratio twice."""
    if len(ratios) == 1:
        return ratios[0], ratios[0]
    lower, _, upper = statistics.quantiles(ratios, n=4, method="inclusive")
    return lower, upper


def seconds(work: Callable[[], object]) -> float:
    """How long the work takes, once."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def in_turn(
    ours: Callable[[], float],
    limit: Callable[[], float],
    pairs: int,
) -> list[tuple[float, float]]:
    """The seconds of both sides, pair by pair, the order turned round each time; a first pair only warms up."""
    ours()
    limit()
    taken = []
    for number in range(pairs):
        if number % 2:
            theirs = limit()
            taken.append((ours(), theirs))
        else:
            mine = ours()
            taken.append((mine, limit()))
    return taken


def compare(
    context: Context,
    *,
    name: str,
    n: int,
    unit: str,
    ours: Callable[[], float],
    limit: Callable[[], float],
    peer: str,
    must: Bar,
    binds: bool = True,
) -> Row:
    """Measure one row. `ours` and `limit` each do the same n things once and say how many seconds that took."""
    taken = in_turn(ours, limit, context.pairs)
    ratios = [must.ratio(mine, theirs) for mine, theirs in taken]
    return Row(
        name=name,
        n=n,
        unit=unit,
        ours=statistics.median(n / mine for mine, _ in taken),
        limit=statistics.median(n / theirs for _, theirs in taken),
        peer=peer,
        ratio=statistics.median(ratios),
        quartiles=quartiles(ratios),
        must=str(must) or None,
        ok=not must.missed_by(ratios) if binds and must.figure is not None else None,
    )
