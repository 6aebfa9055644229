"""A certificate's file back again: first whether every byte is as it was signed, then what it certifies."""

from __future__ import annotations

import io
import json
from typing import Any

import pikepdf

from compliance.printed.certificate import ATTACHED
from office.signatures.signing import NotGenuine, Signed, check


def certified_inside(pdf: bytes) -> tuple[Signed, dict[str, Any]]:
    """Who signed the file when, and the data inside it. NotGenuine; opened only once the signature holds."""
    signed = check(pdf)
    try:
        with pikepdf.open(io.BytesIO(pdf)) as document:
            data: dict[str, Any] = json.loads(document.attachments[ATTACHED].get_file().read_bytes())
    except KeyError:
        raise NotGenuine("signature_other", "文件由本平台签章，但不是学时证明。") from None
    return signed, data
