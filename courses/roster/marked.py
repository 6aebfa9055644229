"""The roster's own workbook given back with what was found in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from courses.roster import columns
from courses.roster.findings import WARNINGS
from office.sheets.header import Header
from office.sheets.limits import Limits
from office.sheets.marking import ERROR, WARNING, Mark, mark
from office.sheets.reading import read

Problems = Mapping[int, Sequence[Mapping[str, str]]]


def marked(data: bytes, *, name: str, problems: Problems, limits: Limits | None = None) -> bytes:
    """The workbook `data` as .xlsx, with every problem in its cell's colour and told behind its row.

    `problems`: number of the row → its problems as `RosterRow.problems` keeps them (`code`, `column`, `text`).
    InputError (field `file`) when the file is not one that was read before.
    """
    book = read(data, name=name, limits=limits)
    header = columns.find(book)
    return mark(
        data,
        name=name,
        book=book,
        header=header,
        cells=list(_cells(header, problems)),
        remarks={row: _said(each) for row, each in problems.items() if each},
        limits=limits,
    )


def _cells(header: Header, problems: Problems) -> Iterator[Mark]:
    """A problem of a row as a whole is marked at the name."""
    for row, each in problems.items():
        for problem in each:
            column = header.columns.get(problem["column"], header.columns["name"])
            yield Mark(row, column, WARNING if problem["code"] in WARNINGS else ERROR)


def _said(problems: Sequence[Mapping[str, str]]) -> str:
    """A row's problems, a line for each, named by the printed headers."""
    return "\n".join(
        f"{'提示' if problem['code'] in WARNINGS else '错误'} {_column(problem)}{problem['text']}"
        for problem in problems
    )


def _column(problem: Mapping[str, str]) -> str:
    title = columns.TITLES.get(problem["column"])
    return f"{title}：" if title else ""
