"""`coming`: a workbook that can be worked on while the limited child still reads it, for files of many thousand rows.

Its sheets and rows are there as soon as somebody asks for them. What `read` would refuse at once may be refused here
when the rows come to it: InputError out of an iteration.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import overload

from office.limited.bounds import Bounds
from office.limited.refused import Refused
from office.sheets.limits import Limits
from office.sheets.reading import READER, as_input_error, check_size, configured
from office.sheets.refusals import Refusal
from office.sheets.sheet import Row, Sheet, Workbook
from office.sheets.wire import row_of, unpack_piece


@contextmanager
def coming(data: bytes, *, name: str, limits: Limits | None = None) -> Iterator[Workbook]:
    """The visible worksheets of a workbook, as `reading.read` gives them, while they come. InputError likewise."""
    limits = limits or configured()
    try:
        check_size(len(data), limits)
    except Refusal as refusal:
        raise as_input_error(refusal) from None
    task = {"name": name, "limits": limits.as_dict(), "pieces": True}
    bounds = Bounds(memory_bytes=limits.memory_bytes, cpu_seconds=limits.cpu_seconds, wall_seconds=limits.wall_seconds)
    with closing(READER.pieces(task, data, bounds)) as pieces:
        yield assembled(pieces)


def assembled(pieces: Iterator[bytes]) -> Workbook:
    """The workbook that comes in these pieces."""
    source = _Source(pieces)
    source.more()
    return Workbook(source.kind, _Sheets(source))


class _Source:
    """Takes the pieces as they come; `sheets` and `rows` grow."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self.kind = ""
        self.sheets: list[Sheet] = []
        self.rows: list[_Rows] = []
        self.ended = False

    def more(self) -> bool:
        """Wait for one more piece; False when there is none. InputError when the file is refused."""
        try:
            packed = next(self._pieces, None)
        except Refused as refused:
            raise as_input_error(Refusal(refused.code, **refused.details)) from None
        if packed is None:
            self.ended = True
            return False
        number, part = unpack_piece(packed)
        self.kind = part.kind
        self._add(number, part.sheets[0])
        return True

    def _add(self, number: int, part: Sheet) -> None:
        if number == len(self.sheets):
            rows = _Rows(self, number)
            self.rows.append(rows)
            self.sheets.append(Sheet(part.name, rows, {}, part.refusal))
        elif part.refusal:  # some of its rows are under way: there is no other sheet to be tried any more
            raise as_input_error(part.refusal)
        flags = self.sheets[number].flags
        assert isinstance(flags, dict)  # noqa: S101 - made above
        flags.update(part.flags)
        self.rows[number].lines += part.rows.lines  # type: ignore[attr-defined]


class _Rows(Sequence[Row]):
    """The rows of one sheet, taken apart as they are asked for."""

    def __init__(self, source: _Source, number: int) -> None:
        self._source, self._number = source, number
        self.lines: list[str] = []

    def __iter__(self) -> Iterator[Row]:
        at = 0
        while at < len(self.lines) or self._more():
            upto = len(self.lines)
            yield from map(row_of, self.lines[at:upto])
            at = upto

    def __len__(self) -> int:
        while self._more():
            pass
        return len(self.lines)

    @overload
    def __getitem__(self, index: int) -> Row: ...

    @overload
    def __getitem__(self, index: slice) -> list[Row]: ...

    def __getitem__(self, index: int | slice) -> Row | list[Row]:
        upto = index.stop if isinstance(index, slice) else index + 1
        while (upto is None or upto <= 0 or upto > len(self.lines)) and self._more():
            pass
        if isinstance(index, slice):
            return [row_of(line) for line in self.lines[index]]
        return row_of(self.lines[index])

    def _more(self) -> bool:
        """Whether this sheet may still have rows, after waiting for a piece."""
        if self._source.ended or self._number + 1 < len(self._source.sheets):
            return False
        return self._source.more()


class _Sheets(Sequence[Sheet]):
    """The sheets, each there as soon as its first rows are."""

    def __init__(self, source: _Source) -> None:
        self._source = source

    def __bool__(self) -> bool:
        return bool(self._source.sheets) or self._source.more()

    def __len__(self) -> int:
        while not self._source.ended:
            self._source.more()
        return len(self._source.sheets)

    @overload
    def __getitem__(self, index: int) -> Sheet: ...

    @overload
    def __getitem__(self, index: slice) -> list[Sheet]: ...

    def __getitem__(self, index: int | slice) -> Sheet | list[Sheet]:
        if isinstance(index, slice) or index < 0:
            len(self)
        else:
            while index >= len(self._source.sheets) and self._source.more():
                pass
        return self._source.sheets[index]
