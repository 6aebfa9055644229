"""typst templates → PDF with the installation's own Chinese font embedded.

A template is a file of a room's `documents/` folder; it reads its data from `sys.inputs.data` (JSON) through
`office.typ`, so that whatever a person typed reaches the page as text and never as markup.
"""

from __future__ import annotations

import json
import re
from base64 import b64decode
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from django.conf import settings

from office.limited.asking import Reader
from office.limited.bounds import Bounds
from office.limited.refused import Refused

COMMON = Path(__file__).resolve().parent / "templates"
WEIGHTS = ("400Regular", "700Bold")
# A roster of 5,000 people takes 600 MB and 4 s.
BOUNDS = Bounds(memory_bytes=4 * 1024**3, cpu_seconds=60, wall_seconds=60)
_LONG = 20
_LONG_WORD = re.compile(rf"[!-~]{{{_LONG}}}")
_ARTIST = Reader("office.documents.child", at_once=2)


class FontMissing(RuntimeError):
    """The Chinese font is not installed: `npm ci` brings it. Without it a PDF would have boxes for characters."""


class NotDrawn(RuntimeError):
    """A template is wrong, or the document is larger than BOUNDS allow; says which template and why."""


def render(
    template: Path, data: Mapping[str, Any], *, tagged: bool = True, raw: Mapping[str, str] | None = None
) -> bytes:
    """The PDF of a template with `data`; figures and dates may be Decimal and date. FontMissing without the font.

    Long words of `data` are given places to break; `raw` (in the template `data.raw`) is what nobody may break: codes
    to be typed again, pictures, files put inside.
    The template goes on where `office.typ` ends, and may read the files of its own folder. Tags let a screen reader
    walk the tables; of a list of thousands they would be nineteen bytes in twenty, so that such a list goes without.
    """
    return _drawn(template, data, "pdf", tagged=tagged, raw=raw)


def render_pages(template: Path, data: Mapping[str, Any], *, dots_per_inch: int = 110) -> list[bytes]:
    """The same as PNG pictures, a page each: previews, and tests that look."""
    drawn = json.loads(_drawn(template, data, "png", ppi=float(dots_per_inch)))
    return [b64decode(page) for page in drawn]


def _drawn(
    template: Path,
    data: Mapping[str, Any],
    kind: Literal["pdf", "png"],
    *,
    ppi: float | None = None,
    tagged: bool = True,
    raw: Mapping[str, str] | None = None,
) -> bytes:
    task = {
        "root": str(template.parent),
        "fonts": _font_folders(Path(settings.DOCUMENT_FONTS)),
        "format": kind,
        "data": json.dumps({**_breakable(data), "raw": raw or {}}, default=_plain, ensure_ascii=False),
        "ppi": ppi,
        "tagged": tagged,
    }
    source = (COMMON / "office.typ").read_text(encoding="utf-8") + template.read_text(encoding="utf-8")
    try:
        return _ARTIST.ask(task, source.encode(), BOUNDS)
    except Refused as refused:
        raise NotDrawn(f"{template.name}: {refused.details.get('message', refused.code)}") from None


def _font_folders(folder: Path) -> list[str]:
    """Regular and bold alone: typst reads every font it is shown, and the package has nine of 14 MB."""
    found = sorted({file.parent for weight in WEIGHTS for file in folder.rglob(f"*_{weight}.ttf")})
    if not found:
        raise FontMissing(f"no font in {folder}; install the front-end packages: npm ci")
    return [str(each) for each in found]


def _breakable(value: Any) -> Any:
    """The data with places to break words too long for any cell, which typst would draw into the next one."""
    if isinstance(value, str):
        return _LONG_WORD.sub(lambda part: f"{part.group()}\u200b", value) if len(value) > _LONG else value
    if isinstance(value, Mapping):
        return {key: _breakable(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_breakable(each) for each in value]
    return value


def _plain(value: Any) -> str:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, datetime):
        return value.strftime("%Y年%-m月%-d日 %H:%M")
    if isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日"
    raise TypeError(f"no document knows how to write a {type(value).__name__}")
