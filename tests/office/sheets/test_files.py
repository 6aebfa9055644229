"""Every file of the tables: refused with its own code, or read as it stands; the portal goes on after each."""

from __future__ import annotations

import re

import pytest

from accounts.errors import InputError
from office.sheets.child import read_file
from office.sheets.reading import as_input_error, read
from office.sheets.refusals import MESSAGES
from office.sheets.sheet import Sheet, cell_name
from office.sheets.wire import pack, unpack
from tests.office.sheets import damaged_files, hostile_files, odd_ods, odd_values, odd_xls, odd_xlsx, refused_files
from tests.office.sheets.cases import Case

REFUSED = refused_files.ALL + damaged_files.ALL + hostile_files.ALL
READ = odd_xlsx.ALL + odd_values.ALL + odd_xls.ALL + odd_ods.ALL
CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.mark.parametrize("case", REFUSED, ids=str)
def test_a_file_we_do_not_read_says_why(case: Case) -> None:
    with pytest.raises(InputError) as caught:
        first = read(case.data(), name=case.file, limits=case.limits).sheets[0]
        if first.refusal:
            raise as_input_error(first.refusal)
    assert (caught.value.code, caught.value.field) == (case.code, "file"), caught.value.message
    assert CHINESE.search(caught.value.message)
    assert "{" not in caught.value.message


@pytest.mark.parametrize("case", READ, ids=str)
def test_an_odd_file_is_read_as_it_stands(case: Case) -> None:
    """Read in this process, as the child reads it, and over the wire: a child each would cost half a minute."""
    book = unpack(pack(read_file(case.data(), case.file, case.limits)))
    if case.sheets is not None:
        assert {sheet.name: rows(sheet) for sheet in book.sheets} == {
            name: {number: list(cells) for number, cells in expected.items()} for name, expected in case.sheets.items()
        }
        return
    sheet = book.sheets[0]
    assert sheet.refusal is None, sheet.refusal and sheet.refusal.message
    assert rows(sheet) == {number: list(cells) for number, cells in case.rows.items()}
    assert flags(sheet) == case.flags


def test_every_code_of_a_file_has_a_case() -> None:
    """The header's own codes are those of test_header."""
    of_headers = {code for code in MESSAGES if code.startswith("header_")} | {
        "sheet_missing",
        "sheet_none",
        "sheet_empty",
    }
    assert {case.code for case in REFUSED} == set(MESSAGES) - of_headers


def test_there_are_more_cases_than_promised() -> None:
    assert len(REFUSED) + len(READ) >= 60
    assert len({str(case) for case in REFUSED + READ}) == len(REFUSED) + len(READ)


def rows(sheet: Sheet) -> dict[int, list[str]]:
    """The rows of a sheet by number."""
    return {row.number: list(row.cells) for row in sheet.rows}


def flags(sheet: Sheet) -> dict[str, str]:
    """The flags of a sheet by the cells' names."""
    return {cell_name(number, column): str(flag) for (number, column), flag in sheet.flags.items()}
