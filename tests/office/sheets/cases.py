"""What a case of the tables is: a file, and either the code it is refused with or the rows it is read as."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from office.sheets.limits import Limits

Rows = Mapping[int, Sequence[str]]


@dataclass(frozen=True)
class Case:
    """One file. `sheets` when more than the first sheet matters; flags by the name of the cell."""

    name: str
    file: str
    data: Callable[[], bytes]
    code: str = ""
    rows: Rows = field(default_factory=dict)
    flags: Mapping[str, str] = field(default_factory=dict)
    sheets: Mapping[str, Rows] | None = None
    limits: Limits = Limits()

    def __str__(self) -> str:
        return self.name


def refused(code: str, name: str, file: str, data: Callable[[], bytes] | bytes, limits: Limits | None = None) -> Case:
    """A file that is refused."""
    return Case(name, file, _lazy(data), code, limits=limits or Limits())


def read_as(
    name: str,
    file: str,
    data: Callable[[], bytes] | bytes,
    rows: Rows | None = None,
    flags: Mapping[str, str] | None = None,
    sheets: Mapping[str, Rows] | None = None,
) -> Case:
    """A file that is read."""
    return Case(name, file, _lazy(data), rows=rows or {}, flags=flags or {}, sheets=sheets)


def _lazy(data: Callable[[], bytes] | bytes) -> Callable[[], bytes]:
    return (lambda: data) if isinstance(data, bytes) else data
