"""Tables that leave the portal: CSV that Excel and WPS open as it is meant."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.http import StreamingHttpResponse

BOM = "\ufeff"  # without it Excel reads Chinese as a code page
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class _Echo:
    """A file that hands back what is written to it, so that rows are sent as they come."""

    def write(self, line: str) -> str:
        return line


def plain(cells: Iterable[Any]) -> list[str]:
    """Cells as text of which none starts a formula."""
    texts = ["" if cell is None else str(cell) for cell in cells]
    return [f"'{text}" if text.startswith(FORMULA_STARTS) else text for text in texts]


def csv_lines(columns: Sequence[str], rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """The lines of a CSV file, the heading first."""
    writer = csv.writer(_Echo())
    yield BOM + writer.writerow(columns)
    for row in rows:
        yield writer.writerow(plain(row))


def csv_response(name: str, columns: Sequence[str], rows: Iterable[Iterable[Any]]) -> StreamingHttpResponse:
    """A download of any number of rows; `name` is the file's name in ASCII, without its ending."""
    response = StreamingHttpResponse(csv_lines(columns, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response
