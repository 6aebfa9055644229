"""Files on their way in: when there is no room even for the temporary file, the rest of the form still arrives."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import SkipFile, TemporaryFileUploadHandler
from django.http import HttpRequest

_LOST = "_lost_uploads"


def lost_uploads(request: HttpRequest) -> list[str]:
    """Names of the inputs of which a file could not be kept for want of room (once the form was read)."""
    return list(getattr(request, _LOST, ()))


class FullDiskUploadHandler(TemporaryFileUploadHandler):
    """Django's handler of large files, except that a full disk loses one file and not the request."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Open the temporary file; SkipFile when there is no room for one."""
        self.__dict__.pop("file", None)  # an earlier file of the form, complete by now: not ours to close
        try:
            super().new_file(*args, **kwargs)
        except OSError as error:
            self._lose()
            raise SkipFile from error

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Write what came; SkipFile when there is no room for it."""
        try:
            super().receive_data_chunk(raw_data, start)
        except OSError as error:
            self._lose()
            raise SkipFile from error

    def file_complete(self, file_size: int) -> UploadedFile[Any] | None:
        """The whole file, or None when there was no room for its last bytes."""
        try:
            return super().file_complete(file_size)
        except OSError:
            self._lose()
            return None

    def _lose(self) -> None:
        if "file" in self.__dict__:
            with suppress(OSError):
                self.file.close()  # deletes it
        setattr(self.request, _LOST, [*getattr(self.request, _LOST, ()), self.field_name])
