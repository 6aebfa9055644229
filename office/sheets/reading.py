"""`read`: the parent's side. It asks the limited child and says in Chinese what went wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings

from accounts.errors import InputError
from office.limited.asking import Reader
from office.limited.bounds import Bounds
from office.limited.refused import Refused
from office.sheets.limits import Limits
from office.sheets.refusals import Refusal
from office.sheets.sheet import Workbook
from office.sheets.wire import unpack

# No child is kept for the next workbook: it may hold hundreds of megabytes of this one.
READER = Reader("office.sheets.child")


def read(source: bytes | Path, *, name: str, limits: Limits | None = None) -> Workbook:
    """The visible worksheets of a workbook; `name` is the file's name as its sender calls it.

    Raises InputError with field "file" and one of the codes of refusals.py. Safe to call from threads and workers: the
    child is a fresh interpreter, nothing is forked.
    """
    limits = limits or configured()
    try:
        return _answer(source, name, limits)
    except Refusal as refusal:
        raise as_input_error(refusal) from None


def configured() -> Limits:
    """The limits of this installation."""
    return Limits(**settings.SHEETS_LIMITS)


def as_input_error(refusal: Refusal) -> InputError:
    """A refusal as every door of the portal knows it."""
    return InputError(refusal.code, refusal.message, field="file")


def _answer(source: bytes | Path, name: str, limits: Limits) -> Workbook:
    check_size(len(source) if isinstance(source, bytes) else source.stat().st_size, limits)
    data = source if isinstance(source, bytes) else source.read_bytes()
    return unpack(asked(READER, {"name": name, "limits": limits.as_dict()}, data, limits))


def check_size(size: int, limits: Limits) -> None:
    """Refuses a file that is empty or too big before anybody opens it."""
    if size == 0:
        raise Refusal("file_empty")
    if size > limits.file_bytes:
        raise Refusal("file_too_big", size=-(-size // 2**20), limit=limits.file_bytes // 2**20)


def asked(reader: Reader, task: dict[str, Any], data: bytes, limits: Limits) -> bytes:
    """What a limited child says of a workbook; raises Refusal."""
    bounds = Bounds(memory_bytes=limits.memory_bytes, cpu_seconds=limits.cpu_seconds, wall_seconds=limits.wall_seconds)
    try:
        return reader.ask(task, data, bounds)
    except Refused as refused:
        raise Refusal(refused.code, **refused.details) from None
