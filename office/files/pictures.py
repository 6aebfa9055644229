"""Photographs and scans: decoded wholly to be checked, drawn anew to be seen. Runs in the limited child."""

from __future__ import annotations

import io
from collections.abc import Sequence

from PIL import Image, ImageOps, UnidentifiedImageError

from office.files.kinds import JPEG, PNG
from office.files.limits import FileLimits
from office.limited.refused import Refused

FORMATS = {JPEG: ("JPEG",), PNG: ("PNG",)}
_TALLEST = 3  # times its width
_BROKEN = (UnidentifiedImageError, OSError, SyntaxError, ValueError)


def check(data: bytes, kind: str, limits: FileLimits) -> None:
    """Refused when it does not decode to its last row, or has more pixels than any camera."""
    try:
        with _opened(data, FORMATS[kind], limits) as image:
            image.load()
    except Image.DecompressionBombError as error:
        raise Refused("image_too_large") from error
    except _BROKEN as error:
        raise Refused("file_damaged") from error


def draw(data: bytes, formats: Sequence[str], width: int, limits: FileLimits) -> bytes:
    """A JPEG of at most so many pixels across, upright as the camera was held, without what the file says of place."""
    try:
        with _opened(data, formats, limits) as image:
            image.draft("RGB", (width, _TALLEST * width))  # a JPEG decodes to an eighth for the asking
            upright = ImageOps.exif_transpose(image)
            upright.thumbnail((width, _TALLEST * width))
            return _jpeg(upright)
    except Image.DecompressionBombError as error:
        raise Refused("image_too_large") from error
    except _BROKEN as error:
        raise Refused("file_damaged") from error


def _opened(data: bytes, formats: Sequence[str], limits: FileLimits) -> Image.Image:
    image = Image.open(io.BytesIO(data), formats=list(formats))
    if image.width * image.height > limits.pixels:
        raise Refused("image_too_large")
    return image


def _jpeg(image: Image.Image) -> bytes:
    if image.has_transparency_data:  # on paper white
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    out = io.BytesIO()
    image.convert("RGB").save(out, "JPEG", quality=85)
    return out.getvalue()
