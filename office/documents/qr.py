"""QR codes, made here: what they hold travels to nobody."""

from __future__ import annotations

import segno


def svg(text: str, *, scale: int = 4) -> str:
    """An SVG of `text` (an address of at most some hundred characters), error correction M."""
    return str(segno.make(text, error="m", micro=False).svg_inline(scale=scale, border=2, omitsize=False))


def data_address(text: str, *, scale: int = 5) -> str:
    """The same as a data address for an <img>."""
    return str(segno.make(text, error="m", micro=False).svg_data_uri(scale=scale, border=2))
