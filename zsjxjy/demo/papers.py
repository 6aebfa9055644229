"""The evidence files: small real PDF, PNG and JPEG files that say 演示 in large strokes."""

from __future__ import annotations

import io
from collections.abc import Sequence

from django.core.files.uploadedfile import SimpleUploadedFile
from pikepdf import Array, Dictionary, Name, Pdf, String
from PIL import Image, ImageDraw, ImageFont

from zsjxjy.demo.strokes import demo_strokes

WIDTH, HEIGHT = 420, 300
PAPERS = (("pdf", "application/pdf"), ("png", "image/png"), ("jpg", "image/jpeg"))
# A picture of three colours, so that its file stays small.
_PALETTE = (252, 250, 244, 40, 40, 60, 190, 40, 40)
_PAPER, _INK, _RED = range(3)


def paper(name: str, n: int, lines: Sequence[str]) -> SimpleUploadedFile:
    """The n-th file, called after what it proves; `lines` are written on it, on pictures only their ASCII."""
    ending, media_type = PAPERS[n % len(PAPERS)]
    content = _pdf(n, lines) if ending == "pdf" else _picture(ending, n, lines)
    return SimpleUploadedFile(f"演示{name}{n:04d}.{ending}", content, content_type=media_type)


def _picture(ending: str, n: int, lines: Sequence[str]) -> bytes:
    image = Image.new("P", (WIDTH, HEIGHT), _PAPER)
    image.putpalette(_PALETTE)
    draw = ImageDraw.Draw(image)
    draw.rectangle((8, 8, WIDTH - 9, HEIGHT - 9), outline=_INK, width=2)
    for stroke in demo_strokes(120, 34, 84):
        draw.line(stroke, fill=_RED, width=7, joint="curve")
    font = ImageFont.load_default(17)
    legible = [plain for line in lines if (plain := line.encode("ascii", "ignore").decode().strip())]
    for row, plain in enumerate([f"DEMO No. {n:04d}", *legible, "made up, not a document"]):
        draw.text((40, 150 + 26 * row), plain, fill=_INK, font=font)
    out = io.BytesIO()
    if ending == "png":
        image.save(out, "PNG")
    else:
        image.convert("RGB").save(out, "JPEG", quality=60)
    return out.getvalue()


def _pdf(n: int, lines: Sequence[str]) -> bytes:
    """One page. Its Chinese lines name a font that every reader knows or replaces; the strokes need none."""
    with Pdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(WIDTH, HEIGHT))
        page.Resources = Dictionary(Font=Dictionary(F1=pdf.make_indirect(_song())))
        drawn = [b"0.75 0.16 0.16 RG 6 w 1 J 1 j"]
        for stroke in demo_strokes(120, 34, 84):
            path = " ".join(f"{x:.1f} {HEIGHT - y:.1f} {'l' if i else 'm'}" for i, (x, y) in enumerate(stroke))
            drawn.append(f"{path} S".encode())
        for row, line in enumerate([f"演示材料 第{n:04d}号", *lines, "本材料为演示数据，纯属虚构"]):
            text = line.encode("utf-16-be").hex()
            drawn.append(f"BT /F1 14 Tf 40 {HEIGHT - 165 - 26 * row} Td <{text}> Tj ET".encode())
        page.Contents = pdf.make_stream(b"\n".join(drawn))
        out = io.BytesIO()
        pdf.save(out, deterministic_id=True)
        return out.getvalue()


def _song() -> Dictionary:
    """宋体 of Adobe's GB1 collection, not embedded."""
    name = Name("/STSong-Light")
    described = Dictionary(
        Type=Name.FontDescriptor,
        FontName=name,
        Flags=6,
        FontBBox=Array([-25, -254, 1000, 880]),
        ItalicAngle=0,
        Ascent=880,
        Descent=-120,
        CapHeight=737,
        StemV=93,
    )
    of_glyphs = Dictionary(
        Type=Name.Font,
        Subtype=Name.CIDFontType0,
        BaseFont=name,
        CIDSystemInfo=Dictionary(Registry=String("Adobe"), Ordering=String("GB1"), Supplement=4),
        FontDescriptor=described,
        DW=1000,
        W=Array([1, 95, 500]),  # Latin letters and digits are half as wide
    )
    return Dictionary(
        Type=Name.Font,
        Subtype=Name.Type0,
        BaseFont=name,
        Encoding=Name("/UniGB-UTF16-H"),
        DescendantFonts=Array([of_glyphs]),
    )
