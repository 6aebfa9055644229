"""Files that somebody may hand in with bad intent or by mistake: what each is answered, or why it is harmless."""

from __future__ import annotations

import io
import random
import struct
from collections.abc import Callable
from dataclasses import dataclass

import pikepdf

from tests.registry import files
from tests.registry.files import image, pdf
from tests.registry.ofd_files import HEAD, SPACE, locked, ofd, packed, parts

MIB = 1024 * 1024
TYPE, DAMAGED, LOCKED, PIXELS = "file_type", "file_damaged", "file_encrypted", "image_too_large"
EVIL, BOMB = "file_hostile", "file_bomb"
SCRIPT = b"<script>alert(document.cookie)</script>"
LAUGHS = b'<?xml version="1.0"?><!DOCTYPE o [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><OFD xmlns="x">&b;</OFD>'


@dataclass(frozen=True)
class Bad:
    """A file as it is called and made; the code and a part of the sentence that it is refused with."""

    name: str
    make: Callable[[], bytes]
    code: str
    says: str


ONLY = "只接受PDF、OFD、JPG或PNG文件"
WRONG_KIND = {
    "html called pdf": Bad("证书.pdf", lambda: b"<!DOCTYPE html>" + SCRIPT, TYPE, ONLY),
    "html before a pdf": Bad("证书.pdf", lambda: SCRIPT + pdf(), TYPE, ONLY),
    "svg called png": Bad("图.png", lambda: b'<svg xmlns="http://www.w3.org/2000/svg"/>', TYPE, ONLY),
    "exe called jpg": Bad("照片.jpg", lambda: b"MZ" + bytes(200), TYPE, ONLY),
    "text called pdf": Bad("成绩.pdf", "合格".encode, TYPE, ONLY),
    "gif": Bad("图.gif", lambda: image("GIF", mode="P"), TYPE, ONLY),
    "gif called jpg": Bad("图.jpg", lambda: image("GIF", mode="P"), TYPE, ONLY),
    "tiff": Bad("扫描.tif", lambda: image("TIFF"), TYPE, ONLY),
    "webp": Bad("图.webp", lambda: image("WEBP"), TYPE, ONLY),
    "bmp": Bad("图.bmp", lambda: image("BMP"), TYPE, ONLY),
    "heic of an iphone": Bad("IMG_1.HEIC", lambda: b"\0\0\0\x18ftypheic" + bytes(40), "file_heic", "HEIC"),
    "heic called jpg": Bad("IMG_1.jpg", lambda: b"\0\0\0\x18ftypmif1" + bytes(40), "file_heic", "兼容性最佳"),
    "docx called ofd": Bad(
        "证书.ofd",
        lambda: packed({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"}),
        TYPE,
        ONLY,
    ),
    "a zip of certificates": Bad("证书.zip", lambda: packed({"张三.pdf": pdf()}), TYPE, ONLY),
    "an empty zip": Bad("空.ofd", lambda: packed({}), TYPE, ONLY),
    "an ofd whose root lies deeper": Bad("证书.ofd", lambda: packed({"证书/OFD.xml": b"<a/>"}), TYPE, ONLY),
    "one NUL": Bad("a.png", lambda: b"\0", TYPE, ONLY),
    "nothing": Bad("a.png", lambda: b"", "file_empty", "文件是空的"),
    "a byte above 20 MB": Bad("大.pdf", lambda: pdf() + b"\n" * (20 * MIB + 1 - len(pdf())), "file_too_large", "20MB"),
}
BROKEN = {
    "pdf cut off": Bad("a.pdf", lambda: pdf(3)[:-40], DAMAGED, "PDF文件不完整"),
    "pdf with a password": Bad("a.pdf", lambda: files.locked_pdf("geheim"), LOCKED, "设有密码"),
    "pdf without pages": Bad(
        "a.pdf", lambda: files.pdf_with_pages(b"/Type/Pages/Kids[]/Count 0"), DAMAGED, "PDF文件已损坏"
    ),
    "jpeg cut off": Bad("a.jpg", lambda: image("JPEG")[:-200], DAMAGED, "图片已损坏"),
    "png with a wrong check sum": Bad("a.png", lambda: image()[:-20] + bytes(20), DAMAGED, "图片已损坏"),
    "a png's start before html": Bad("a.png", lambda: files.PNG_START + SCRIPT, DAMAGED, "图片已损坏"),
    "ofd cut off": Bad("a.ofd", lambda: ofd()[:-30], DAMAGED, "OFD文件已损坏"),
    "ofd with a wrong check sum": Bad(
        "a.ofd", lambda: packed(parts(), 0).replace("合格".encode(), "不合".encode()), DAMAGED, "OFD文件已损坏"
    ),
    "ofd whose root is no XML": Bad("a.ofd", lambda: ofd({"OFD.xml": b"%PDF-1.4"}), DAMAGED, "OFD文件已损坏"),
    "ofd whose root is something else": Bad("a.ofd", lambda: ofd({"OFD.xml": b"<html/>"}), DAMAGED, "OFD文件已损坏"),
    "ofd without a document": Bad("a.ofd", lambda: ofd({"Doc_0/Document.xml": None}), DAMAGED, "缺少所指的文档"),
    "ofd without pages": Bad("a.ofd", lambda: ofd(pages=0), DAMAGED, "没有页面"),
    "ofd that names a page which is not there": Bad(
        "a.ofd", lambda: ofd({"Doc_0/Pages/Page_0/Content.xml": None}), DAMAGED, "没有页面"
    ),
    "ofd with encrypted parts": Bad("a.ofd", lambda: locked(ofd()), LOCKED, "OFD文件已加密"),
    "ofd encrypted as its standard says": Bad("a.ofd", lambda: ofd({"Encryptions.xml": b"<a/>"}), LOCKED, "已加密"),
}
HOSTILE = {
    "ofd with entities": Bad("a.ofd", lambda: ofd({"OFD.xml": LAUGHS}), EVIL, "不允许的XML声明"),
    "ofd with an entity of a file": Bad(
        "a.ofd",
        lambda: ofd({"Doc_0/Document.xml": b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'}),
        EVIL,
        "不允许的XML声明",
    ),
    "ofd in an encoding that hides it": Bad(
        "a.ofd", lambda: ofd({"OFD.xml": LAUGHS.decode().encode("utf-16")}), EVIL, "不允许的XML声明"
    ),
    "ofd with a part above its folder": Bad("a.ofd", lambda: ofd({"../../etc/cron.d/x": b"x"}), EVIL, "绝对路径"),
    "ofd with a part at the root of the disk": Bad("a.ofd", lambda: ofd({"/etc/passwd": b"x"}), EVIL, "绝对路径"),
    "ofd with backslashes upwards": Bad("a.ofd", lambda: ofd({"..\\..\\x.exe": b"x"}), EVIL, "绝对路径"),
    "ofd with two parts of one name": Bad("a.ofd", lambda: ofd({"ofd.XML": parts()["OFD.xml"]}), EVIL, "重名"),
    "ofd whose document lies outside": Bad(
        "a.ofd",
        lambda: ofd({"OFD.xml": parts()["OFD.xml"].replace(b"Doc_0/", b"../../../etc/")}),
        DAMAGED,
        "缺少所指的文档",
    ),
    "ofd of 2,001 parts": Bad("a.ofd", lambda: ofd({f"Doc_0/Res/{n}": b"" for n in range(2001)}), BOMB, "2000个的上限"),
    "ofd that unpacks to 300 MB": Bad("a.ofd", lambda: _claiming(300 * MIB), BOMB, "200MB的上限"),
    "ofd packed a thousand times": Bad("a.ofd", lambda: ofd({"Doc_0/Res/x": bytes(8 * MIB)}), BOMB, "压缩比异常"),
    "ofd nested 140,000 deep": Bad("a.ofd", lambda: ofd({"OFD.xml": _nested(140_000)}), DAMAGED, "OFD文件"),
    "png of 4,000,000,000 pixels": Bad("a.png", lambda: files.png(65_000, 65_000), PIXELS, "像素过大"),
    "jpeg that claims the same": Bad(
        "a.jpg", lambda: image("JPEG").replace(b"\0\x1e\0\x28", b"\xff\xff\xff\xff", 1), PIXELS, "像素过大"
    ),
    "png with 64 MB of text": Bad("a.png", lambda: _texts(64 * MIB), DAMAGED, "图片已损坏"),
    "pdf that unfolds to 70 MB": Bad(
        "a.pdf",
        lambda: files.packed_pdf(files.deflated(files.objects(70 * MIB)), b"/FlateDecode"),
        DAMAGED,
        "PDF文件已损坏",
    ),
    "pdf that unfolds to 600 MB by LZW": Bad(
        "a.pdf",
        lambda: files.packed_pdf(files.lzw_spaces(files.objects(), 80), b"/LZWDecode"),
        DAMAGED,
        "PDF文件",
    ),
    "pdf whose pages hold themselves": Bad(
        "a.pdf", lambda: files.pdf_with_pages(b"/Type/Pages/Kids[2 0 R]/Count 1"), DAMAGED, "PDF文件"
    ),
    "pdf start before noise": Bad(
        "a.pdf", lambda: b"%PDF-1.4\n" + random.Random(1).randbytes(MIB) + b"%%EOF", DAMAGED, "PDF文件"
    ),
}
BAD = {**WRONG_KIND, **BROKEN, **HOSTILE}

# Names: what is kept of each stands in tests/registry/test_evidence_served.py; here none of them may reach the disk.
NAMES = (
    "../../../etc/cron.d/x.png",
    "a\0.png",
    "\u202egnp.exe",
    "字" * 80 + ".png",
    "CON.png",
    "a.png\r\nX: 1",
    ".htaccess",
)


def _claiming(size: int) -> bytes:
    """An OFD one part of which says that it unpacks to so many bytes."""
    data = bytearray(ofd({"Doc_0/Res/x": b"x"}))
    place = data.rfind(b"PK\x01\x02")
    data[place + 24 : place + 28] = struct.pack("<I", size)
    return bytes(data)


def _nested(depth: int) -> bytes:
    return f"{HEAD}<ofd:OFD {SPACE}>".encode() + b"<a>" * depth + b"</a>" * depth + b"</ofd:OFD>"


def _texts(size: int) -> bytes:
    return files.png(1, 1, files.deflated(b"\0\0"), (b"zTXt", b"a\0\0" + files.deflated(bytes(size))))


def _scripted(script: str) -> bytes:
    action = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String(script))
    return _opening_with(action)


def _launching() -> bytes:
    return _opening_with(pikepdf.Dictionary(S=pikepdf.Name.Launch, F=pikepdf.String("calc.exe")))


def _opening_with(action: pikepdf.Dictionary) -> bytes:
    out = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.Root.OpenAction = action
        document.save(out)
    return out.getvalue()


def _wordy() -> bytes:
    content = parts()["Doc_0/Pages/Page_0/Content.xml"].replace(
        "合格".encode(), b"&lt;script&gt;alert(1)&lt;/script&gt;"
    )
    return ofd({"Doc_0/Pages/Page_0/Content.xml": content})


# Taken, since it is what it says it is: what else lies in it never runs, here or in a browser.
HARMLESS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "pdf with a script that runs on opening": ("证书.pdf", lambda: _scripted("app.alert(1)")),
    "pdf that would start a program": ("证书.pdf", _launching),
    "png with html behind it": ("图.png", lambda: image() + SCRIPT),
    "jpeg with a zip behind it": ("图.jpg", lambda: image("JPEG") + packed({"x.exe": b"MZ"})),
    "ofd with html among its parts": ("证书.ofd", lambda: ofd({"Doc_0/Attachs/a.html": SCRIPT})),
    "ofd whose words are html": ("证书.ofd", _wordy),
}
