"""PDFs: opened by qpdf to be checked, drawn by PDFium to be seen. Runs in the limited child.

qpdf says best whether a file is whole, PDFium is what Chrome draws PDFs with; neither build has a JavaScript engine.
"""

from __future__ import annotations

import io

import pikepdf

from office.files.limits import FileLimits
from office.limited.refused import Refused

_END_WITHIN = 2048  # bytes from the end in which a whole PDF says that it ends
_TALLEST = 3  # times its width is what is drawn of a page


def pages_of(data: bytes, limits: FileLimits) -> int:
    """How many pages; refused when cut off, damaged, locked, or when it unfolds beyond the limits."""
    if b"%%EOF" not in data[-_END_WITHIN:]:  # cut off on its way: qpdf would show the pages that came through
        raise Refused("pdf_cut_off")
    # qpdf has no such limit for LZW: the memory of the child is its limit.
    pikepdf.settings.set_qpdf_limits(
        flate_max_memory=limits.stream_bytes,
        run_length_max_memory=limits.stream_bytes,
        png_max_memory=limits.stream_bytes,
        tiff_max_memory=limits.stream_bytes,
        dct_max_memory=limits.stream_bytes,
        max_stream_filters=4,
        parser_max_container_size=200_000,
        doc_max_warnings=200,
    )
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            pages = len(pdf.pages)
    except pikepdf.PasswordError as error:
        raise Refused("pdf_encrypted") from error
    except pikepdf.PikepdfError as error:
        raise Refused("file_damaged") from error
    if pages == 0:
        raise Refused("pdf_without_pages")
    return pages


def draw(data: bytes, page: int, width: int) -> tuple[bytes, int]:
    """One page, counted from 1, as a JPEG of at most so many pixels across; and how many pages there are."""
    import pypdfium2  # noqa: PLC0415 - to check a file takes qpdf alone

    with pypdfium2.PdfDocument(data) as pdf:
        pages = len(pdf)
        if not 1 <= page <= pages:
            raise Refused("page_absent")
        sheet = pdf[page - 1]
        across, down = sheet.get_size()
        scale = min(width / max(across, 1), _TALLEST * width / max(down, 1))
        picture = sheet.render(scale=scale, may_draw_forms=False).to_pil()
    out = io.BytesIO()
    picture.convert("RGB").save(out, "JPEG", quality=85)
    return out.getvalue(), pages
