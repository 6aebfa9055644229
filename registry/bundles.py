"""A zip of certificates, looked at before anything is unpacked: small, flat, plain, and with names that can be read.

Windows writes Chinese names in GBK and says so nowhere; macOS puts everything in a folder and adds shadows of its own.
Everything that is not a file lying in the archive or in one folder of it is refused as a whole: nothing is repaired.
"""

from __future__ import annotations

import io
import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.errors import InputError
from accounts.personal import hide_personal

MIB = 1024 * 1024
MOST_FILES = 200
MOST_BYTES = 200 * MIB  # of the archive, and of all its files unpacked
MOST_RATIO = 100  # unpacked : packed, of any file above 1 MiB
_MOST_DIRECTORY = 256 * 1024  # bytes of the archive's own list: far more than 200 files and their folders need
_END, _END_SIZE, _LONGEST_COMMENT = b"PK\x05\x06", 22, 65_535
_ZIP64 = b"PK\x06\x07"
_UTF8, _ENCRYPTED = 0x800, 0x1 | 0x40 | 0x2000
_PLAIN_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_UNICODE_PATH = 0x7075  # Info-ZIP's and WinRAR's second name of an entry, in UTF-8
_LEFT_BY_SYSTEMS = {".ds_store", "thumbs.db", "desktop.ini"}
_NESTED = (".zip", ".rar", ".7z", ".tar", ".gz", ".tgz")
_HAN = re.compile(r"[\u3400-\u9fff]")
_OTHER_ARCHIVES = {b"Rar!": "RAR", b"7z\xbc\xaf": "7z", b"\x1f\x8b": "GZ"}


@dataclass(frozen=True, slots=True)
class Member:
    """One file of an archive: the path to show, the name alone, and where it is read from."""

    path: str
    name: str
    info: zipfile.ZipInfo


