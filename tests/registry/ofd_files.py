"""OFD files as invoices and certificates are, made here part by part; each test spoils the part it is about."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

SPACE = 'xmlns:ofd="http://www.ofdspec.org/2016"'
HEAD = '<?xml version="1.0" encoding="UTF-8"?>'


def ofd(changes: Mapping[str, bytes | None] | None = None, *, pages: int = 1, picture: bytes = b"") -> bytes:
    """A whole OFD of so many pages, with a picture on each if given; `changes` replace, add or (None) drop parts."""
    return packed({**parts(pages, picture), **(changes or {})})


def parts(pages: int = 1, picture: bytes = b"") -> dict[str, bytes]:
    """The parts of such a file."""
    found = {
        "OFD.xml": _xml("OFD", "<ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody>"),
        "Doc_0/Document.xml": _document(pages),
        "Doc_0/Tpls/Tpl_0/Content.xml": page(words=[(20, 10, "专业技术人员继续教育证书")]),
        "Doc_0/DocumentRes.xml": _xml(
            "Res",
            '<ofd:MultiMedias><ofd:MultiMedia ID="90" Type="Image"><ofd:MediaFile>seal.png</ofd:MediaFile>'
            "</ofd:MultiMedia></ofd:MultiMedias>",
            'BaseLoc="Res"',
        ),
    }
    for number in range(pages):
        words = [(60, 40, "学时"), (20, 40.4, f"第{number + 1}页"), (20, 60, "合格")]
        found[f"Doc_0/Pages/Page_{number}/Content.xml"] = page(words, picture=bool(picture), template=True)
    if picture:
        found["Doc_0/Res/seal.png"] = picture
    return found


def page(words: list[tuple[float, float, str]], *, picture: bool = False, template: bool = False) -> bytes:
    """A page's content: words at (left, top) in mm."""
    texts = "".join(
        f'<ofd:TextObject ID="{n}" Boundary="{x} {y} 50 5"><ofd:TextCode X="0">{text}</ofd:TextCode></ofd:TextObject>'
        for n, (x, y, text) in enumerate(words, start=100)
    )
    image = '<ofd:ImageObject ID="80" ResourceID="90" Boundary="10 80 30 30"/>' if picture else ""
    used = '<ofd:Template TemplateID="70"/>' if template else ""
    return _xml("Page", f'{used}<ofd:Content><ofd:Layer ID="60">{texts}{image}</ofd:Layer></ofd:Content>')


def packed(found: Mapping[str, bytes | None], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """The parts as an archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in found.items():
            if data is not None:
                archive.writestr(name, data)
    return out.getvalue()


def locked(data: bytes) -> bytes:
    """An archive whose parts say that they are encrypted: bit 0 of the flags, in both headers of each."""
    found = bytearray(data)
    for start, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = found.find(start)
        while at >= 0:
            found[at + place] |= 1
            at = found.find(start, at + 4)
    return bytes(found)


def _document(pages: int) -> bytes:
    listed = "".join(f'<ofd:Page ID="{n}" BaseLoc="Pages/Page_{n}/Content.xml"/>' for n in range(pages))
    return _xml(
        "Document",
        "<ofd:CommonData><ofd:DocumentRes>DocumentRes.xml</ofd:DocumentRes>"
        '<ofd:TemplatePage ID="70" BaseLoc="/Doc_0/Tpls/Tpl_0/Content.xml"/></ofd:CommonData>'
        f"<ofd:Pages>{listed}</ofd:Pages>",
    )


def _xml(root: str, inside: str, attributes: str = "") -> bytes:
    return f"{HEAD}<ofd:{root} {SPACE} {attributes}>{inside}</ofd:{root}>".encode()
