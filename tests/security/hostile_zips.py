"""Zip files as attackers and careless people make them: name → how it is made, and the code it is refused by."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
from collections.abc import Callable

from tests.registry.groups import zip_of
from tests.registry.people import png

PNG = png(1)


def _entry(name: str, data: bytes = PNG, **fields: int) -> bytes:
    """An archive with one entry whose header says whatever it is told."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        info = zipfile.ZipInfo(name)
        info.compress_type = fields.pop("method", zipfile.ZIP_DEFLATED)
        for field, value in fields.items():
            setattr(info, field, value)
        archive.writestr(info, data)
    return out.getvalue()


def _flagged(flag: int) -> bytes:
    """An archive whose one entry claims this flag in both of its headers."""
    data = bytearray(_entry("a.png"))
    for magic, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = data.index(magic) + place
        (old,) = struct.unpack("<H", data[start : start + 2])
        data[start : start + 2] = struct.pack("<H", old | flag)
    return bytes(data)


def _twice() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("甲.png", PNG)
        with zipfile.ZipFile(io.BytesIO(), "w"):
            archive.NameToInfo.clear()
        archive.writestr("甲.PNG", PNG)
    return out.getvalue()


def _counted(count: int, length: int | None = None) -> bytes:
    """An archive whose end claims so many entries, or so long a list of them."""
    data = bytearray(_entry("a.png"))
    place = data.rindex(b"PK\x05\x06") + 10
    data[place : place + 2] = struct.pack("<H", count)
    if length is not None:
        data[place + 2 : place + 6] = struct.pack("<L", length)
    return bytes(data)


def _with_zip64() -> bytes:
    data = _entry("a.png")
    place = data.rindex(b"PK\x05\x06")
    return data[:place] + b"PK\x06\x07" + bytes(16) + data[place:]


def _broken_contents() -> bytes:
    data = bytearray(zip_of({"甲.png": PNG}, method=zipfile.ZIP_STORED))
    place = data.index(PNG) + len(PNG) // 2
    data[place] ^= 0xFF
    return bytes(data)


def _lying_size() -> bytes:
    """Says that its one file has a byte, and unpacks to a mebibyte."""
    data = bytearray(zip_of({"甲.png": bytes(1024 * 1024)}))
    place = data.index(b"PK\x01\x02") + 24
    data[place : place + 4] = struct.pack("<L", 1)
    return bytes(data)


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "bundle_empty"),
    "no files": (lambda: zip_of({}), "bundle_empty"),
    "folders alone": (lambda: zip_of({"证书/": b""}), "bundle_empty"),
    "what a Mac leaves alone": (lambda: zip_of({"__MACOSX/._甲.png": b"x", ".DS_Store": b"x"}), "bundle_empty"),
    "a picture": (lambda: PNG, "bundle_type"),
    "text": ("张三".encode, "bundle_type"),
    "rar": (lambda: b"Rar!\x1a\x07\x01\x00" + bytes(60), "bundle_type"),
    "7z": (lambda: b"7z\xbc\xaf\x27\x1c" + bytes(60), "bundle_type"),
    "gz": (lambda: b"\x1f\x8b\x08" + bytes(60), "bundle_type"),
    "cut off": (lambda: zip_of({"甲.png": PNG})[:60], "bundle_damaged"),
    "its end alone": (lambda: b"PK\x05\x06" + struct.pack("<HHHHLLH", 0, 0, 9, 9, 90, 90, 0), "bundle_damaged"),
    "a list of noise": (lambda: zip_of({"甲.png": PNG}).replace(b"PK\x01\x02", b"PK\x09\x09"), "bundle_damaged"),
    "contents that were changed": (_broken_contents, "bundle_damaged"),
    "a size that is a lie": (_lying_size, "bundle_damaged"),
    "absolute path": (lambda: _entry("/etc/甲.png"), "bundle_path"),
    "absolute path of Windows": (lambda: _entry("C:\\甲.png"), "bundle_path"),
    "share of Windows": (lambda: _entry("\\\\server\\甲.png"), "bundle_path"),
    "a way out": (lambda: _entry("../甲.png"), "bundle_path"),
    "a way out by backslashes": (lambda: _entry("..\\甲.png"), "bundle_path"),
    "a way out of a folder": (lambda: _entry("a/../../甲.png"), "bundle_path"),
    "a NUL in the name": (lambda: _entry("甲.png").replace("甲.png".encode(), b"a\x00b.png"), "bundle_path"),
    "a line break in the name": (lambda: _entry("甲\n乙.png"), "bundle_path"),
    "a turned name": (lambda: _entry("甲\u202egnp.exe"), "bundle_path"),
    "folders in folders": (lambda: _entry("证书/一班/甲.png"), "bundle_deep"),
    "a link": (lambda: _entry("甲.png", b"/etc/passwd", external_attr=(stat.S_IFLNK | 0o777) << 16), "bundle_link"),
    "a device": (lambda: _entry("甲.png", b"", external_attr=(stat.S_IFCHR | 0o777) << 16), "bundle_link"),
    "encrypted": (lambda: _flagged(0x1), "bundle_encrypted"),
    "strongly encrypted": (lambda: _flagged(0x41), "bundle_encrypted"),
    "a zip in it": (lambda: zip_of({"甲.zip": zip_of({"甲.png": PNG})}), "bundle_nested"),
    "a rar in it": (lambda: zip_of({"甲.RAR": b"Rar!"}), "bundle_nested"),
    "a zip in it called a picture": (lambda: zip_of({"甲.png": zip_of({"甲.png": PNG})}), "bundle_files"),
    "no picture": (lambda: zip_of({"甲.png": b"MZ\x90"}), "bundle_files"),
    "an empty file": (lambda: zip_of({"甲.png": b""}), "bundle_files"),
    "packed by LZMA": (lambda: _entry("甲.png", method=zipfile.ZIP_LZMA), "bundle_method"),
    "packed by bzip2": (lambda: _entry("甲.png", method=zipfile.ZIP_BZIP2), "bundle_method"),
    "a bomb": (lambda: zip_of({"甲.png": bytes(8 * 1024 * 1024)}), "bundle_ratio"),
    "one name twice": (_twice, "bundle_twice"),
    "201 files": (lambda: zip_of({f"{number}.png": b"x" for number in range(201)}), "bundle_entries"),
    "65,535 files by its end": (lambda: _counted(0xFFFF), "bundle_entries"),
    "a list of 200 MB by its end": (lambda: _counted(1, 200 * 1024 * 1024), "bundle_entries"),
    "zip64": (_with_zip64, "bundle_entries"),
    "a name in no encoding": (lambda: zip_of({"ab.png": PNG}).replace(b"ab.png", b"\xff\xff.png"), "bundle_names"),
}
