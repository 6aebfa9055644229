"""What is taken as evidence, by content alone: good and bad files (`quality.md`, Security 5); OFD in test_ofd."""

from __future__ import annotations

import io
import logging
import random
from collections.abc import Callable

import pytest

from accounts.errors import InputError
from office.files import child
from office.files.kinds import SUFFIXES
from office.files.limits import FileLimits
from office.files.refusals import sentence
from office.limited.refused import Refused
from registry import media
from tests.registry import files
from tests.registry.files import PAGE, image, pdf

PNG, JPEG, PDF = "image/png", "image/jpeg", "application/pdf"
MIB = 1024 * 1024
HTML = b"<!DOCTYPE html><html><script>alert(document.cookie)</script></html>"

GOOD: dict[str, tuple[str, Callable[[], bytes]]] = {
    "png": (PNG, image),
    "png with a palette": (PNG, lambda: image(mode="P")),
    "png with transparency": (PNG, lambda: image(mode="LA")),
    "png of one pixel": (PNG, lambda: image(size=(1, 1))),
    "png of the largest size": (PNG, lambda: files.huge_png(10_000, 10_000)),
    "png with html behind it": (PNG, lambda: image() + HTML),
    "jpeg": (JPEG, lambda: image("JPEG")),
    "jpeg, progressive": (JPEG, lambda: image("JPEG", progressive=True)),
    "jpeg in the colours of print": (JPEG, lambda: image("JPEG", mode="CMYK")),
    "jpeg of a phone, two pictures in one": (JPEG, lambda: image("MPO", save_all=True)),
    "jpeg with html behind it": (JPEG, lambda: image("JPEG") + HTML),
    "pdf": (PDF, pdf),
    "pdf of many pages": (PDF, lambda: pdf(200)),
    "pdf for the web": (PDF, lambda: pdf(linearize=True)),
    "pdf, packed": (PDF, lambda: files.packed_pdf(files.deflated(files.objects()), b"/FlateDecode")),
    "pdf that may not be printed": (PDF, lambda: files.locked_pdf("")),
    "pdf that counts its pages wrongly": (PDF, lambda: files.pdf_with_pages(b"/Type/Pages/Kids[3 0 R]/Count 9", PAGE)),
    "pdf with a line feed too many": (PDF, lambda: pdf() + b"\r\n\r\n"),
}

