"""A cell of an .ods, from its attributes and its displayed text (OpenDocument 1.2, 19.385 office:value-type)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from office.sheets.cells import Cell, bool_cell, clean, error_cell, moment_cell, number_cell, text_cell
from office.sheets.sheet import Flag

_ODF = "urn:oasis:names:tc:opendocument:xmlns:"
OFFICE, TABLE = f"{_ODF}office:1.0 ", f"{_ODF}table:1.0 "
_CALC = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0 "
_ERROR = re.compile(r"#[A-Z0-9/]+[!?]?|Err:[0-9]{3}")
_DURATION = re.compile(r"(-?)P(?:(\d+)D)?T?(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?")
_DAYS_ZERO = ("1899-12-30T", "1899-12-31T")  # of a time formatted as a date: LibreOffice's and Gnumeric's


def value_cell(attributes: Mapping[str, str], text: str | None) -> Cell:
    """`text` is what the cell shows, None when it has no paragraph at all."""
    kind = attributes.get(f"{OFFICE}value-type", "")
    shown = (text or "").strip()
    formula = f"{TABLE}formula" in attributes
    if attributes.get(f"{_CALC}value-type") == "error" or (formula and _ERROR.fullmatch(shown)):
        return error_cell(clean(shown))
    if kind in ("float", "percentage", "currency"):
        if shown in ("TRUE", "FALSE"):  # LibreOffice keeps a formula's truth as a number
            return bool_cell(shown == "TRUE")
        return number_cell(float(attributes[f"{OFFICE}value"]))
    if kind == "boolean":
        return bool_cell(attributes[f"{OFFICE}boolean-value"] == "true")
    if kind == "date":
        return _date(attributes[f"{OFFICE}date-value"])
    if kind == "time":
        return _time(attributes[f"{OFFICE}time-value"])
    if formula and not kind and text is None:
        return "", Flag.NO_RESULT
    return text_cell(attributes.get(f"{OFFICE}string-value", text or ""))


def _date(value: str) -> Cell:
    moment = datetime.fromisoformat(value)
    if value.startswith(_DAYS_ZERO):
        return moment_cell(moment.time())
    return moment_cell(moment.replace(tzinfo=None))


def _time(value: str) -> Cell:
    found = _DURATION.fullmatch(value)
    if found is None:
        return text_cell(value)
    days, hours, minutes, seconds = (float(part or 0) for part in found.groups()[1:])
    span = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    return moment_cell(-span if found[1] else span)
