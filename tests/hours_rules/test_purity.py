"""The rules count in Decimal and int, need nothing but Python, and their examples are true."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import hours_rules
from hours_rules import compose, credit, plan
from tests.hours_rules.cases import CASES, NOTICES

ROOT = Path(hours_rules.__path__[0]).parent
MODULES = sorted(
    ["hours_rules", *(module.name for module in pkgutil.walk_packages(hours_rules.__path__, "hours_rules."))]
)


def leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Every single value inside a result, with the way to it."""
    if is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from leaves(getattr(value, field.name), f"{path}.{field.name}")
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from leaves(key, f"{path} key")
            yield from leaves(item, f"{path}[{key}]")
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from leaves(item, f"{path}[{index}]")
    else:
        yield path, value


def answers() -> Iterator[tuple[str, Any]]:
    """Every notice, and everything the verbs answer to the notice cases."""
    for notice in NOTICES.values():
        yield notice.id, notice
    for case in CASES:
        if case.kind == "credit":
            yield case.given["name"], credit(case.activity, case.notice)
        elif case.kind in ("compose", "plan"):
            year = compose(case.lines, case.notice)
            yield case.given["name"], year
            yield case.given["name"], plan(year, case.notice)


def test_all_numbers_are_decimal_or_int() -> None:
    kinds = {Decimal: 0, int: 0}
    for name, answer in answers():
        for path, value in leaves(answer, name):
            assert isinstance(value, Decimal | int | str | date | None), f"{path} is {value!r}"
            if type(value) in kinds:
                kinds[type(value)] += 1
            if isinstance(value, Decimal):
                assert value == value.quantize(Decimal("0.1")), path
    assert all(kinds.values()), kinds


def test_hours_are_decimal_even_where_they_are_whole() -> None:
    hours = {
        "hours",
        "hours_per",
        "hours_each",
        "yearly_cap",
        "daily_cap",
        "face_to_face_min_hours",
        "missing",
        "remaining",
    }
    hours |= {"total", "professional", "industry_public", "general_public", "recorded", "counted", "cap"}
    seen = set()
    for name, answer in answers():
        for path, value in leaves(answer, name):
            last = path.replace("]", "").replace("[", ".").split(".")[-1]
            if last in hours and not isinstance(value, str | None):
                assert type(value) is Decimal, path
                seen.add(last)
    assert seen == hours


def test_the_rules_import_without_django_packages_or_settings(tmp_path: Path) -> None:
    program = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
for module in {MODULES!r}:
    __import__(module)
from datetime import date
from hours_rules import Activity, credit, notice_for
assert credit(Activity("licence_exam", tier="national", quantity=2), notice_for(date(2021, 6, 1))).hours == 16
tops = {{name.partition(".")[0] for name in sys.modules}}
print(*sorted(tops - sys.stdlib_module_names - {{"__main__"}}))
"""
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", program],
        cwd=tmp_path,
        env={},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stderr == ""
    assert done.stdout.split() == ["hours_rules"]


@pytest.mark.parametrize("module", MODULES)
def test_examples_in_docstrings_are_true(module: str) -> None:
    assert doctest.testmod(importlib.import_module(module)).failed == 0


def test_every_verb_has_an_example() -> None:
    found = doctest.DocTestFinder(exclude_empty=True)
    for verb in (hours_rules.notice_for, credit, compose, plan):
        assert any(test.examples for test in found.find(verb)), verb.__name__
