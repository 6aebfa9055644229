"""A look at an archive (.xlsx, .ods, OFD) before anything is unpacked, and the only way its parts are read."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from typing import Protocol

from office.limited.refused import Refused

_MIB = 1024 * 1024
_ENCODING = re.compile(rb"""^<\?xml[^>]*\bencoding\s*=\s*["']([^"']+)["']""")
_UTF8 = (b"utf-8", b"utf8", b"us-ascii", b"ascii")
_MARK = b"\xef\xbb\xbf"


class ArchiveLimits(Protocol):
    """How much an archive may hold: parts, bytes unpacked, and unpacked : packed of any part above 1 MiB."""

    @property
    def entries(self) -> int:
        """Parts."""

    @property
    def unpacked_bytes(self) -> int:
        """Bytes of all parts together."""

    @property
    def ratio(self) -> int:
        """Unpacked : packed."""


class Archive:
    """An archive within the limits. Each part read is unpacked whole, so that its checksum is checked, too.

    Raises Refused: `file_damaged`, `file_encrypted`, `file_hostile` (XML), `archive_entries`, `archive_names`,
    `archive_unpacked`, `archive_ratio`.
    """

    def __init__(self, data: bytes, limits: ArchiveLimits) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, zipfile.LargeZipFile, ValueError, NotImplementedError) as error:
            raise Refused("file_damaged") from error
        self._parts = self._zip.infolist()
        _check(self._parts, limits)
        self.names = [part.filename for part in self._parts]
        self._by_name = {_plain(part.filename): part for part in self._parts}

    def read(self, name: str) -> bytes:
        """A part as it is, whatever the case and the slashes of its name; blank when there is none."""
        part = self._by_name.get(_plain(name))
        if part is None:
            return b""
        try:
            return self._zip.read(part)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
            raise Refused("file_damaged") from error

    def xml(self, name: str) -> bytes:
        """A part that is XML: UTF-8, without DTD and entities of its own."""
        return checked_xml(self.read(name))


def checked_xml(text: bytes) -> bytes:
    """Refuses what no office program writes and what every attack by XML needs."""
    head = text[:1024].removeprefix(_MARK)
    encoding = _ENCODING.match(head)
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in head:
        raise Refused("file_hostile")
    if (encoding and encoding[1].lower() not in _UTF8) or (b"!" in text and b"<!DOCTYPE" in text):
        raise Refused("file_hostile")
    return text


def _check(parts: list[zipfile.ZipInfo], limits: ArchiveLimits) -> None:
    if len(parts) > limits.entries:
        raise Refused("archive_entries", count=len(parts), limit=limits.entries)
    names = {_plain(part.filename) for part in parts}
    if len(names) != len(parts) or any(name.startswith("/") or ".." in name.split("/") for name in names):
        raise Refused("archive_names")
    if any(part.flag_bits & 1 for part in parts):
        raise Refused("file_encrypted")
    unpacked = sum(part.file_size for part in parts)
    if unpacked > limits.unpacked_bytes:
        raise Refused("archive_unpacked", size=unpacked // _MIB, limit=limits.unpacked_bytes // _MIB)
    for part in parts:
        if part.file_size > _MIB and part.file_size > limits.ratio * max(part.compress_size, 1):
            raise Refused("archive_ratio", limit=limits.ratio)


def _plain(name: str) -> str:
    """Old libraries of Windows write backslashes, and capitals of their own choice."""
    return name.replace("\\", "/").lower()
