"""Handed-in files on their way out: as attachments that no browser runs anything of."""

from __future__ import annotations

from pathlib import PurePath
from typing import Protocol

from django.core.exceptions import SuspiciousFileOperation
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404
from django.utils.text import get_valid_filename

from office.files.kinds import JPEG, OFD, PDF, PNG

ENDINGS = {PDF: {".pdf"}, OFD: {".ofd"}, JPEG: {".jpg", ".jpeg", ".jpe", ".jfif"}, PNG: {".png"}}


class Kept(Protocol):
    """A row that names a stored file."""

    file: FieldFile
    name: str
    media_type: str


def content(row: Kept) -> bytes:
    """The whole file, of at most as many bytes as any evidence may have. 404 when it is gone."""
    try:
        with row.file.open("rb") as file:
            return bytes(file.read())
    except FileNotFoundError as error:
        raise Http404 from error


def attachment(row: Kept) -> FileResponse:
    """The file as a download. 404 when it is gone. The view adds the sandboxing policy (`csp`)."""
    try:
        file = row.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(file, as_attachment=True, filename=download_name(row), content_type=row.media_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store, private"
    return response


def download_name(row: Kept) -> str:
    """The name as handed in, with an ending that fits the content: nothing fetched here opens as something else."""
    ending = PurePath(str(row.file.name)).suffix
    try:
        name = get_valid_filename(row.name)
    except SuspiciousFileOperation:  # nothing of it can stand in a file's name
        return f"evidence{ending}"
    if name.startswith("."):
        name = f"evidence{name.rstrip('.')}"
    fitting = PurePath(name).suffix.lower() in ENDINGS[row.media_type]
    return name if fitting else f"{name}{ending}"
