"""One value → the text an office would read, and the flag where it is no data."""

from __future__ import annotations

import datetime as dt

import pytest

from office.sheets.cells import any_cell, clean, serial_cell
from office.sheets.sheet import Flag, cell_name

VALUES = [
    (7.0, "7", None),
    (-0.0, "0", None),
    (7.5, "7.5", None),
    (0.1 + 0.2, "0.3", None),
    (1 / 3, "0.333333333333333", None),
    (1e-10, "0.0000000001", None),
    (999_999_999_999_999.0, "999999999999999", None),
    (1e15, "1E15", Flag.LOST_DIGITS),
    (330902199001011234, "3.30902199001011E+17", Flag.LOST_DIGITS),
    (-1e20, "-1E+20", Flag.LOST_DIGITS),
    (float("nan"), "#NUM!", Flag.ERROR),
    (float("inf"), "#NUM!", Flag.ERROR),
    (True, "TRUE", None),
    (dt.date(2024, 2, 29), "2024-02-29", None),
    (dt.datetime(2024, 2, 29, 8, 5), "2024-02-29 08:05", None),
    (dt.datetime(2024, 12, 31, 23, 59, 59, 600_000), "2025-01-01", None),
    (dt.time(8, 5, 9), "08:05:09", None),
    (dt.timedelta(hours=30, minutes=5), "30:05", None),
    (dt.timedelta(hours=-1), "-01:00", None),
    ("1E15", "1E15", Flag.LOST_DIGITS),
    ("3.30902E+17", "3.30902E+17", Flag.LOST_DIGITS),
    ("2E3", "2E3", None),
    ("E1500", "E1500", None),
    ("330902199001011234", "330902199001011234", None),
]


@pytest.mark.parametrize(("value", "text", "flag"), VALUES, ids=[repr(value) for value, *_ in VALUES])
def test_a_value_reads_as_an_office_reads_it(value: object, text: str, flag: Flag | None) -> None:
    assert any_cell(value) == (text.replace("1E15", "1E+15") if isinstance(value, float) else text, flag)


TEXTS = [
    ("  张\u3000\u00a0三 ", "张 三"),
    ("\u200b\ufeff张\u200d三\u2060", "张三"),
    ("１３８ＡＢｃ", "138ABc"),
    ("７．５", "7.5"),
    ("０５８０－２０２１２３４", "0580-2021234"),
    ("＋８６", "+86"),
    ("甲．乙－丙：丁", "甲．乙－丙：丁"),
    ("（一）、《建筑》", "（一）、《建筑》"),
    ("一\r\n二\t三\x07\x1f", "一 二 三"),
    ("_x000D_行_x000D_\n二", "行 二"),
    ("𠮷 · ñ", "𠮷 · ñ"),
    ("\x1d\x1e\x1f", ""),
]


@pytest.mark.parametrize(("raw", "text"), TEXTS)
def test_texts_are_compared_without_what_nobody_sees(raw: str, text: str) -> None:
    assert clean(raw) == text
    assert clean(text) == text


SERIALS = [
    (45413, False, "2024-05-01"),
    (45413.25, False, "2024-05-01 06:00"),
    (0.25, False, "06:00"),
    (1, False, "1900-01-01"),
    (59, False, "1900-02-28"),
    (61, False, "1900-03-01"),
    (43951, True, "2024-05-01"),
    (-1, False, "-1"),
    (1e9, False, "1000000000"),
]


@pytest.mark.parametrize(("serial", "from_1904", "text"), SERIALS)
def test_day_numbers_become_dates(serial: float, from_1904: bool, text: str) -> None:
    assert serial_cell(serial, from_1904=from_1904) == (text, None)


def test_cells_are_named_as_the_sheet_names_them() -> None:
    assert [cell_name(7, column) for column in (0, 25, 26, 701, 702, 16_383)] == [
        "A7",
        "Z7",
        "AA7",
        "ZZ7",
        "AAA7",
        "XFD7",
    ]
