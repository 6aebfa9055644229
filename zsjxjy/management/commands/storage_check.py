"""`manage.py storage_check`: try the place where files are kept, before anybody's proof depends on it."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage, storages
from django.core.management.base import BaseCommand, CommandError

from office.files.objects import PrivateBucket


class Command(BaseCommand):
    """Stores, reads and deletes one small file, and asks for it as a stranger would; status 1 when it goes wrong."""

    help = "Store, read and delete one file where proofs are kept; nobody without keys may read it."

    def handle(self, *args: Any, **options: Any) -> None:
        """Try it, and leave nothing behind."""
        data = uuid.uuid4().bytes
        try:
            name = default_storage.save(f"trial/{uuid.uuid4().hex}", ContentFile(data))
            try:
                with default_storage.open(name) as file:
                    same = file.read() == data
                kept_in = storages["default"]
                public = isinstance(kept_in, PrivateBucket) and kept_in.is_public(name)
            finally:
                default_storage.delete(name)
            left = default_storage.exists(name)
        except OSError as error:
            raise CommandError(f"文件存储不可用：{error}") from error
        if not same or left:
            raise CommandError("文件存储不可靠：读回的内容不同，或删除后仍在。")
        if public:
            raise CommandError("存储桶是公开的：没有密钥也能读到文件。请改为私有。")
        self.stdout.write("文件存储可用：已存入、读回、删除一个文件，无密钥者读不到。")
