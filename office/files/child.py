"""What the limited child (office.limited.child) does with a file: checks it, draws a page, reads an OFD's words."""

from __future__ import annotations

import json
from typing import Any

from office.files.kinds import JPEG, OFD, PDF, PNG, kind_of
from office.files.limits import FileLimits
from office.limited.refused import Refused


def answer(task: dict[str, Any], data: bytes) -> bytes:
    """`task["do"]`: check → {"media_type", "pages"}; picture → JSON line and a JPEG; text → words of an OFD's page."""
    limits = FileLimits(**task["limits"])
    if task["do"] == "check":
        kind, pages = check(data, limits)
        return json.dumps({"media_type": kind, "pages": pages}).encode()
    if task["do"] == "picture":
        picture, pages = draw(data, task["page"], task["image"], task["width"], limits)
        return json.dumps({"pages": pages}).encode() + b"\n" + picture
    return json.dumps(_ofd_page(data, task["page"], limits)).encode()


# Each library is loaded for its own kind only: half of a small file's time is starting up.
def check(data: bytes, limits: FileLimits) -> tuple[str, int]:
    """Kind and number of pages of a file that really opens; raises Refused. For the child, and tests of the checks."""
    kind = kind_of(data)
    if kind == PDF:
        from office.files.pdf import pages_of  # noqa: PLC0415

        return kind, pages_of(data, limits)
    if kind in (JPEG, PNG):
        from office.files import pictures  # noqa: PLC0415

        pictures.check(data, kind, limits)
        return kind, 1
    if kind == OFD:
        from office.files.ofd import Ofd  # noqa: PLC0415

        return kind, Ofd(data, limits).check()
    raise Refused("file_type")


def draw(data: bytes, page: int, image: int, width: int, limits: FileLimits) -> tuple[bytes, int]:
    """A page as a JPEG, and the number of pages; of an OFD's page its picture number `image` (from 1)."""
    kind = kind_of(data)
    if kind == PDF:
        from office.files import pdf  # noqa: PLC0415

        return pdf.draw(data, page, width)
    from office.files import pictures  # noqa: PLC0415

    if kind == OFD:
        from office.files.ofd import PICTURES, Ofd  # noqa: PLC0415

        ofd = Ofd(data, limits)
        return pictures.draw(ofd.image(page, image), PICTURES, width, limits), len(ofd.pages)
    if page != 1 or image > 1:  # a photograph is its page and its picture
        raise Refused("page_absent")
    return pictures.draw(data, pictures.FORMATS[kind], width, limits), 1


def _ofd_page(data: bytes, page: int, limits: FileLimits) -> dict[str, Any]:
    from office.files.ofd import Ofd  # noqa: PLC0415

    ofd = Ofd(data, limits)
    return {"lines": ofd.lines(page), "images": ofd.image_count(page), "pages": len(ofd.pages)}
