"""Files of an application: added and taken away while it may be changed; row and file stand or fall together."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from accounts.errors import InputError
from accounts.guard import require
from accounts.models import User
from courses.commands.application_moves import changed, editable
from courses.models import ApplicationPart, Attachment, AttachmentKind, ClassApplication
from registry.commands.files import Stored, clean_up, discard, stored

FOLDER = "classes"


def attachment_add(*, actor: User, application: ClassApplication, kind: str, upload: UploadedFile[bytes]) -> Attachment:
    """Add one file. The same bytes of the same kind answer the row already there.

    Raises InputError: `kind_unknown`, `not_editable`, `too_many_files`, and those of `inspect` (field `file`).
    """
    require(actor, "courses.application_write", application)
    if kind not in AttachmentKind.values:
        raise InputError("kind_unknown", "请选择材料类型。", "kind")
    with stored(upload, FOLDER) as file:
        row = _add_row(actor, application, kind, file)
    if row.file.name != file.path:
        discard(file.path)
    return row


@transaction.atomic
def attachment_remove(*, actor: User, attachment: Attachment) -> None:
    """Take a file away; gone already is what was asked for. The bytes go once the row is gone for good."""
    application = editable(actor, attachment.application, ApplicationPart.ATTACHMENTS)
    row = application.attachments.filter(pk=attachment.pk).first()
    if row is None:
        return
    path = str(row.file.name)
    row.delete()
    changed(actor, application, ApplicationPart.ATTACHMENTS)
    transaction.on_commit(lambda: discard(path))


def class_files_clean_up(*, older_than: timedelta = timedelta(hours=24)) -> int:
    """Delete stored files of applications that no row names (left by a crash between file and row). How many went."""
    return clean_up(FOLDER, lambda path: Attachment.objects.filter(file=path).exists(), older_than=older_than)


@transaction.atomic
def _add_row(actor: User, application: ClassApplication, kind: str, file: Stored) -> Attachment:
    application = editable(actor, application, ApplicationPart.ATTACHMENTS)
    existing = application.attachments.filter(kind=kind, sha256=file.media.sha256).first()
    if existing is not None:
        return existing
    if application.attachments.count() >= settings.EVIDENCE_MAX_FILES:
        raise InputError("too_many_files", f"每份申请最多上传{settings.EVIDENCE_MAX_FILES}个文件。", "file")
    row = Attachment.objects.create(
        application=application,
        kind=kind,
        file=file.path,
        name=file.name,
        media_type=file.media.media_type,
        size=file.media.size,
        sha256=file.media.sha256,
        added_by=actor,
    )
    changed(actor, application, ApplicationPart.ATTACHMENTS)
    return row
