"""The codes of a roster's findings are documented, each with its column and gravity."""

from __future__ import annotations

import re
from pathlib import Path

from courses.roster.columns import TITLES
from courses.roster.findings import WARNINGS, Code

DOCS = Path(__file__).parents[2] / "docs" / "rosters.md"
LINE = re.compile(r"^\| `([a-z_]+)` \| ([^|]+) \| (错误|提示) \| [^|]+ \|$", re.MULTILINE)


def test_every_code_stands_in_the_table_with_its_gravity() -> None:
    documented = {code: gravity == "提示" for code, _, gravity in LINE.findall(DOCS.read_text())}
    assert documented == {code.value: code in WARNINGS for code in Code}


def test_the_table_names_columns_as_the_form_prints_them() -> None:
    columns = {column for _, column, _ in LINE.findall(DOCS.read_text())}
    assert columns <= {*TITLES.values(), "各列", "整行", "整个文件"}