TYPE, DAMAGED, PIXELS = "file_type", "file_damaged", "image_too_large"
BAD: dict[str, tuple[str, Callable[[], bytes]]] = {
    "nothing": ("file_empty", lambda: b""),
    "one NUL": (TYPE, lambda: b"\0"),
    "text": (TYPE, "成绩合格".encode),
    "html": (TYPE, lambda: HTML),
    "html with a pdf behind it": (TYPE, lambda: HTML + pdf()),
    "html with a jpeg behind it": (TYPE, lambda: HTML + image("JPEG")),
    "svg": (TYPE, lambda: b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
    "xml": (TYPE, lambda: b'<?xml version="1.0"?><!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>'),
    "exe": (TYPE, lambda: b"MZ\x90\0" + b"\0" * 60 + b"PE\0\0"),
    "exe with a pdf behind it": (TYPE, lambda: b"MZ\x90\0" + pdf()),
    "elf": (TYPE, lambda: b"\x7fELF\x02\x01\x01" + b"\0" * 57),
    "shell script": (TYPE, lambda: b"#!/bin/sh\nrm -rf /\n"),
    "zip": (TYPE, lambda: files.zipped(a=b"1")),
    "docx": (TYPE, lambda: files.zipped(**{"[Content_Types].xml": b"<Types/>", "word__document.xml": b"<w/>"})),
    "ofd": (DAMAGED, lambda: files.zipped(**{"OFD.xml": b"<ofd:OFD/>", "Doc_0__Document.xml": b"<ofd:Document/>"})),
    "rar": (TYPE, lambda: b"Rar!\x1a\x07\x01\0" + b"\0" * 30),
    "doc": (TYPE, lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504),
    "rtf": (TYPE, lambda: b"{\\rtf1\\ansi hours}"),
    "postscript": (TYPE, lambda: b"%!PS-Adobe-3.0\nshowpage\n"),
    "gif": (TYPE, lambda: image("GIF", mode="P")),
    "bmp": (TYPE, lambda: image("BMP")),
    "tiff": (TYPE, lambda: image("TIFF")),
    "webp": (TYPE, lambda: image("WEBP")),
    "heic": ("file_heic", lambda: b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 40),
    "avif": (TYPE, lambda: b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf" + b"\0" * 40),
    "mp4": (TYPE, lambda: b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + b"\0" * 40),
    "pdf behind a line of text": (TYPE, lambda: b"scan\n" + pdf()),
    "pdf: its first five letters": (DAMAGED, lambda: b"%PDF-"),
    "pdf: the header alone": (DAMAGED, lambda: b"%PDF-1.7\n%%EOF"),
    "pdf cut off at a third": (DAMAGED, lambda: pdf(3)[: len(pdf(3)) // 3]),
    "pdf cut off near the end": (DAMAGED, lambda: pdf(3)[:-30]),
    "pdf header before html": (DAMAGED, lambda: b"%PDF-1.4\n" + HTML),
    "pdf header before noise": (DAMAGED, lambda: b"%PDF-1.4\n" + random.Random(1).randbytes(MIB)),
    "pdf with a zip behind it": (DAMAGED, lambda: pdf() + files.zipped(a=b"x" * 4096)),
    "pdf with a password": ("file_encrypted", lambda: files.locked_pdf("secret")),
    "pdf without a page": (DAMAGED, lambda: files.pdf_with_pages(b"/Type/Pages/Kids[]/Count 0")),
    "pdf without a list of pages": (DAMAGED, lambda: files.pdf_with_pages(b"/Type/Pages/Count 1")),
    "pdf whose pages hold themselves": (DAMAGED, lambda: files.pdf_with_pages(b"/Type/Pages/Kids[2 0 R]/Count 1")),
    "pdf whose pages cannot be counted": (
        DAMAGED,
        lambda: files.pdf_with_pages(b"/Type/Pages/Kids[3 0 R 4 0 R 5 0 R 7]", PAGE, PAGE.replace(b"3", b"4", 1)),
    ),
    "pdf nested without end": (DAMAGED, lambda: files.pdf_with_pages(b"/Kids" + b"[" * MIB + b"]" * MIB)),
    "pdf of too many parts": (
        DAMAGED,
        lambda: files.pdf_with_pages(b"/Type/Pages/Count 1/Kids[" + b"3 0 R " * 250_000 + b"]", PAGE),
    ),
    "pdf that unfolds to 70 MB": (
        DAMAGED,
        lambda: files.packed_pdf(files.deflated(files.objects(70 * MIB)), b"/FlateDecode"),
    ),
    "pdf that unfolds twice": (
        DAMAGED,
        lambda: files.packed_pdf(files.deflated(files.objects(70 * MIB), 2), b"[/FlateDecode/FlateDecode]"),
    ),
    "pdf that unfolds by repeating": (
        DAMAGED,
        lambda: files.packed_pdf(bytes([129, 32]) * MIB, b"/RunLengthDecode"),
    ),
    "png: its signature alone": (DAMAGED, lambda: files.PNG_START),
    "png signature before a jpeg": (DAMAGED, lambda: files.PNG_START + image("JPEG")),
    "png cut off": (DAMAGED, lambda: image()[:-200]),
    "png with a wrong check sum": (DAMAGED, lambda: image().replace(b"IDAT", b"IDAT\xff", 1)),
    "png without pixels": (DAMAGED, lambda: files.png(0, 0)),
    "png whose rows are noise": (DAMAGED, lambda: files.png(100, 100, random.Random(2).randbytes(500))),
    "png of 100,010,000 pixels": (PIXELS, lambda: files.png(10_001, 10_000)),
    "png of 4,000,000,000 pixels": (PIXELS, lambda: files.png(65_000, 65_000)),
    "png one pixel high": (PIXELS, lambda: files.png(2**31 - 1, 1)),
    "png with 64 MB of text": (
        DAMAGED,
        lambda: files.png(1, 1, files.deflated(b"\0\0"), (b"zTXt", b"a\0\0" + files.deflated(bytes(64 * MIB)))),
    ),
    "jpeg: its start alone": (DAMAGED, lambda: b"\xff\xd8\xff\xe0"),
    "jpeg cut off": (DAMAGED, lambda: image("JPEG")[:-300]),
    "jpeg start before html": (DAMAGED, lambda: b"\xff\xd8\xff" + HTML),
    "jpeg of 4,294,836,225 pixels": (
        PIXELS,
        lambda: image("JPEG").replace(b"\0\x1e\0\x28", b"\xff\xff\xff\xff", 1),
    ),
}


def inspect(data: bytes) -> media.Media:
    return media.inspect(io.BytesIO(data), size=len(data))


@pytest.mark.parametrize("name", GOOD)
def test_a_file_that_opens_is_taken_for_what_it_is(name: str) -> None:
    kind, make = GOOD[name]
    found = inspect(make())
    assert (found.media_type, found.suffix) == (kind, SUFFIXES[kind])


@pytest.mark.parametrize("name", BAD)
def test_a_file_that_is_none_of_the_four_or_does_not_open_is_refused(name: str) -> None:
    code, make = BAD[name]
    with pytest.raises(InputError) as refused:
        inspect(make())
    assert (refused.value.code, refused.value.field) == (code, "file")
    assert any("\u4e00" <= letter <= "\u9fff" for letter in refused.value.message)


@pytest.mark.parametrize(("more", "taken"), [(-1, True), (0, True), (1, False)])
def test_the_limit_is_exact(more: int, taken: bool, settings: pytest.FixtureRequest) -> None:
    data = image()
    settings.EVIDENCE_MAX_BYTES = len(data) - more
    if taken:
        assert inspect(data).size == len(data)
    else:
        with pytest.raises(InputError) as refused:
            inspect(data)
        assert refused.value.code == "file_too_large"


def test_the_limit_is_what_the_page_promises(settings: pytest.FixtureRequest) -> None:
    assert settings.EVIDENCE_MAX_BYTES == 20 * MIB
    with pytest.raises(InputError, match="20MB"):
        inspect(image() + bytes(20 * MIB))


def test_two_thousand_damaged_files_are_taken_or_refused_and_never_more() -> None:
    chance = random.Random(38)
    whole = [make() for name, (_, make) in GOOD.items() if "largest" not in name and "many" not in name]
    logging.getLogger("pikepdf._core").setLevel(logging.CRITICAL)
    seen = set()
    for _ in range(2000):
        data = bytearray(chance.choice(whole))  # checked in this process: two thousand children would take minutes
        for _ in range(chance.choice((1, 1, 2, 8))):
            place = chance.randrange(len(data))
            match chance.randrange(4):
                case 0:
                    data[place] = chance.randrange(256)
                case 1:
                    data[place : place + 4] = b"\xff\xff\xff\xff"
                case 2:
                    del data[place : place + chance.randrange(1, 20)]
                case 3:
                    data[place:place] = chance.randbytes(8)
            data = data or bytearray(b"%")
        try:
            seen.add(
                child.check(bytes(data), FileLimits())[0]
            )  # in this process: two thousand answers by the pipe take long
        except Refused as refused:
            seen.add(sentence(refused, "")[0])
    assert {PNG, JPEG, PDF, TYPE, DAMAGED} <= seen <= {PNG, JPEG, PDF, TYPE, DAMAGED, PIXELS, "file_encrypted"}
