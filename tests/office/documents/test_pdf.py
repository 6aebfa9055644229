"""PDFs: the Chinese font is in the file, typed text is text, and every character of a name is there."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from PIL import Image
from pypdf import PdfReader

from office.documents import qr
from office.documents.pdf import FontMissing, render, render_pages

SAMPLE = Path(__file__).parent / "sample.typ"


def data(name: str = "海一") -> dict[str, Any]:
    return {
        "title": "学时证明",
        "name": name,
        "rows": [["执业资格考试", Decimal("16.0")], ["培训", Decimal("7.5")]],
        "footer": date(2021, 6, 1),
    }


def text_of(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).replace(" ", "")


def test_what_is_written_can_be_read_and_figures_are_plain() -> None:
    text = text_of(render(SAMPLE, data()))
    for part in ("学时证明", "姓名：海一", "执业资格考试", "16", "7.5", "2021年6月1日"):
        assert part in text
    assert "16.0" not in text


def test_every_font_is_embedded() -> None:
    with pikepdf.open(io.BytesIO(render(SAMPLE, data()))) as pdf:
        descriptors = [item for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and "/FontName" in item]
        assert descriptors
        assert all({"/FontFile", "/FontFile2", "/FontFile3"} & set(item.keys()) for item in descriptors)
        assert all("NotoSerifSC" in str(item.FontName) for item in descriptors)


@pytest.mark.parametrize(
    "name",
    ["#panic()", "*粗*", "$x$", '#image("/etc/passwd")', "@ref", "\\", "// 注", "[#]", "<a>", '"引号"', "`raw`"],
)
def test_what_people_type_is_text_and_never_markup(name: str) -> None:
    assert name.replace(" ", "") in text_of(render(SAMPLE, data(name)))


@pytest.mark.parametrize("name", ["䶮", "㛃", "堃", "喆", "·", "〇"])
def test_rare_characters_of_names_have_a_glyph(name: str) -> None:
    assert name in text_of(render(SAMPLE, data(name)))


def test_the_same_data_gives_the_same_pages() -> None:
    first, second = render_pages(SAMPLE, data()), render_pages(SAMPLE, data())
    assert first == second
    assert Image.open(io.BytesIO(first[0])).size[0] > 800


def test_without_the_font_there_is_an_error_and_no_boxes(settings: Any, tmp_path: Path) -> None:
    settings.DOCUMENT_FONTS = tmp_path
    with pytest.raises(FontMissing, match="npm ci"):
        render(SAMPLE, data())


def test_a_figure_that_no_document_knows_is_an_error() -> None:
    with pytest.raises(TypeError):
        render(SAMPLE, {**data(), "name": object()})


def test_a_qr_code_is_made_here_and_holds_the_address() -> None:
    assert qr.svg("https://hours.example/check/abc").startswith("<svg")
    assert qr.data_address("https://hours.example/check/abc").startswith("data:image/svg+xml")
