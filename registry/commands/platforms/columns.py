"""The columns of a platform's export: what they are called, how a file's headings are guessed, which profile fits."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from accounts.errors import InputError
from accounts.personal import holds_personal
from office.sheets.header import LONGEST_HEADING, Column, Header, canonical, find_header
from office.sheets.sheet import Sheet, Workbook
from registry.models import ImportProfile

COLUMNS = (
    Column("name", "姓名", ("学员姓名", "学员", "人员姓名", "用户姓名", "学员名称")),
    Column("id_number", "身份证号", ("身份证", "身份证号码", "证件号码", "证件号", "公民身份号码", "居民身份证号")),
    Column("course_code", "课程编号", ("课程代码", "课程编码", "课程号", "课件编号", "课件编码"), required=False),
    Column("course_name", "课程名称", ("课程", "课件名称", "学习课程", "专题名称", "课件")),
    Column("category", "科目", ("科目类别", "课程类别", "课程分类", "课程类型", "科目类型"), required=False),
    Column("hours", "学时", ("学时数", "获得学时", "认定学时", "课程学时", "课件学时", "已获学时"), required=False),
    Column(
        "completed_on",
        "完成日期",
        (
            "完成时间",
            "学习完成时间",
            "通过时间",
            "通过日期",
            "结业时间",
            "结业日期",
            "合格日期",
            "考试时间",
            "考试日期",
        ),
    ),
    Column(
        "passed",
        "考试结果",
        ("考试情况", "是否合格", "是否通过", "考核结果", "考试是否合格", "考试成绩", "成绩"),
        required=False,
    ),
)
KEYS = tuple(column.key for column in COLUMNS)
TITLES = {column.key: column.title for column in COLUMNS}
REQUIRED = tuple(column.key for column in COLUMNS if column.required)
PASSED = ("合格", "通过", "及格", "已通过", "已合格", "考试合格", "考试通过", "是")
# What a value of the category column has in it, the first that fits, and what to offer where a file has no such value.
CATEGORY_SIGNS = (("industry_public", "行业"), ("general_public", "公需"), ("professional", "专业"))
CATEGORY_WORDS = {"general_public": "一般公需科目", "industry_public": "行业公需科目", "professional": "专业科目"}
MOST_VALUES, LONGEST_VALUE = 12, 40  # of a column that could be one of categories or results
_LOOKED_AT = 500  # rows, for such values


@dataclass(frozen=True, slots=True)
class Reading:
    """How the columns of a file are to be read: the part of a profile that the check needs."""

    columns: Mapping[str, str]
    category: str = ""
    categories: Mapping[str, str] | None = None
    passed: Sequence[str] = PASSED
    pass_mark: int | None = None
    only_passed: bool = False

    @staticmethod
    def of(profile: ImportProfile) -> Reading:
        """As the profile says."""
        return Reading(
            profile.columns,
            profile.category,
            {canonical(word): code for word, code in profile.categories.items()},
            [canonical(word) for word in profile.passed],
            profile.pass_mark,
            profile.only_passed,
        )


def header_by(book: Workbook, columns: Mapping[str, str]) -> Header:
    """The header that a profile names. InputError (field `file`) as `find_header` raises it."""
    return find_header(book, [Column(key, columns[key]) for key in KEYS if key in columns])


def guessed(book: Workbook) -> Header:
    """The row that looks most like a header, over all sheets. InputError (field `file`) when none does."""
    found = [header for sheet in book.sheets if sheet.rows and (header := _looks_like(sheet))]
    best = max(found, key=lambda header: len(header.columns), default=None)
    if best is None:
        return header_by(book, TITLES)  # says what is wrong with the sheets, or what is missing
    return best


def _looks_like(sheet: Sheet) -> Header | None:
    """The likeliest header of a sheet. One in which somebody's number stands is a row of people, not a header."""
    for synonyms in (True, False):  # where a synonym makes two columns one, the printed names alone decide
        columns = [Column(c.key, c.title, c.synonyms if synonyms else (), required=False) for c in COLUMNS]
        with suppress(InputError):
            header = find_header(sheet, columns)
            headings = headings_of(header)
            if len(header.columns) > 1 and len(headings) >= len(REQUIRED) and not any(map(holds_personal, headings)):
                return header
    return None


def headings_of(header: Header) -> list[str]:
    """What the file calls its columns, from left to right, each once."""
    return list(dict.fromkeys(_heading(header, index) for index in range(_width(header)) if _heading(header, index)))


def fingerprint(headings: Iterable[str]) -> str:
    """The same for the same headings in the same order, however they are spaced."""
    return hashlib.sha256("\x1f".join(map(canonical, headings)).encode()).hexdigest()


def profile_for(platform: str, headings: Sequence[str]) -> ImportProfile | None:
    """The profile in use that was kept for this header, the newest when there are several."""
    fitting = ImportProfile.objects.filter(platform=platform, fingerprint=fingerprint(headings), is_active=True)
    return fitting.order_by("-pk").first()


def suggestion(header: Header) -> dict[str, Any]:
    """What the page of columns starts from: headings by key, and the words that categories and results seem to have."""
    columns = {key: header.texts[key] for key in KEYS if key in header.texts}
    found = _values(header, columns.get("category", ""))
    words: dict[str, list[str]] = {category: [] for category in CATEGORY_WORDS}
    for value in found:
        if category := next((category for category, sign in CATEGORY_SIGNS if sign in value), None):
            words[category].append(value)
    words = {category: values or [CATEGORY_WORDS[category]] for category, values in words.items()}
    return {"columns": columns, "words": words, "results": _values(header, columns.get("passed", ""))}


def _values(header: Header, heading: str) -> list[str]:
    """The few different values of a column; none when it has many, or somebody's number among them."""
    index = next((index for index in range(_width(header)) if heading and _heading(header, index) == heading), None)
    if index is None:
        return []
    below = [row for row in header.sheet.rows[:_LOOKED_AT] if row.number > header.last_row]
    values = list(dict.fromkeys(row.cell(index)[:LONGEST_VALUE] for row in below if row.cell(index)))
    return [] if len(values) > MOST_VALUES or any(map(holds_personal, values)) else values


def _width(header: Header) -> int:
    return max((len(row.cells) for row in _lines(header)), default=0)


def _heading(header: Header, index: int) -> str:
    """The known column's own heading, else both lines together, as `find_header` will look for it again."""
    known = next((header.texts[key] for key, at in header.columns.items() if at == index), None)
    return known or "".join(row.cell(index) for row in _lines(header))[:LONGEST_HEADING]


def _lines(header: Header) -> list[Any]:
    return [row for row in header.sheet.rows[:60] if header.row <= row.number <= header.last_row]
