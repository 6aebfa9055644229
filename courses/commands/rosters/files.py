"""The workbook of a roster, sealed with the roster's data key: it holds the ID numbers of everybody on it."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import InterfaceError, OperationalError, transaction

from accounts.crypto import new_data_key, seal_bytes, unseal_bytes
from accounts.errors import InputError
from courses.models import Roster
from office.sheets.kinds import check_name, container
from office.sheets.limits import Limits
from office.sheets.reading import as_input_error
from office.sheets.refusals import Refusal
from registry.commands.files import STORAGE_FULL, clean_up, shown_name

FOLDER = "rosters"
_AAD = "courses.roster.file"


@dataclass(frozen=True, slots=True)
class Workbook:
    """A file that looks like a workbook: its bytes, the name to show, and its fingerprint."""

    data: bytes
    name: str
    sha256: bytes


def limits() -> Limits:
    """How large a roster's workbook may be, and what reading it may cost."""
    return Limits(**settings.ROSTER_LIMITS)


def look_at(upload: UploadedFile[bytes]) -> Workbook:
    """The file. InputError (field `file`) for what is no workbook by size, name or first bytes."""
    most = limits().file_bytes
    size = upload.size or 0
    try:
        check_name(upload.name or "")
        if size > most:
            raise Refusal("file_too_big", size=-(-size // 2**20), limit=most // 2**20)
        upload.seek(0)
        data = bytes(upload.read())
        container(data)
    except Refusal as refusal:
        raise as_input_error(refusal) from None
    return Workbook(data, shown_name(upload.name or ""), hashlib.sha256(data).digest())


@contextmanager
def kept(roster: Roster, book: Workbook) -> Iterator[None]:
    """Seal and store the workbook as the roster's; the caller saves the row inside, in its transaction.

    The file before goes once the transaction stands, the new one when it does not. InputError (`storage_full`).
    """
    if not roster.data_key:
        roster.data_key = new_data_key()
    path = _store(seal_bytes(bytes(roster.data_key), book.data, _AAD))
    before = roster.file.name
    roster.file.name, roster.file_name, roster.file_sha256 = path, book.name, book.sha256
    try:
        yield
    except (OperationalError, InterfaceError):
        raise  # lost in the middle of COMMIT the row may stand all the same: the clean-up will know
    except Exception:
        default_storage.delete(path)
        raise
    if before:
        transaction.on_commit(lambda: default_storage.delete(before))


def opened(roster: Roster) -> bytes:
    """The workbook as it was handed over."""
    with default_storage.open(str(roster.file.name)) as file:
        return unseal_bytes(bytes(roster.data_key), file.read(), _AAD)


def roster_files_clean_up(*, older_than: timedelta = timedelta(hours=24)) -> int:
    """Delete stored workbooks that no roster names (left by a crash between file and row). How many went."""
    return clean_up(FOLDER, lambda path: Roster.objects.filter(file=path).exists(), older_than=older_than)


def _store(blob: bytes) -> str:
    path = f"{FOLDER}/{uuid.uuid4().hex}.sealed"
    try:
        return default_storage.save(path, ContentFile(blob))
    except OSError as error:
        with suppress(OSError):
            default_storage.delete(path)
        raise InputError("storage_full", STORAGE_FULL, field="file") from error
