"""Files as people and attackers hand them in, made here byte by byte: none is stored in the repository."""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib
from functools import cache
from typing import Any

import pikepdf
from PIL import Image

PNG_START = b"\x89PNG\r\n\x1a\n"


def image(kind: str = "PNG", mode: str = "RGB", size: tuple[int, int] = (40, 30), **options: Any) -> bytes:
    """A noisy picture, so that its data is longer than its headers; the same noise each time."""
    out = io.BytesIO()
    noise = random.Random(7).randbytes(size[0] * size[1])
    picture = Image.frombytes("L", size, noise).convert(mode)
    picture.save(out, kind, **options)
    return out.getvalue()


def pdf(pages: int = 1, **options: Any) -> bytes:
    """A PDF of blank pages."""
    out = io.BytesIO()
    with pikepdf.new() as document:
        for _ in range(pages):
            document.add_blank_page()
        document.save(out, deterministic_id="encryption" not in options, **options)
    return out.getvalue()


def locked_pdf(user: str) -> bytes:
    """A PDF that asks for a password (or, with an empty one, only restricts printing)."""
    return pdf(encryption=pikepdf.Encryption(user=user, owner="owner"))


def pdf_with_pages(pages: bytes, *objects: bytes) -> bytes:
    """A hand-written PDF with this dictionary as the root of its pages."""
    return b"\n".join(
        [b"%PDF-1.4", b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj", b"2 0 obj<<" + pages + b">>endobj", *objects]
        + [b"trailer<</Root 1 0 R/Size 9>>", b"%%EOF"]
    )


PAGE = b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj"


def packed_pdf(packed: bytes, filters: bytes) -> bytes:
    """A PDF whose catalogue and pages lie in an object stream packed like this."""
    first = len(b"1 0 2 45 3 100 ")
    body = b"%PDF-1.5\n"
    place_5 = len(body)
    body += b"5 0 obj<</Type/ObjStm/N 3/First %d/Filter%s/Length %d>>stream\n" % (first, filters, len(packed))
    body += packed + b"\nendstream endobj\n"
    place_4 = len(body)
    rows = [(0, 0, 0), (2, 5, 0), (2, 5, 1), (2, 5, 2), (1, place_4, 0), (1, place_5, 0)]
    table = b"".join(bytes([kind]) + place.to_bytes(4, "big") + bytes([index]) for kind, place, index in rows)
    body += b"4 0 obj<</Type/XRef/Size 6/W[1 4 1]/Root 1 0 R/Length %d>>stream\n" % len(table)
    return body + table + b"\nendstream endobj\nstartxref\n%d\n%%%%EOF" % place_4


def objects(padding: int = 0) -> bytes:
    """Catalogue, pages and one page as an object stream holds them, followed by so many spaces."""
    catalogue = b"<</Type/Catalog/Pages 2 0 R>>".ljust(45) + b"<</Type/Pages/Kids[3 0 R]/Count 1>>".ljust(55)
    return b"1 0 2 45 3 100 " + catalogue + b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>" + b" " * padding


def deflated(data: bytes, times: int = 1) -> bytes:
    """The data packed again and again."""
    for _ in range(times):
        data = zlib.compress(data, 9)
    return data


def png(width: int, height: int, data: bytes = b"", *chunks: tuple[bytes, bytes]) -> bytes:
    """A PNG by its parts: what it claims to be, what else it carries, and the packed rows."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = [(b"IHDR", header), *chunks, (b"IDAT", data), (b"IEND", b"")]
    return PNG_START + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in parts
    )


@cache
def huge_png(width: int, height: int) -> bytes:
    """A black picture of so many pixels, packed to a thousandth."""
    packer = zlib.compressobj(1)
    row = bytes(width + 1)
    return png(width, height, b"".join(packer.compress(row) for _ in range(height)) + packer.flush())


def zipped(**files: bytes) -> bytes:
    """A zip archive, as Office documents and OFD files are."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "/"), data)
    return out.getvalue()


def lzw_spaces(before: bytes, cycles: int) -> bytes:
    """At most 250 bytes, then so many times 7.4 MB of spaces, as LZW packs them: about 5.4 KB each."""
    bits, width, out = 256, 9, bytearray()
    for code, size in [*((byte, 9) for byte in before), (256, 9), *_lzw_cycle() * cycles, (257, 12)]:
        bits, width = bits << size | code, width + size
        while width >= 8:
            width -= 8
            out.append(bits >> width)
            bits &= (1 << width) - 1
    return bytes(out) + bytes([bits << 8 - width])


@cache
def _lzw_cycle() -> list[tuple[int, int]]:
    """Codes and their widths: a space, ever longer runs of spaces until the table is full, and "forget the table"."""
    runs = [(code, 9 if code < 511 else 10 if code < 1023 else 11 if code < 2047 else 12) for code in range(258, 4094)]
    return [(32, 9), *runs, (256, 12)]
