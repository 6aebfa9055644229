"""typst templates → PDF with the installation's own Chinese font embedded.

A template is a file of a room's `documents/` folder; it reads its data from `sys.inputs.data` (JSON) through
`office.typ`, so that whatever a person typed reaches the page as text and never as markup.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import typst
from django.conf import settings

COMMON = Path(__file__).resolve().parent / "templates"
WEIGHTS = ("400Regular", "700Bold")


class FontMissing(RuntimeError):
    """The Chinese font is not installed: `npm ci` brings it. Without it a PDF would have boxes for characters."""


def render(template: Path, data: Mapping[str, Any]) -> bytes:
    """The PDF of a template with `data`; figures and dates may be Decimal and date. FontMissing without the font.

    The template imports the shared parts as `/office.typ`; its own folder is `/own`.
    """
    pdf: bytes = _compile(template, data, "pdf")
    return pdf


def render_pages(template: Path, data: Mapping[str, Any], *, dots_per_inch: int = 110) -> list[bytes]:
    """The same as PNG pictures, a page each: previews, and tests that look."""
    pages = _compile(template, data, "png", ppi=float(dots_per_inch))
    return pages if isinstance(pages, list) else [pages]


def _compile(template: Path, data: Mapping[str, Any], kind: Literal["pdf", "png"], ppi: float | None = None) -> Any:
    folders = _font_folders(Path(settings.DOCUMENT_FONTS))
    source = (COMMON / "office.typ").read_text(encoding="utf-8") + template.read_text(encoding="utf-8")
    return typst.compile(  # type: ignore[misc]  # its stub wants one type for the source and its folders
        source.encode(),
        root=str(template.parent),
        font_paths=folders,
        ignore_system_fonts=True,
        format=kind,
        sys_inputs={"data": json.dumps(data, default=_plain, ensure_ascii=False)},
        ppi=ppi,
    )


def _font_folders(folder: Path) -> list[str]:
    """Regular and bold alone: typst reads every font it is shown, and the package has nine of 14 MB."""
    found = sorted({file.parent for weight in WEIGHTS for file in folder.rglob(f"*_{weight}.ttf")})
    if not found:
        raise FontMissing(f"no font in {folder}; install the front-end packages: npm ci")
    return [str(each) for each in found]


def _plain(value: Any) -> str:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, datetime):
        return value.strftime("%Y年%-m月%-d日 %H:%M")
    if isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日"
    raise TypeError(f"no document knows how to write a {type(value).__name__}")
