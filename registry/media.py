"""What a handed-in file is by its content, never by its name: PDF, OFD, JPEG or PNG that really opens."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import BinaryIO

from django.conf import settings

from accounts.errors import InputError
from office.files.kinds import SUFFIXES
from office.files.opening import check


@dataclass(frozen=True, slots=True)
class Media:
    """A checked file: its media type, the ending that belongs to it, size in bytes, SHA-256, and number of pages."""

    media_type: str
    suffix: str
    size: int
    sha256: bytes
    pages: int


def inspect(upload: BinaryIO, *, size: int) -> Media:
    """Check a file by content, in a limited child process; the upload stands at its start again.

    InputError (field `file`): empty, too large, of another kind, damaged, encrypted, hostile, or too much to open.
    """
    limit = settings.EVIDENCE_MAX_BYTES
    if size == 0:
        raise InputError("file_empty", "文件是空的，请重新选择。", field="file")
    if size > limit:
        raise InputError("file_too_large", f"文件超过{limit // 1024 // 1024}MB，请压缩后再上传。", field="file")
    upload.seek(0)
    data = upload.read()
    upload.seek(0)
    checked = check(data)
    return Media(checked.media_type, SUFFIXES[checked.media_type], size, hashlib.sha256(data).digest(), checked.pages)
