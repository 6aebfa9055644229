"""The parent's side: what a file is, and how its pages look; nothing of the file is opened in this process."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from accounts.errors import InputError
from office.files.kinds import is_heic, kind_of
from office.files.limits import FileLimits
from office.files.refusals import sentence
from office.limited.asking import Reader
from office.limited.refused import Refused

# One child waits for the next file; two at once, so that hostile files cannot take the machine's memory together.
_READER = Reader("office.files.child", keep=1, at_once=2)


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that opens: its media type and how many pages it has (a picture is one page)."""

    media_type: str
    pages: int


@dataclass(frozen=True, slots=True)
class PageText:
    """The words of one OFD page line by line, how many pictures of it can be drawn, and the document's pages."""

    lines: tuple[str, ...]
    images: int
    pages: int


def check(data: bytes) -> Checked:
    """What the file is by its content. InputError (field `file`) for anything but a sound PDF, OFD, JPEG or PNG."""
    if not kind_of(data):  # no library need see it
        raise _as_input_error(Refused("file_heic" if is_heic(data) else "file_type"), "")
    found = json.loads(_ask(data, do="check"))
    return Checked(found["media_type"], found["pages"])


def picture(data: bytes, *, page: int, width: int, image: int = 0) -> bytes:
    """One page (from 1) as a JPEG at most so many pixels across; of an OFD, which is not laid out, one of its pictures.

    InputError: `page_absent` when there is no such page or picture, otherwise why it cannot be drawn.
    """
    return _ask(data, do="picture", page=page, width=width, image=image).partition(b"\n")[2]


def page_text(data: bytes, *, page: int) -> PageText:
    """The words of one page of an OFD. InputError as `picture`."""
    found = json.loads(_ask(data, do="text", page=page))
    return PageText(tuple(found["lines"]), found["images"], found["pages"])


def configured() -> FileLimits:
    """The limits of this installation."""
    return FileLimits(**settings.FILES_LIMITS)


def _ask(data: bytes, **task: Any) -> bytes:
    limits = configured()
    try:
        return _READER.ask({**task, "limits": limits.as_dict()}, data, limits.bounds)
    except Refused as refused:
        raise _as_input_error(refused, kind_of(data)) from None


def _as_input_error(refused: Refused, kind: str) -> InputError:
    code, message = sentence(refused, kind)
    return InputError(code, message, field="file")
