"""The file of an import, sealed: it holds the ID numbers of thousands, and is needed only until it has been checked."""

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
from office.sheets.kinds import check_name, container
from office.sheets.limits import Limits
from office.sheets.reading import as_input_error
from office.sheets.refusals import Refusal
from registry.commands.files import STORAGE_FULL, clean_up, shown_name
from registry.models import PlatformImport

FOLDER = "platform"
_AAD = "registry.platformimport.file"


@dataclass(frozen=True, slots=True)
class SealedFile:
    """A file in its place: path in the storage, name to show, SHA-256, size, and the key it is sealed with."""

    path: str
    name: str
    sha256: bytes
    size: int
    data_key: bytes


def limits() -> Limits:
    """How large a platform's file may be, and what reading it may cost."""
    return Limits(**settings.PLATFORM_LIMITS)


def look_at(upload: UploadedFile[bytes]) -> bytes:
    """The file's bytes. InputError (field `file`) for what is no workbook by size, name or first bytes."""
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
    return data


@contextmanager
def kept(data: bytes, name: str) -> Iterator[SealedFile]:
    """Seal and store a file for the row written inside; when that fails, the file goes. InputError without room."""
    key = new_data_key()
    path = _store(seal_bytes(key, data, _AAD))
    try:
        yield SealedFile(path, shown_name(name), hashlib.sha256(data).digest(), len(data), key)
    except (OperationalError, InterfaceError):
        raise  # lost in the middle of COMMIT the row may stand all the same: the clean-up will know
    except Exception:
        default_storage.delete(path)
        raise


def opened(row: PlatformImport) -> bytes:
    """The file as it was handed in."""
    with default_storage.open(row.file) as file:
        return unseal_bytes(bytes(row.data_key), file.read(), _AAD)


def forget(row: PlatformImport) -> None:
    """Let the file go with its key, once the transaction stands; the caller saves the row."""
    path = row.file
    if path:
        transaction.on_commit(lambda: default_storage.delete(path))
    row.file, row.data_key = "", b""


def platform_files_clean_up(*, older_than: timedelta = timedelta(hours=24)) -> int:
    """Delete stored files that no import names (left by a crash between file and row). How many went."""
    return clean_up(FOLDER, lambda path: PlatformImport.objects.filter(file=path).exists(), older_than=older_than)


def _store(blob: bytes) -> str:
    path = f"{FOLDER}/{uuid.uuid4().hex}.sealed"
    try:
        return default_storage.save(path, ContentFile(blob))
    except OSError as error:
        with suppress(OSError):
            default_storage.delete(path)
        raise InputError("storage_full", STORAGE_FULL, field="file") from error
