"""The notice cases (`tests/notice_cases/*.toml`) as Python sees them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from hours_rules import Activity, Entry
from hours_rules.notices import from_folder, shipped
from hours_rules.types import Notice

FOLDER = Path(__file__).parent.parent / "notice_cases"
MADE_UP = from_folder(FOLDER / "made_up")
NOTICES = {notice.id: notice for notice in (*shipped(), *MADE_UP)}
KINDS = ("credit", "refused", "compose", "refused_year", "plan", "in_force")


@dataclass(frozen=True)
class Case:
    """One line of a case file: `given` are its keys, `notice` the notice its file names."""

    kind: str
    file: str
    notice: Notice
    given: dict[str, Any]

    @property
    def activity(self) -> Activity:
        """The facts as the case states them, even those no rule takes."""
        facts = {name: fact(self.given[name]) for name in ("quantity", "hours", "days") if name in self.given}
        return Activity(self.given["activity"], tier=self.given.get("tier"), **facts)

    @property
    def lines(self) -> list[Entry]:
        """The ledger lines."""
        return [Entry(code, fact(hours)) for code, hours in self.given["lines"]]

    @property
    def adjusted(self) -> dict[str, Decimal]:
        """The person's own minimums."""
        return {name: Decimal(hours) for name, hours in self.given.get("adjusted", {}).items()}

    @property
    def rule(self) -> Any:
        """The row of the crediting table that the case is about, or None when the notice knows none."""
        return self.notice.activities.get(self.given.get("activity", ""))


def fact(given: Any) -> Any:
    """`"7.5"` → Decimal, `{ text = "7.5" }` → str; int, float and bool as they are."""
    if isinstance(given, dict):
        return given["text"]
    return Decimal(given) if isinstance(given, str) else given


def figures(given: dict[str, str]) -> dict[str, Decimal]:
    """The four figures of a year, zero where the case names none."""
    names = ("total", "professional", "industry_public", "general_public")
    assert given.keys() <= set(names)
    return {name: Decimal(given.get(name, 0)) for name in names}


def _read() -> Iterator[Case]:
    for file in sorted(FOLDER.glob("*.toml")):
        data = tomllib.loads(file.read_text(encoding="utf-8"))
        notice = NOTICES[data.pop("notice")]
        assert data.keys() <= set(KINDS), f"{file.name}: {data.keys()}"
        for kind, cases in data.items():
            yield from (Case(kind, file.stem, notice, case) for case in cases)


CASES = tuple(_read())


def of(*kinds: str) -> pytest.MarkDecorator:
    """Parametrize over the cases of these kinds, each under its file and name."""
    chosen = [pytest.param(case, id=f"{case.file}: {case.given['name']}") for case in CASES if case.kind in kinds]
    return pytest.mark.parametrize("case", chosen)
