"""What a file is, by its first bytes."""

from __future__ import annotations

PDF, JPEG, PNG, OFD = "application/pdf", "image/jpeg", "image/png", "application/ofd"
SUFFIXES = {PDF: ".pdf", JPEG: ".jpg", PNG: ".png", OFD: ".ofd"}

_STARTS = {b"%PDF-": PDF, b"\xff\xd8\xff": JPEG, b"\x89PNG\r\n\x1a\n": PNG, b"PK\x03\x04": OFD}
_HEIC_BRANDS = (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1")
_UTF8_MARK = b"\xef\xbb\xbf"


def kind_of(data: bytes) -> str:
    """Media type of one of the four kinds, blank for anything else; any zip may yet be an OFD."""
    head = data[:16].removeprefix(_UTF8_MARK)
    return next((kind for start, kind in _STARTS.items() if head.startswith(start)), "")


def is_heic(data: bytes) -> bool:
    """Whether it is what an iPhone keeps its photographs in."""
    return data[4:8] == b"ftyp" and data[8:12] in _HEIC_BRANDS
