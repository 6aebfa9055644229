"""Files kept in an S3-compatible bucket: private objects, read by the portal alone, with the errors of a disk.

Django's and the portal's code knows a storage by what a disk raises: FileNotFoundError for what is not there, OSError
for everything else that went wrong. Here botocore's errors become those, so that no caller asks where files lie.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, NoReturn

from boto3.exceptions import Boto3Error
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
from django.core.files.base import File
from storages.backends.s3 import S3Storage

_ABSENT = {"404", "NoSuchKey", "NotFound"}


class BucketAway(OSError):
    """The object store did not do what was asked: away, full, or it refuses our keys."""


class PrivateBucket(S3Storage):  # type: ignore[misc]  # django-storages comes without types
    """A bucket whose objects nobody gets an address of; what is in them leaves through a view that asks who one is."""

    def url(self, name: str, *args: Any, **kwargs: Any) -> NoReturn:
        """There is none: an address would serve whoever holds it."""
        raise NotImplementedError("objects of a private bucket have no address")

    def get_object_parameters(self, name: str) -> dict[str, Any]:
        """The type a browser claimed for its upload is nobody's word: the store is told bytes."""
        return {**super().get_object_parameters(name), "ContentType": "application/octet-stream"}

    def is_public(self, name: str) -> bool:
        """Whether somebody without keys may read an object, which nobody should."""
        try:
            self.unsigned_connection.meta.client.head_object(Bucket=self.bucket_name, Key=self._normalize_name(name))
        except ClientError:
            return False
        return True

    def exists(self, name: str) -> bool:
        """Whether there is such an object; OSError when the store cannot say."""
        with _as_disk(name):
            return bool(super().exists(name))

    def delete(self, name: str) -> None:
        """Delete the object, if there is one; OSError when the store does not."""
        with _as_disk(name):
            super().delete(name)

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        """Folders and files below a path, which need not exist; OSError when the store cannot say."""
        with _as_disk(path):
            folders, files = super().listdir(path)
            return folders, files

    def size(self, name: str) -> int:
        """Bytes of an object; FileNotFoundError, OSError."""
        with _as_disk(name):
            return int(super().size(name))

    def get_modified_time(self, name: str) -> datetime:
        """When an object was stored; FileNotFoundError, OSError."""
        with _as_disk(name):
            found: datetime = super().get_modified_time(name)
            return found

    def _open(self, name: str, mode: str = "rb") -> File[bytes]:
        with _as_disk(name):
            file: File[bytes] = super()._open(name, mode)
            if "r" in mode:
                file.open()  # fetched here and now: an answer half sent cannot be taken back
            return file

    def _save(self, name: str, content: File[bytes]) -> str:
        with _as_disk(name):
            return str(super()._save(name, content))


@contextmanager
def _as_disk(name: str) -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        status = str(error.response.get("Error", {}).get("Code", ""))
        if status in _ABSENT:
            raise FileNotFoundError(f"no such object: {name}") from error
        raise BucketAway(f"the object store answers {status}") from error
    except (BotoCoreError, HTTPClientError, Boto3Error) as error:
        raise BucketAway(f"the object store is away: {type(error).__name__}") from error
