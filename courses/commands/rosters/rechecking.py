"""Rows that are kept already, checked once more by the code that checked the file.

Asked after a row was mended (its twin further down is no twin any more), before a roster is handed in, and before it
is confirmed: people register, units close and other classes are confirmed meanwhile.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from courses.commands.roster_check import counts_of
from courses.commands.roster_rows import numbers_of, problems_of
from courses.commands.rosters.moves import facts_of, present_rows
from courses.models import Roster, RosterRow, RowVerdict
from courses.roster.check import Checked, check_lines
from courses.roster.findings import WARNINGS, Code
from courses.roster.lines import Line
from registry.models import Sex, TitleLevel

NO_UNIT = "无单位"
# Errors of rows whose every value is kept: they may be gone when they are looked for again. Of other wrong rows the
# value that does not hold is not kept, so they stay as they were found until they are mended.
RELATIVE = frozenset(
    {
        Code.PERSON_TWICE,
        Code.CLASS_OVERLAP,
        Code.OWN_ROW,
        Code.NAME_DIFFERS,
        Code.SEX_DIFFERS,
        Code.MUNICIPAL_DIFFERS,
    }
)
_YES_NO = {True: "是", False: "否", None: ""}


def recheck(roster: Roster, *, actor: int | None = None) -> bool:
    """Check the present rows, keep what was found, count anew; whether anything is wrong. The caller saves the roster.

    `actor`: a user whose own row is an error.
    """
    rows = list(present_rows(roster))
    checking = check_lines([line_of(roster, row) for row in rows], facts_of(roster), actor=actor)
    changed = [row for row, found in zip(rows, checking.rows(), strict=True) if _take(row, found)]
    RosterRow.objects.bulk_update(changed, ["verdict", "problems", "practitioner", "employer"], batch_size=1000)
    before = [problem for problem in roster.counts.get("file", []) if problem["code"] == Code.SHEET_LEFT_OUT]
    roster.counts = _counted(rows, counts_of(checking)["file"] + before)
    return has_errors(roster)


def has_errors(roster: Roster) -> bool:
    """Whether a row, or the file as a whole, keeps the roster from being handed in."""
    wrong = {problem["code"] for problem in roster.counts.get("file", [])} - WARNINGS
    return bool(roster.counts.get(RowVerdict.ERROR.value) or wrong)


def line_of(roster: Roster, row: RosterRow) -> Line:
    """A kept row as the check reads it."""
    values = values_of(roster, row)
    stated = ("organiser", "class_name", "sex", "employer", "series", "level", "title", "hours", "municipal")
    return row.row, values["name"], values["id_number"], values["phone"], tuple(values[key] for key in stated)


def values_of(roster: Roster, row: RosterRow) -> dict[str, str]:
    """A kept row by keys of the columns, as text; ID number and phone in clear."""
    number, phone = numbers_of(roster, row)
    return {
        "organiser": row.training_unit,
        "class_name": row.class_title,
        "name": row.name,
        "sex": Sex(row.sex).label if row.sex else "",
        "employer": row.employer_name or NO_UNIT,
        "id_number": number,
        "series": row.series,
        "level": TitleLevel(row.title_level).label if row.title_level else "",
        "title": row.title,
        "hours": "" if row.hours is None else f"{row.hours.normalize():f}",
        "phone": phone,
        "municipal": _YES_NO[row.is_municipal],
    }


def _take(row: RosterRow, found: Checked) -> bool:
    """Keep what was found of a row that may have changed; whether it did."""
    codes = {problem["code"] for problem in row.problems} - WARNINGS
    if codes - RELATIVE:
        return False
    problems = problems_of(found.findings)
    whose = found.person.pk if found.person else None
    unit = found.judged.unit.pk if found.judged.unit else None
    said = (found.verdict, problems, whose, unit)
    if said == (row.verdict, row.problems, row.practitioner_id, row.employer_id):
        return False
    row.verdict, row.problems, row.practitioner_id, row.employer_id = said
    return True


def _counted(rows: list[RosterRow], of_file: list[dict[str, str]]) -> dict[str, Any]:
    verdicts = Counter(row.verdict for row in rows)
    codes = Counter(code for row in rows for code in {problem["code"] for problem in row.problems})
    return {
        "rows": len(rows),
        **{verdict: verdicts[verdict] for verdict in RowVerdict.values},
        "codes": dict(codes),
        "file": of_file,
    }
