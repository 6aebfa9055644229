"""What the limited child (office.limited.child) does with a workbook: sees what it is, looks at it, reads it.

Whatever a reader library does to the child — abort, loop, eat memory — ends there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from office.limited.archive import Archive
from office.sheets.kinds import check_kind, check_name, container, kind_of_zip
from office.sheets.limits import Limits
from office.sheets.refusals import Refusal
from office.sheets.sheet import Sheet, Workbook
from office.sheets.wire import pack, piece


def answer(task: dict[str, Any], data: bytes) -> bytes | Iterator[bytes]:
    """The workbook in `data`, packed for the wire; raises Refusal. `task`: the file's name, the limits, `pieces` for a
    workbook that is sent as it is read."""
    limits = Limits(**task["limits"])
    if task.get("pieces"):
        return pieces_of(data, task["name"], limits)
    return pack(read_file(data, task["name"], limits))


def pieces_of(data: bytes, name: str, limits: Limits) -> Iterator[bytes]:
    """The same in pieces, each with the number of its sheet; raises Refusal."""
    ending = check_name(name)
    if len(data) <= limits.file_bytes and container(data) == "zip":
        archive = _archive(data, ending, limits)
        if ending == "xlsx":
            from office.sheets.xlsx import parts_of_xlsx  # noqa: PLC0415

            yield from (piece(number, ending, sheet) for number, sheet in parts_of_xlsx(data, archive, limits))
            return
    book = read_file(data, name, limits)
    yield from (piece(number, book.kind, sheet) for number, sheet in enumerate(book.sheets))


def read_file(data: bytes, name: str, limits: Limits) -> Workbook:
    """The workbook in `data`; raises Refusal. Runs in this process: for the child alone."""
    ending = check_name(name)
    if len(data) > limits.file_bytes:
        raise too_big(len(data), limits)
    if container(data) == "ole":
        return _old(data, ending, limits)
    return Workbook(ending, _archived(ending, data, _archive(data, ending, limits), limits))


def _archive(data: bytes, ending: str, limits: Limits) -> Archive:
    """The archive, which is of the kind that the file's name says."""
    archive = Archive(data, limits)
    kind = kind_of_zip(archive.names, archive.read("mimetype"), archive.read("[Content_Types].xml"))
    check_kind(ending, kind)
    return archive


def too_big(size: int, limits: Limits) -> Refusal:
    """The refusal of a file above the limit; sizes in MB, rounded up so that they differ."""
    return Refusal("file_too_big", size=-(-size // 2**20), limit=limits.file_bytes // 2**20)


def _archived(kind: str, data: bytes, archive: Archive, limits: Limits) -> list[Sheet]:
    # Each library is loaded for its own format only: half of a small file's time is starting up.
    if kind == "xlsx":
        from office.sheets.xlsx import read_xlsx  # noqa: PLC0415

        return read_xlsx(data, archive, limits)
    from office.sheets.ods import read_ods  # noqa: PLC0415

    return read_ods(archive, limits)


def _old(data: bytes, ending: str, limits: Limits) -> Workbook:
    from office.sheets.xls import kind_of, read_xls  # noqa: PLC0415

    kind = kind_of(data)
    check_kind(ending, kind)
    return Workbook(kind, read_xls(data, limits))
