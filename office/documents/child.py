"""The child that draws documents: `office.limited.child` runs it, a fresh interpreter for each document.

typst keeps what it has laid out for the next document, and a roster of 5,000 people takes 600 MB of that: it goes with
the child, so that a web worker stays as small as it was.
"""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any

import typst

from office.limited.refused import Refused


def answer(task: dict[str, Any], source: bytes) -> bytes:
    """The PDF of a template's source, or its pages as PNG (a JSON list, base64). Refused (`template`) says what failed.

    A template may read files below `root` alone.
    """
    try:
        drawn = typst.compile(  # type: ignore[misc]  # its stub wants one type for the source and its folders
            source,
            root=task["root"],
            font_paths=task["fonts"],
            ignore_system_fonts=True,
            format=task["format"],
            sys_inputs={"data": task["data"]},
            ppi=task["ppi"],
            pdf_tags=task["tagged"],
        )
    except typst.TypstError as error:
        raise Refused("template", message=error.message) from None
    if task["format"] == "pdf":
        return bytes(drawn)
    return json.dumps([b64encode(page).decode() for page in (drawn if isinstance(drawn, list) else [drawn])]).encode()