class Bundle:
    """An archive within the limits. InputError (field `bundle`) says what is wrong with it and where."""

    def __init__(self, source: BinaryIO, *, size: int) -> None:
        _check_size(source, size)
        try:
            source.seek(0)
            self._zip = zipfile.ZipFile(source)
        except (zipfile.BadZipFile, zipfile.LargeZipFile, ValueError, NotImplementedError, struct.error) as error:
            raise _refusal("bundle_damaged", "压缩包已损坏或不完整，无法打开，请重新压缩后上传。") from error
        self.members = _members(self._zip.infolist())

    def uploads(self) -> Iterator[tuple[Member, SimpleUploadedFile]]:
        """Each file unpacked, one after the other, as a browser would have handed it in."""
        for member in self.members:
            yield member, SimpleUploadedFile(member.name, self._unpacked(member))

    def _unpacked(self, member: Member) -> bytes:
        try:
            with self._zip.open(member.info) as file:
                data = file.read(member.info.file_size + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
            raise _damaged(member) from error
        if len(data) != member.info.file_size:
            raise _damaged(member)
        return data


def _check_size(source: BinaryIO, size: int) -> None:
    """What the archive says of its own list, before any library reads that list."""
    if size == 0:
        raise _refusal("bundle_empty", "文件是空的，请重新选择。")
    if size > MOST_BYTES:
        raise _refusal("bundle_too_big", f"压缩包超过{MOST_BYTES // MIB}MB，请分成几个上传。")
    source.seek(0)
    start = source.read(4)
    if other := next((name for magic, name in _OTHER_ARCHIVES.items() if start.startswith(magic)), ""):
        raise _refusal("bundle_type", f"这是{other}压缩包，请改用ZIP格式压缩后上传。")
    source.seek(max(size - _END_SIZE - _LONGEST_COMMENT, 0))
    tail = source.read()
    place = tail.rfind(_END)
    if place < 0 or len(tail) - place < _END_SIZE:
        if start == b"PK\x03\x04":
            raise _refusal("bundle_damaged", "压缩包不完整，请重新压缩后上传。")
        raise _refusal("bundle_type", "只接受ZIP压缩包（按文件内容判断，改扩展名无效）。")
    count, length = struct.unpack("<HL", tail[place + 10 : place + 16])
    if length > _MOST_DIRECTORY or tail[max(place - 20, 0) : place].startswith(_ZIP64) or count == 0xFFFF:
        raise _too_many()


def _members(infos: list[zipfile.ZipInfo]) -> list[Member]:
    found, seen, unpacked = [], set(), 0
    for info in infos:
        path = _path(info)
        parts = path.split("/")
        if parts[0].lower() == "__macosx":
            continue
        _check_path(path, parts)
        if info.is_dir() or path.endswith("/") or parts[-1].lower() in _LEFT_BY_SYSTEMS or parts[-1].startswith("._"):
            continue
        _check_entry(info, path)
        if path.casefold() in seen:
            raise _refusal("bundle_twice", f"压缩包中有两个“{hide_personal(path)}”，请改名后重新压缩。")
        seen.add(path.casefold())
        unpacked += info.file_size
        found.append(Member(path, parts[-1], info))
    if not found:
        raise _refusal("bundle_empty", "压缩包中没有文件。")
    if len(found) > MOST_FILES:
        raise _too_many()
    if unpacked > MOST_BYTES:
        raise _refusal("bundle_too_big", f"压缩包解压后超过{MOST_BYTES // MIB}MB，请分成几个上传。")
    return found


def _check_path(path: str, parts: list[str]) -> None:
    shown = hide_personal(path)[:80]
    if path.startswith("/") or re.match(r"[A-Za-z]:", path) or ".." in parts:
        raise _refusal("bundle_path", f"压缩包中的路径“{shown}”不合规范，不予读取。")
    if not all(letter.isprintable() or unicodedata.category(letter) == "Zs" for letter in path):
        raise _refusal("bundle_path", "压缩包中有文件名含看不见的字符，不予读取，请改名后重新压缩。")
    if len([part for part in parts if part]) > 2:
        raise _refusal("bundle_deep", f"“{shown}”在多层文件夹中，请把文件放在压缩包根目录或一层文件夹中。")


def _check_entry(info: zipfile.ZipInfo, path: str) -> None:
    shown = hide_personal(path)[:80]
    mode = info.external_attr >> 16
    if info.flag_bits & _ENCRYPTED:
        raise _refusal("bundle_encrypted", "压缩包设有密码，请取消密码后重新压缩。")
    if mode and stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        raise _refusal("bundle_link", f"“{shown}”是链接或特殊文件，不予读取。")
    if path.lower().endswith(_NESTED):
        raise _refusal("bundle_nested", f"压缩包中还有压缩包“{shown}”，请解开后把证书文件直接放入。")
    if info.compress_type not in _PLAIN_METHODS:
        raise _refusal("bundle_method", f"“{shown}”的压缩方式不支持，请用系统自带的ZIP压缩。")
    if info.file_size > MIB and info.file_size > MOST_RATIO * max(info.compress_size, 1):
        raise _refusal("bundle_ratio", f"“{shown}”的压缩比异常（超过{MOST_RATIO}倍），不予读取。")
    if info.file_size > MOST_BYTES:
        raise _refusal("bundle_too_big", f"“{shown}”解压后超过{MOST_BYTES // MIB}MB。")


def _path(info: zipfile.ZipInfo) -> str:
    """The name as its writer meant it, with slashes: by its mark, its second name or its bytes."""
    if info.flag_bits & _UTF8:
        return info.orig_filename.replace("\\", "/")
    raw = info.orig_filename.encode("cp437")
    text = _second_name(info.extra, raw) or _decoded(raw)
    if text is None:
        raise _refusal("bundle_names", "压缩包中有文件名无法辨认，请改名后用ZIP格式重新压缩。")
    return text.replace("\\", "/")


def _decoded(raw: bytes) -> str | None:
    """UTF-8 where that makes Chinese of it (macOS leaves the mark out); else GB18030, as Chinese Windows writes."""
    if raw.isascii():
        return raw.decode("ascii")
    for encoding in ("utf-8", "gb18030"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding == "gb18030" or _HAN.search(text):
            return text
    return None


def _second_name(extra: bytes, raw: bytes) -> str | None:
    place = io.BytesIO(extra)
    while len(head := place.read(4)) == 4:
        kind, length = struct.unpack("<HH", head)
        body = place.read(length)
        if kind == _UNICODE_PATH and len(body) > 5 and struct.unpack("<L", body[1:5])[0] == zlib.crc32(raw):
            try:
                return body[5:].decode("utf-8")
            except UnicodeDecodeError:
                return None
    return None


def _too_many() -> InputError:
    return _refusal("bundle_entries", f"压缩包中的文件超过{MOST_FILES}个，请分成几个上传。")


def _damaged(member: Member) -> InputError:
    return _refusal("bundle_damaged", f"压缩包中的“{hide_personal(member.path)}”已损坏，请重新压缩后上传。")


def _refusal(code: str, message: str) -> InputError:
    return InputError(code, message, field="bundle")
