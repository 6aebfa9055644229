"""One cell's value → the text an office would read there, with a flag where the text must not be taken for data."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Any

from office.sheets.refusals import Refusal
from office.sheets.sheet import Flag

# Full-width digits and Latin letters; other full-width characters are Chinese punctuation and stay.
_HALF = {0xFF10 + i: 0x30 + i for i in range(10)}
_HALF |= {0xFF21 + i: 0x41 + i for i in range(26)} | {0xFF41 + i: 0x61 + i for i in range(26)}
# Zero-width and direction marks, soft hyphen, byte order mark, control characters: invisible, so away with them.
_INVISIBLE = [0xAD, 0x180E, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF]
_HALF |= dict.fromkeys([*_INVISIBLE, *range(0x09), *range(0x0E, 0x20), *range(0x7F, 0x85), *range(0x86, 0xA0)])
_ODD = re.compile(
    r"[\x00-\x20\x7f-\xa0\xad\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff０-９Ａ-Ｚａ-ｚ．－／：＋]|_x000D_"
)
_JOINT = re.compile(r"(?<=[0-9A-Za-z])[．－／：](?=[0-9A-Za-z])|＋(?=[0-9])")
_JOINT_HALF = {"．": ".", "－": "-", "／": "/", "：": ":", "＋": "+"}
_SCIENTIFIC = re.compile(r"[0-9](\.[0-9]+)?[Ee]\+?(1[5-9]|[2-9][0-9]|[1-9][0-9]{2})")
_LONGEST_NUMBER = 25
LONGEST_TEXT = 32_767  # of a cell in Excel
MOST_EXACT = 10**15  # Excel keeps 15 digits: a number of 16 or more may have lost some
_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - a sheet has no time zone
_EPOCH_1904 = datetime(1904, 1, 1)  # noqa: DTZ001
_LAST_SERIAL = 2_958_466  # 10000-01-01
_DAY_SECONDS = 86_400

Cell = tuple[str, Flag | None]


def clean(text: str) -> str:
    """Text as it is compared: half-width digits and letters, single plain spaces, nothing invisible, no line breaks."""
    if _ODD.search(text):
        text = " ".join(text.replace("_x000D_", "").translate(_HALF).split())
        text = _JOINT.sub(lambda found: _JOINT_HALF[found[0]], text)
    return text


def text_cell(text: str) -> Cell:
    """A cell of text; an ID that went through a number format ("3.30902E+17") has lost digits as text, too."""
    if not (text.isascii() and text.isalnum()):
        text = clean(text)
    if len(text) > LONGEST_TEXT:
        raise Refusal("cell_long", limit=LONGEST_TEXT)
    if ("E" in text or "e" in text) and len(text) < _LONGEST_NUMBER and _SCIENTIFIC.fullmatch(text):
        return text, Flag.LOST_DIGITS
    return text, None


def number_cell(value: float) -> Cell:
    """7.0 → "7", 7.5 → "7.5", 0.1 + 0.2 → "0.3"; 16 digits and more are flagged and stay in scientific notation."""
    if value != value or value in (float("inf"), float("-inf")):
        return "#NUM!", Flag.ERROR
    if abs(value) >= MOST_EXACT:
        mantissa, exponent = f"{value:.14E}".split("E")
        return f"{mantissa.rstrip('0').rstrip('.')}E{exponent}", Flag.LOST_DIGITS
    if value == int(value):
        return str(int(value)), None
    text = f"{value:.15g}"
    if "e" in text:
        text = f"{value:.20f}".rstrip("0").rstrip(".")
    return text, None


def bool_cell(value: bool) -> Cell:
    """As Excel shows it."""
    return ("TRUE" if value else "FALSE"), None


def error_cell(text: str) -> Cell:
    """#REF! and the like: what is shown, flagged."""
    return text, Flag.ERROR


def moment_cell(value: datetime | date | time | timedelta) -> Cell:
    """2024-05-01, 2024-05-01 08:30, 08:30, 30:05; seconds only where there are any."""
    if isinstance(value, timedelta):
        seconds = round(value.total_seconds())
        hours, rest = divmod(abs(seconds), 3600)
        minutes, second = divmod(rest, 60)
        text = f"{'-' if seconds < 0 else ''}{hours:02}:{minutes:02}"
        return (f"{text}:{second:02}" if second else text), None
    if isinstance(value, datetime):
        value = (value + timedelta(microseconds=500_000)).replace(microsecond=0)
        if value.time() == time.min:
            return value.date().isoformat(), None
        return f"{value.date().isoformat()} {_clock(value.time())}", None
    if isinstance(value, date):
        return value.isoformat(), None
    return _clock(value), None


def serial_cell(value: float, *, from_1904: bool) -> Cell:
    """A day number of a cell formatted as a date; 1900's leap day that never was counts, as in Excel."""
    if not 0 <= value < _LAST_SERIAL - (1462 if from_1904 else 0):
        return number_cell(value)
    seconds = round(value * _DAY_SECONDS)
    if seconds < _DAY_SECONDS and not from_1904:
        return _clock((_EPOCH + timedelta(seconds=seconds)).time()), None
    shift = timedelta(days=1 if value < 60 and not from_1904 else 0)
    return moment_cell((_EPOCH_1904 if from_1904 else _EPOCH) + shift + timedelta(seconds=seconds))


def any_cell(value: Any) -> Cell:
    """A value as calamine hands it over."""
    kind = value.__class__
    if kind is str:
        return text_cell(value)
    if kind is float or kind is int:
        return number_cell(value)
    if kind is bool:
        return bool_cell(value)
    return moment_cell(value)


def _clock(value: time) -> str:
    text = f"{value.hour:02}:{value.minute:02}"
    return f"{text}:{value.second:02}" if value.second else text
