"""A workbook worked on while it is read is the workbook that `read` gives, and is refused alike."""

from __future__ import annotations

import io
from collections.abc import Iterator

import openpyxl
import pytest

from accounts.errors import InputError
from office.limited.asking import Reader
from office.sheets import xlsx
from office.sheets.child import pieces_of, read_file
from office.sheets.coming import assembled, coming
from office.sheets.limits import Limits
from office.sheets.sheet import Sheet, Workbook
from tests.office.sheets.cases import Case
from tests.office.sheets.test_files import READ, REFUSED

# One of each code that does not cost seconds; the child is the one that `read` asks, too.
QUICK = {case.code: case for case in REFUSED if case.code not in ("file_time", "file_memory", "cell_long")}


def told(book: Workbook) -> list[tuple[str, list[tuple[int, list[str]]], dict[tuple[int, int], str], str]]:
    """Everything that a workbook says."""
    return [
        (
            sheet.name,
            [(row.number, list(row.cells)) for row in sheet.rows],
            {place: str(flag) for place, flag in sheet.flags.items()},
            sheet.refusal.code if sheet.refusal else "",
        )
        for sheet in book.sheets
    ]


@pytest.mark.parametrize("case", READ, ids=str)
def test_an_odd_file_comes_as_it_is_read(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """In this process, two rows at a time."""
    monkeypatch.setattr(xlsx, "_ROWS_AT_ONCE", 2)
    whole = read_file(case.data(), case.file, case.limits)
    came = assembled(pieces_of(case.data(), case.file, case.limits))
    assert (came.kind, told(came)) == (whole.kind, told(whole))


@pytest.mark.parametrize("code", QUICK)
def test_a_file_that_is_not_read_says_why(code: str) -> None:
    case = QUICK[code]
    with pytest.raises(InputError) as caught, coming(case.data(), name=case.file, limits=case.limits) as book:
        first = book.sheets[0]
        assert first.refusal is None or first.refusal.code == code
        _ = list(first.rows)
        if first.refusal:
            raise InputError(first.refusal.code, "", "file")
    assert (caught.value.code, caught.value.field) == (code, "file")


def table(rows: int, *, second: int = 0) -> bytes:
    """Sheets of so many rows."""
    book = openpyxl.Workbook()
    for number, many in enumerate((rows, second)):
        sheet = book.worksheets[0] if number == 0 else book.create_sheet("二")
        for n in range(many):
            sheet.append([n, f"第{n}行"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_rows_are_there_before_the_last_is_read_and_may_be_read_again() -> None:
    with coming(table(4_500, second=3), name="a.xlsx") as book:
        first: Sheet = book.sheets[0]
        assert [row.number for row in first.rows[:3]] == [1, 2, 3]
        assert len(first.rows.lines) < 4_500  # type: ignore[attr-defined]
        walking = iter(first.rows)
        assert next(walking).number == 1
        assert len(list(walking)) == 4_499
        assert (len(first.rows), first.rows[4_499].cell(1), first.rows[-1].number) == (4_500, "第4499行", 4_500)
        assert [(sheet.name, len(sheet.rows)) for sheet in book.sheets] == [("Sheet", 4_500), ("二", 3)]
        assert len(book.sheets) == 2


def test_too_many_rows_are_refused_when_they_come() -> None:
    with pytest.raises(InputError) as caught, coming(table(2_200), name="a.xlsx", limits=Limits(rows=2_100)) as book:
        taken = [row.number for row in book.sheets[0].rows]
        assert taken == []  # never reached
    assert caught.value.code == "sheet_rows"


def test_whoever_stops_early_leaves_no_child_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    started = []
    start = Reader._start

    def noted(reader: Reader) -> object:
        started.append(start(reader))
        return started[-1]

    monkeypatch.setattr(Reader, "_start", noted)
    with pytest.raises(ZeroDivisionError), coming(table(4_500), name="a.xlsx") as book:
        _walk(iter(book.sheets[0].rows))
    (child,) = started
    assert child.poll() is not None


def _walk(rows: Iterator[object]) -> None:
    next(rows)
    raise ZeroDivisionError
