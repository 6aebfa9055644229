"""The check of a whole file: every row judged and staged, nothing credited.

Rows are read once; whatever repeats among them (a person, a course on a day) is judged once; and what PostgreSQL is
asked does not depend on how many rows there are. The staged rows are written by COPY.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from accounts.models import User
from accounts.personal import hide_personal
from office.sheets.header import Header
from office.sheets.sheet import Flag
from registry.commands.platforms import people
from registry.commands.platforms.earlier import Earlier, earlier_of
from registry.commands.platforms.people import Found
from registry.commands.platforms.rules import WARNINGS, Judged, Problem, Rules, Stated, basis_of
from registry.models import RowVerdict

LONGEST_NAME = 50
LONGEST_TEXT = 600
KNOWN = frozenset({"known", "repeated"})  # credited already, or about to be: nothing is wrong, nothing is added
_ERROR_CELL = Problem("cell_error", "", "单元格是错误值或未计算的公式。")


class Line(NamedTuple):
    """One row as it is read: its number, the name, the ID cell, what is stated of the course, flags of its cells."""

    row: int
    name: str
    id_text: str
    stated: Stated
    flags: Mapping[str, Flag]


class Checked(NamedTuple):
    """One row as it is staged."""

    row: int
    verdict: str
    problems: tuple[Problem, ...]
    name: str
    found: Found
    judged: Judged


@dataclass
class Result:
    """Everything the check found: the rows for staging, and the figures for the page."""

    rows: list[Checked] = field(default_factory=list)
    basis: str = ""
    years: list[int] = field(default_factory=list)

    def counts(self) -> dict[str, Any]:
        """Rows by verdict and by problem, and per year the courses and tenths of hours that would be credited."""
        verdicts: Counter[str] = Counter(row.verdict for row in self.rows)
        codes: Counter[str] = Counter(code for row in self.rows for code in {problem.code for problem in row.problems})
        years: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        for row in self.rows:
            if row.verdict in (RowVerdict.READY, RowVerdict.WARNED) and row.judged.day and row.judged.tenths:
                of_year = years[str(row.judged.day.year)]
                of_year[0] += 1
                of_year[1] += row.judged.tenths
        return {
            "rows": len(self.rows),
            **{verdict: verdicts[verdict] for verdict in RowVerdict.values},
            "codes": dict(codes),
            "years": dict(years),
        }


def check(header: Header, rules: Rules, actor: User) -> Result:
    """Judge every row under the header as `actor` would import it."""
    lines = list(_lines(header))
    found = people.look_up({line.id_text for line in lines}, actor)
    judged = {stated: rules.judge(stated) for stated in {line.stated for line in lines}}
    years = sorted({one.day.year for one in judged.values() if one.activity and one.day})
    pks = [one.person.pk for one in found.values() if one.person]
    earlier = earlier_of(rules.platform, years, pks)
    seen: dict[tuple[int, int, str], tuple[int, Judged]] = {}
    rows = [_checked(line, found[line.id_text], judged[line.stated], earlier, seen) for line in lines]
    return Result(rows, basis_of(years), years)


def _lines(header: Header) -> Iterable[Line]:
    for record in header.records():
        value = record.values.get
        stated = Stated(
            value("course_code", ""),
            value("course_name", ""),
            value("category", ""),
            value("hours", ""),
            value("passed", ""),
            value("completed_on", ""),
        )
        yield Line(record.row, record.values["name"], record.values["id_number"], stated, record.flags)


def _checked(
    line: Line,
    found: Found,
    judged: Judged,
    earlier: Earlier,
    seen: dict[tuple[int, int, str], tuple[int, Judged]],
) -> Checked:
    if line.flags:
        return _flagged(line, found, judged)
    problems = judged.problems
    if found.problem:
        problems = (found.problem, *problems)
    person = found.person
    name = line.name
    if person is None or name != person.name:
        if wrong := _name_problem(name, found):
            problems = (wrong, *problems)
        name = hide_personal(name)[:LONGEST_NAME] if person is None or problems else person.name
    if person is not None and judged.day is not None and judged.activity:
        if known := earlier.known(person.pk, judged):
            return Checked(line.row, _verdict((known, *problems)), (known, *problems), name, found, judged)
        first = seen.setdefault((person.pk, judged.day.year, judged.code), (line.row, judged))
        if first[0] != line.row:
            problems = (_repeated(first, judged), *problems)
    return Checked(line.row, _verdict(problems), problems, name, found, judged)


def _flagged(line: Line, found: Found, judged: Judged) -> Checked:
    """A row with cells that are no data: reported, never repaired."""
    if flag := line.flags.get("id_number"):
        found = people.lost(flag)
    problems = [found.problem] if found.problem else []
    problems += [_ERROR_CELL._replace(column=key) for key in line.flags if key != "id_number"]
    problems += [problem for problem in judged.problems if problem.column not in line.flags]
    name = hide_personal(line.name)[:LONGEST_NAME]
    return Checked(line.row, _verdict(problems), tuple(problems), name, found, judged)


def _name_problem(name: str, found: Found) -> Problem | None:
    if not name:
        return Problem("name_missing", "name", "没有填写姓名。")
    if found.person is not None and not people.same_name(name, found.person.name):
        return Problem("name_differs", "name", "姓名与身份证号不符。")
    return None


def _repeated(first: tuple[int, Judged], judged: Judged) -> Problem:
    row, other = first
    if (other.tenths, other.activity) == (judged.tenths, judged.activity):
        return Problem("repeated", "", f"与第{row}行是同一门课程，只登记一次。")
    return Problem("repeated_differs", "", f"与第{row}行是同一门课程，学时或科目却不同。")


def _verdict(problems: Iterable[Problem]) -> str:
    """The gravest: an error, then known already, then a warning."""
    codes = {problem.code for problem in problems}
    if not codes:
        return RowVerdict.READY.value
    if codes - WARNINGS - KNOWN:
        return RowVerdict.ERROR.value
    return (RowVerdict.KNOWN if codes & KNOWN else RowVerdict.WARNED).value


def sentence(problems: Iterable[Problem], headings: Mapping[str, str]) -> str:
    """What is wrong with a row, in words that name its columns as the file does."""
    said = (f"“{headings[p.column]}”列：{p.text}" if p.column in headings else p.text for p in problems)
    return "".join(said)[:LONGEST_TEXT]
