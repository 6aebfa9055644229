"""Files that prove something of a unit, stored with the row they belong to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction

from accounts.models import Organisation, User
from registry.commands.files import clean_up, stored
from units.models import Proof

FOLDER = "units"


def one_at_a_time(token: UUID) -> None:
    """Of a form posted twenty times at once each waits for the one before, until its transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"unit:{token}"])


@contextmanager
def proof_stored(actor: User, unit: Organisation, upload: UploadedFile[bytes] | None) -> Iterator[Proof | None]:
    """The proof's row for the paper written inside, in one transaction; None without a file.

    Row and file come to stand together or not at all. Raises InputError (field `file`).
    """
    if upload is None:
        with transaction.atomic():
            yield None
        return
    with stored(upload, FOLDER) as file, transaction.atomic():
        yield Proof.objects.create(
            organisation=unit,
            file=file.path,
            name=file.name,
            media_type=file.media.media_type,
            size=file.media.size,
            sha256=file.media.sha256,
            added_by=actor,
        )


def proofs_clean_up(*, older_than: timedelta = timedelta(hours=24)) -> int:
    """Delete stored files that no row names (left by a crash between file and row). How many went."""
    return clean_up(FOLDER, lambda path: Proof.objects.filter(file=path).exists(), older_than=older_than)
