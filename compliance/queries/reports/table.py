"""What every report comes to: a table, and which of its columns the chart draws.

Nothing is drawn that does not stand in the table, and the files hold what the table holds: one truth, three forms.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

Kind = Literal["text", "number", "hours", "share"]
TEXT: Kind = "text"
NUMBER: Kind = "number"
HOURS: Kind = "hours"
SHARE: Kind = "share"  # per cent, one place


@dataclass(frozen=True, slots=True)
class Column:
    """A heading and the kind of its cells; a cell that is None has nothing to say."""

    name: str
    kind: Kind = NUMBER


@dataclass(frozen=True, slots=True)
class Line:
    """A row: its cells in the order of the columns, and the list of the people behind it, where there is one."""

    cells: tuple[Any, ...]
    url: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """How the table is drawn: bars lying by name (`bar`), or standing in order of time (`time`).

    `values` are the places of the columns drawn; `stacked` ones add up; `unit` stands behind every figure.
    """

    shape: Literal["bar", "time"]
    values: tuple[int, ...]
    unit: str
    stacked: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """A report as it was counted; `whole` is the last row, over all lines."""

    columns: tuple[Column, ...]
    lines: list[Line]
    chart: Chart
    whole: tuple[Any, ...] | None = None


def share(part: int, all_of: int) -> Decimal | None:
    """Per cent with one place, rounded down: 100 is said when nobody is missing; None of nobody."""
    return Decimal(1000 * part // all_of) / 10 if all_of else None


def mean_hours(tenths: int, number: int) -> Decimal | None:
    """Hours each, one place; None of nobody."""
    return (Decimal(tenths) / 10 / number).quantize(Decimal("0.1")) if number else None


def drawn(report: Report, lines: list[Line]) -> dict[str, Any]:
    """These lines as the chart gets them (JSON): the names, and each column drawn as a series of numbers."""
    chart = report.chart
    return {
        "shape": chart.shape,
        "unit": chart.unit,
        "stacked": chart.stacked,
        "names": [str(line.cells[0]) for line in lines],
        "series": [
            {"name": report.columns[place].name, "values": [_number(line.cells[place]) for line in lines]}
            for place in chart.values
        ],
    }


def _number(cell: Any) -> float | int | None:
    return float(cell) if isinstance(cell, Decimal) else cell
