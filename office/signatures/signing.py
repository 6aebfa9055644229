"""Signing a PDF with the installation's key, and asking whether one is still as it was signed."""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime

from office.limited.asking import Reader
from office.limited.bounds import Bounds
from office.limited.refused import Refused
from office.signatures.keys import Certified, known_certificates, signing_key

BOUNDS = Bounds(memory_bytes=1024**3, cpu_seconds=60, wall_seconds=60)
_CHILD = Reader("office.signatures.child", keep=1, at_once=2)
_REASONS = {
    "signature_absent": "文件没有电子签章，不是本平台签发的证明。",
    "signature_unreadable": "文件无法读取：不是PDF文件，或内容已损坏。",
    "signature_changed": "文件在签章之后被改动过，不可采信。",
    "signature_stranger": "文件的签章不是本平台的签章，不可采信。",
}
_DAMAGED = "文件内容已损坏，或在签章之后被改动过，不可采信。"


class NotGenuine(Exception):
    """A file that is not, byte for byte, what this installation signed; `code` and Chinese `message` say why."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature that holds for every byte of its file: by which certificate, when (as the signature itself says)."""

    by: Certified
    at: datetime


def sign(pdf: bytes, *, reason: str, name: str, place: str) -> tuple[bytes, str]:
    """The signed PDF, and the name of the key; `reason`, `name` and `place` are shown by PDF readers. KeyMissing."""
    key = signing_key()
    task = {
        "do": "sign",
        "key": b64encode(key.private).decode(),
        "certificate": b64encode(key.certificate).decode(),
        "reason": reason,
        "name": name,
        "place": place,
    }
    try:
        return _CHILD.ask(task, pdf, BOUNDS), key.name
    except Refused as refused:
        raise RuntimeError(f"a document of ours could not be signed: {refused.code}") from None


def check(pdf: bytes) -> Signed:
    """Who signed the file and when. NotGenuine unless a key of this installation did, and no byte was changed since."""
    known = {each.fingerprint: each for each in known_certificates()}
    task = {"do": "check", "certificates": [b64encode(each.certificate).decode() for each in known.values()]}
    try:
        found = json.loads(_CHILD.ask(task, pdf, BOUNDS))
    except Refused as refused:
        message = _REASONS.get(refused.code, _DAMAGED)
        code = refused.code if refused.code in _REASONS else "signature_changed"
        raise NotGenuine(code, message) from None
    return Signed(known[found["fingerprint"]], datetime.fromisoformat(found["at"]))
