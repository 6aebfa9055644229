"""How the figures of a certified year come about, in words, from what is certified alone: for whoever checks it."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

TOTAL = "total"


def workings_of(year: dict[str, Any]) -> list[str]:
    """Lines to the recorded hours, caps to the counted ones, categories to the total: a sentence for each figure.

    `year` is one of a certificate's content: its texts are added up here, so that a reader can do the same.
    """
    figures = {row["code"]: row for row in year["figures"]}
    said = [_category(row, year) for code, row in figures.items() if code != TOTAL]
    whole = figures[TOTAL]
    parts = [row["counted"] for code, row in figures.items() if code != TOTAL]
    said.append(f"{whole['name']}：{_sum(parts)}学时，最低要求{whole['minimum']}学时。")
    return said


def _category(row: dict[str, Any], year: dict[str, Any]) -> str:
    lines = [line for line in year["lines"] if line["category"] == row["name"]]
    activities = {line["activity"] for line in lines}
    caps = [
        f"{cap['name']}按{cap['clause']}的年度上限，{cap['recorded']}学时计入{cap['counted']}学时"
        for cap in year["caps"]
        if cap["name"] in activities
    ]
    recorded = f"逐项相加{_sum(line['hours'] for line in lines)}学时"
    counted = f"认定登记{row['counted']}学时，最低要求{row['minimum']}学时"
    return f"{row['name']}：{'；'.join([recorded, *caps, counted])}。"


def _sum(hours: Iterable[str]) -> str:
    """16＋7.5＝23.5; 16 of one alone, 0 of nothing."""
    parts = list(hours)
    whole = f"{sum((Decimal(part) for part in parts), Decimal(0)).normalize():f}"
    return f"{'＋'.join(parts)}＝{whole}" if len(parts) > 1 else whole
