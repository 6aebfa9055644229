"""Files that people hand in, stored beside the rows that name them: a row never without its file, a file not for long
without its row.

The file is stored before its row and deleted when the row does not come to stand; one left by a crash or a lost
database between the two is taken away by `clean_up`.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import PurePath
from typing import BinaryIO, cast

import structlog
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import InterfaceError, OperationalError
from django.utils import timezone

from accounts.errors import InputError
from accounts.identity import check_id_number
from accounts.personal import HIDDEN, hide_personal
from registry.media import Media, inspect

log = structlog.get_logger(__name__)
STORAGE_FULL = "服务器暂时无法保存文件，请稍后再试；已填内容没有丢失。"
MOST_LETTERS = 150
_NUMBER = re.compile(r"(?<!\d)\d{17}[\dXxＸｘ](?!\d)")


@dataclass(frozen=True, slots=True)
class Stored:
    """A checked file in its place: path in the storage, the name to show, and what it is by content."""

    path: str
    name: str
    media: Media


@contextmanager
def stored(upload: UploadedFile[bytes], folder: str) -> Iterator[Stored]:
    """Check and store a file for the row written inside; when that fails, the file goes.

    Raises InputError (field `file`) for a file that is not acceptable, and when there is no room.
    """
    media = inspect(cast(BinaryIO, upload), size=upload.size or 0)
    path = _store(upload, media, folder)
    try:
        yield Stored(path, shown_name(upload.name or ""), media)
    except (OperationalError, InterfaceError):
        raise  # lost in the middle of COMMIT the row may stand all the same: the clean-up will know
    except Exception:
        discard(path)
        raise


def clean_up(folder: str, is_named: Callable[[str], bool], *, older_than: timedelta = timedelta(hours=24)) -> int:
    """Delete the folder's files that no row names; how many went. Young ones stay: their row may still come."""
    gone = 0
    limit = timezone.now() - older_than
    for name in _kept(folder):
        path = f"{folder}/{name}"
        with suppress(FileNotFoundError):  # taken away by its own command in the meantime
            if not is_named(path) and default_storage.get_modified_time(path) <= limit:
                default_storage.delete(path)
                gone += 1
    return gone


def discard(path: str) -> None:
    """Delete a file that no row names any more; one that cannot be deleted now is left to the clean-up."""
    try:
        default_storage.delete(path)
    except OSError as error:
        log.warning("file_not_deleted", path=path, error=str(error))


def shown_name(name: str) -> str:
    """A name to show beside the file: its last part, printable, short enough, ending kept; nobody's number in it."""
    plain = "".join(letter for letter in PurePath(name.replace("\\", "/")).name if letter.isprintable()) or "材料"
    plain = _NUMBER.sub(_hidden, hide_personal(plain))
    path = PurePath(plain)
    if len(plain) <= MOST_LETTERS:
        return plain
    return path.stem[: MOST_LETTERS - len(path.suffix[:10])] + path.suffix[:10]


def _kept(folder: str) -> list[str]:
    try:
        return default_storage.listdir(folder)[1]
    except FileNotFoundError:  # nothing was ever stored; a bucket knows no folders
        return []


def _hidden(number: re.Match[str]) -> str:
    """An ID number behind a hyphen (2021-3309…), which other texts take for part of a code."""
    try:
        check_id_number(number[0])
    except InputError:
        return number[0]
    return HIDDEN


def _store(upload: UploadedFile[bytes], media: Media, folder: str) -> str:
    path = f"{folder}/{uuid.uuid4().hex}{media.suffix}"
    try:
        return default_storage.save(path, upload)
    except OSError as error:
        discard(path)  # what fitted on a full disk would only keep it full
        log.warning("file_not_stored", error=str(error))
        raise InputError("storage_full", STORAGE_FULL, field="file") from error
