"""The check of a whole file: every row judged and staged, nothing credited.

Rows are read once; whatever repeats among them (a person, a course on a day) is judged once; and what PostgreSQL is
asked does not depend on how many rows there are. The staged rows are written by COPY.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
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
from registry.queries.identities import NO_DATA, same_name
from registry.queries.notices import remember_for_request

LONGEST_NAME = 50
LONGEST_TEXT = 600
KNOWN = frozenset({"known", "repeated"})  # credited already, or about to be: nothing is wrong, nothing is added
# The columns a line is read from: whose it is, then what `Stated` takes, in its order.
READ = ("name", "id_number", "course_code", "course_name", "category", "hours", "passed", "completed_on")
READY = RowVerdict.READY.value
IMPORTED = frozenset({READY, RowVerdict.WARNED.value})
_ERROR_CELL = Problem("cell_error", "", NO_DATA)


class Checked(NamedTuple):
    """One row as it is staged."""

    row: int
    verdict: str
    problems: tuple[Problem, ...]
    name: str
    found: Found
    judged: Judged


Line = tuple[int, str, str, tuple[str, ...]]  # number, name, ID cell, what is stated of the course


@dataclass
class Checking:
    """A file being checked: its lines, whose they are and what they state; the figures grow as `rows` are taken.

    Fifty thousand rows are made one by one and handed on to COPY, not kept: the garbage collector would look through
    them again and again, which took as long as checking them.
    """

    lines: Sequence[Line]
    flags: Mapping[int, Mapping[str, Flag]]
    found: Mapping[str, Found]
    judged: Mapping[tuple[str, ...], Judged]
    earlier: Earlier
    years: list[int]
    basis: str
    verdicts: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    credited: dict[int, list[int]] = field(default_factory=dict)
    seen: dict[tuple[int, int, str], tuple[int, Judged]] = field(default_factory=dict)

    def rows(self) -> Iterator[Checked]:
        """Every row with its verdict, in the order of the file; once."""
        for line in self.lines:
            row = self._checked(line)
            self.verdicts[row.verdict] += 1
            if row.problems:
                self.codes.update({problem.code for problem in row.problems})
            if row.verdict in IMPORTED and row.judged.day and row.judged.tenths:
                of_year = self.credited.setdefault(row.judged.day.year, [0, 0])
                of_year[0] += 1
                of_year[1] += row.judged.tenths
            yield row

    def counts(self) -> dict[str, Any]:
        """Rows by verdict and by problem, and per year the courses and tenths of hours that would be credited."""
        return {
            "rows": len(self.lines),
            **{verdict: self.verdicts[verdict] for verdict in RowVerdict.values},
            "codes": dict(self.codes),
            "years": {str(year): sums for year, sums in self.credited.items()},
            "basis_years": self.years,
        }

    def _checked(self, line: Line) -> Checked:
        row, name, id_text, stated = line
        found, judged = self.found[id_text], self.judged[stated]
        if row in self.flags:
            return _flagged(line, self.flags[row], found, judged)
        problems, person = judged.problems, found.person
        if found.problem:
            problems = (found.problem, *problems)
        if person is None or name != person.name:
            if wrong := _name_problem(name, found):
                problems = (wrong, *problems)
            name = hide_personal(name)[:LONGEST_NAME] if person is None or problems else person.name
        if person is not None and judged.activity and (again := self._again(row, person.pk, judged)):
            problems = (again, *problems)
        return Checked(row, _verdict(problems) if problems else READY, problems, name, found, judged)

    def _again(self, row: int, person: int, judged: Judged) -> Problem | None:
        """The same course of the same person, credited already or further up in the file."""
        if known := self.earlier.known(person, judged):
            return known
        key = (person, judged.day.year if judged.day else 0, judged.code)
        first, other = self.seen.setdefault(key, (row, judged))
        if first == row:
            return None
        if (other.tenths, other.activity) == (judged.tenths, judged.activity):
            return Problem("repeated", "", f"与第{first}行是同一门课程，只登记一次。")
        return Problem("repeated_differs", "", f"与第{first}行是同一门课程，学时或科目却不同。")


def check(header: Header, rules: Rules, actor: User) -> Checking:
    """Look everything up that the rows under the header need, to be judged as `actor` would import them."""
    lines = list(_lines(header))
    found = people.look_up({id_text for _, _, id_text, _ in lines}, actor)
    with remember_for_request():
        judged = {stated: rules.judge(Stated(*stated)) for stated in {stated for *_, stated in lines}}
    years = sorted({one.day.year for one in judged.values() if one.activity and one.day})
    earlier = earlier_of(rules.platform, years, [one.person.pk for one in found.values() if one.person])
    return Checking(lines, _flags(header), found, judged, earlier, years, basis_of(years))


def _lines(header: Header) -> Iterator[Line]:
    """The rows with content in any known column; a header repeated on every printed page is passed over.

    What `Header.records` gives, without a mapping for each row.
    """
    at = [header.columns.get(key, -1) for key in READ]
    name_at, id_at, *stated_at = at
    state, width = itemgetter(*stated_at), max(at) + 1
    whole = -1 not in at  # else -1, a column that the file has not, is the blank put at each row's end
    heading = {header.texts[key] for key in header.columns}
    for number, given in header.sheet.rows:
        if number <= header.last_row:
            continue
        have = len(given)
        cells = given if whole and have >= width else [*given[:width], *[""] * (width - have), ""]
        name, id_text, stated = cells[name_at], cells[id_at], state(cells)
        if (name or id_text or any(stated)) and not (name in heading and id_text in heading):
            yield number, name, id_text, stated


def _flags(header: Header) -> dict[int, dict[str, Flag]]:
    """Row → key of column → why its cell is no data."""
    keys = {index: key for key, index in header.columns.items()}
    flags: dict[int, dict[str, Flag]] = {}
    for (number, index), flag in header.sheet.flags.items():
        if index in keys:
            flags.setdefault(number, {})[keys[index]] = flag
    return flags


def _flagged(line: Line, flags: Mapping[str, Flag], found: Found, judged: Judged) -> Checked:
    """A row with cells that are no data: reported, never repaired."""
    row, name, *_ = line
    if flag := flags.get("id_number"):
        found = people.lost(flag)
    problems = [found.problem] if found.problem else []
    problems += [_ERROR_CELL._replace(column=key) for key in flags if key != "id_number"]
    problems += [problem for problem in judged.problems if problem.column not in flags]
    name = hide_personal(name)[:LONGEST_NAME]
    return Checked(row, _verdict(problems), tuple(problems), name, found, judged)


def _name_problem(name: str, found: Found) -> Problem | None:
    if not name:
        return Problem("name_missing", "name", "没有填写姓名。")
    if found.person is not None and not same_name(name, found.person.name):
        return Problem("name_differs", "name", "姓名与身份证号不符。")
    return None


def _verdict(problems: Iterable[Problem]) -> str:
    """The gravest: an error, then known already, then a warning."""
    codes = {problem.code for problem in problems}
    if codes - WARNINGS - KNOWN:
        return RowVerdict.ERROR.value
    return (RowVerdict.KNOWN if codes & KNOWN else RowVerdict.WARNED).value


def sentence(problems: Iterable[Problem], headings: Mapping[str, str]) -> str:
    """What is wrong with a row, in words that name its columns as the file does."""
    said = (f"“{headings[p.column]}”列：{p.text}" if p.column in headings else p.text for p in problems)
    return "".join(said)[:LONGEST_TEXT]
