"""The job of a file that came in: read it, find out how, check every row, stage the rows for the office to look at."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import transaction
from django.utils import timezone

from accounts.errors import InputError
from office.audit.commands import record
from office.sheets.header import Header
from office.sheets.reading import read
from office.sheets.sheet import Workbook
from registry.commands.platforms import files
from registry.commands.platforms.check import Checking, check
from registry.commands.platforms.columns import (
    Reading,
    guessed,
    header_by,
    headings_of,
    profile_for,
    suggestion,
)
from registry.commands.platforms.rules import Rules
from registry.commands.platforms.staging import stage
from registry.models import ImportProfile, PlatformImport
from registry.platform_states import ImportState, move_import

Progress = Callable[[int, int, str], None]
BEFORE_CHECK = (ImportState.READING, ImportState.CHECKING)
STEPS = 2


def import_check(*, pk: int, progress: Progress) -> PlatformImport:
    """Read and check an import's file. May be run again after any crash: what it writes, it writes at once."""
    row = PlatformImport.objects.select_related("profile", "created_by").get(pk=pk)
    if row.state not in BEFORE_CHECK:  # given up, or done by an attempt that was thought lost
        return row
    try:
        progress(0, STEPS, "正在读取文件")
        book = read(files.opened(row), name=row.name, limits=files.limits())
        header, profile = _header(row, book)
        if header is None:
            return row
        progress(1, STEPS, "正在核对每一行")
        reading = Reading.of(profile)
        with _uncollected():
            checking = check(header, Rules(row.platform, reading), row.created_by)
            return _checked(row, checking, reading)
    except InputError as error:
        return _unreadable(row, error.message)


@contextmanager
def _uncollected() -> Iterator[None]:
    """No garbage collection while tens of thousands of rows stand in memory: it took half as long as checking them."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def _header(row: PlatformImport, book: Workbook) -> tuple[Header | None, ImportProfile]:
    """The header as the import's profile names it, or a kept profile that fits; else the office is asked."""
    problem = ""
    if row.profile is not None:
        try:
            return header_by(book, row.profile.columns), row.profile
        except InputError as error:
            problem = error.message
    header = guessed(book)
    headings = headings_of(header)
    profile = None if problem else profile_for(row.platform, headings)
    if profile is not None:
        row.profile, row.headings = profile, headings
        return header_by(book, profile.columns), profile
    _ask_for_columns(row, header, headings, problem)
    return None, ImportProfile()


@transaction.atomic
def _ask_for_columns(row: PlatformImport, header: Header, headings: list[str], problem: str) -> None:
    locked = _locked(row, ImportState.UNMAPPED)
    if locked is not None:
        locked.headings, locked.guess, locked.problem = headings, suggestion(header), problem[:500]
        locked.save()


@transaction.atomic
def _checked(row: PlatformImport, checking: Checking, reading: Reading) -> PlatformImport:
    """Stage the rows and say how many there are of which kind, all at once."""
    locked = _locked(row, ImportState.CHECKING)
    if locked is None:
        return row
    stage(locked, checking.rows(), reading.columns)
    counts = checking.counts()
    move_import(locked, ImportState.READY if counts["ready"] + counts["warned"] else ImportState.IN_ERROR)
    locked.profile, locked.counts, locked.basis, locked.problem = row.profile, counts, checking.basis, ""
    locked.headings, locked.checked_at = row.headings, timezone.now()
    locked.save()
    record(actor=None, action="platform_import.checked", obj=locked, after=locked.state, rows=counts["rows"])
    return locked


@transaction.atomic
def _unreadable(row: PlatformImport, why: str) -> PlatformImport:
    """A file that cannot be read, or not as the columns were explained: the reason stays, the file goes."""
    locked = _locked(row, ImportState.UNREADABLE)
    if locked is None:
        return row
    locked.problem, locked.finished_at = why[:500], timezone.now()
    files.forget(locked)
    locked.save()
    record(actor=None, action="platform_import.unreadable", obj=locked, after=locked.state)
    return locked


def _locked(row: PlatformImport, to: ImportState) -> PlatformImport | None:
    """The row, locked and moved on to `to`; None when somebody gave the import up meanwhile."""
    locked = PlatformImport.objects.select_for_update().get(pk=row.pk)
    if locked.state not in BEFORE_CHECK:
        return None
    if locked.state != to:
        move_import(locked, to)
    return locked
