"""A report as a workbook: the table of the page, with what it was narrowed to above it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from compliance.queries.reports.table import NUMBER, TEXT, Column, Report
from office.documents import workbook

_WIDTHS = {"text": 28, "number": 11, "hours": 13, "share": 11}


def as_workbook(title: str, report: Report, above: Sequence[str], note: str) -> bytes:
    """The .xlsx; figures are numbers, so that they can be summed there."""
    columns = [workbook.Column(column.name, _WIDTHS[column.kind], _kind(column)) for column in report.columns]
    form = workbook.Form(title, columns, above=above, notes=[note], sheet="统计报表", footer=title)
    return workbook.write(form, rows_of(report))


def rows_of(report: Report) -> list[tuple[Any, ...]]:
    """Every line and the last one over all, as the files hold them; nothing where there is nothing to say."""
    rows = [line.cells for line in report.lines] + ([report.whole] if report.whole else [])
    return [tuple(_plain(cell) for cell in row) for row in rows]


def _kind(column: Column) -> str:
    if column.kind == TEXT:
        return workbook.TEXT
    return workbook.HOURS if column.kind == NUMBER else workbook.NUMBER


def _plain(cell: Any) -> Any:
    return cell.quantize(Decimal("0.1")) if isinstance(cell, Decimal) else cell
