"""What can be wrong with a roster: stable codes, and one finding.

`docs/rosters.md` documents every code; a test holds its table against this one.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from courses.models import RowVerdict


class Code(StrEnum):
    """What is wrong, for programs; never renamed."""

    CELL_ERROR = "cell_error"
    LOST_DIGITS = "id_lost_digits"
    ID_MISSING = "id_missing"
    ID_LENGTH = "id_length"
    ID_CHARACTERS = "id_characters"
    ID_BIRTH = "id_birth"
    ID_CHECK_DIGIT = "id_check_digit"
    ID_COUNTY = "id_county"
    NAME_MISSING = "name_missing"
    NAME_WRONG = "name_wrong"
    NAME_DIFFERS = "name_differs"
    SEX_MISSING = "sex_missing"
    SEX_UNKNOWN = "sex_unknown"
    SEX_DIFFERS = "sex_differs"
    PHONE_MISSING = "phone_missing"
    PHONE_WRONG = "phone_wrong"
    PHONE_TWICE = "phone_twice"
    EMPLOYER_MISSING = "employer_missing"
    EMPLOYER_WRONG = "employer_wrong"
    EMPLOYER_UNKNOWN = "employer_unknown"
    EMPLOYER_CLOSED = "employer_closed"
    MUNICIPAL_MISSING = "municipal_missing"
    MUNICIPAL_UNKNOWN = "municipal_unknown"
    MUNICIPAL_DIFFERS = "municipal_differs"
    LEVEL_MISSING = "level_missing"
    LEVEL_UNKNOWN = "level_unknown"
    LEVEL_DIFFERS = "level_differs"
    SERIES_WRONG = "series_wrong"
    SERIES_UNKNOWN = "series_unknown"
    TITLE_MISSING = "title_missing"
    TITLE_WRONG = "title_wrong"
    TITLE_UNKNOWN = "title_unknown"
    HOURS_MISSING = "hours_missing"
    HOURS_WRONG = "hours_wrong"
    HOURS_ABOVE = "hours_above"
    ORGANISER_DIFFERS = "organiser_differs"
    CLASS_DIFFERS = "class_differs"
    PERSON_TWICE = "person_twice"
    OWN_ROW = "own_row"
    CLASS_OVERLAP = "class_overlap"
    DAY_CLAIMED = "day_claimed"
    NO_PEOPLE = "no_people"
    PEOPLE_COUNT = "people_count"
    SHEET_LEFT_OUT = "sheet_left_out"


WARNINGS = frozenset(
    {
        Code.ID_COUNTY,
        Code.PHONE_TWICE,
        Code.EMPLOYER_UNKNOWN,
        Code.EMPLOYER_CLOSED,
        Code.LEVEL_DIFFERS,
        Code.SERIES_UNKNOWN,
        Code.TITLE_MISSING,
        Code.TITLE_UNKNOWN,
        Code.ORGANISER_DIFFERS,
        Code.CLASS_DIFFERS,
        Code.DAY_CLAIMED,
        Code.PEOPLE_COUNT,
        Code.SHEET_LEFT_OUT,
    }
)


class Finding(NamedTuple):
    """One finding: its code, the key of its column ("" for the row or the file), and what it says."""

    code: Code
    column: str
    text: str


def verdict_of(findings: Iterable[Finding]) -> RowVerdict:
    """An error keeps a row out; a warning does not."""
    codes = {finding.code for finding in findings}
    if codes - WARNINGS:
        return RowVerdict.ERROR
    return RowVerdict.WARNED if codes else RowVerdict.READY


def gravest_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Errors before warnings; otherwise as they came."""
    return tuple(sorted(findings, key=lambda finding: finding.code in WARNINGS))
