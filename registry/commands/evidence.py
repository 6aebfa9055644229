"""Evidence of a claim: added and removed while the claim may still be changed.

The file is stored before its row and deleted when the row does not come to stand, so there is never a row without its
file; a file without a row can only be left by a crash or a lost database between the two, and `evidence_clean_up` takes
it away.
"""

from __future__ import annotations

import uuid
from contextlib import suppress
from datetime import timedelta
from pathlib import PurePath
from typing import BinaryIO, cast

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone

from accounts.errors import InputError
from accounts.guard import require
from accounts.models import User
from accounts.personal import hide_personal
from office.audit.commands import record
from registry.media import Media, inspect
from registry.models import Claim, Evidence
from registry.queries.notices import notice_on
from registry.states import EDITABLE

FOLDER = "evidence"
STORAGE_FULL = "服务器暂时无法保存文件，请稍后再试；已填内容没有丢失。"


def evidence_add(*, actor: User, claim: Claim, kind: str, upload: UploadedFile[bytes], token: uuid.UUID) -> Evidence:
    """Add one file to a claim. The same bytes for the same proof answer the row already there.

    `token` is the form's; the same form may bring another file after one was refused, so the row gets its own.
    Raises InputError: field `kind` when the activity asks for no such proof, `file` when the file is not acceptable.
    """
    require(actor, "registry.claim_edit", claim)
    _check_kind(claim, kind)
    media = inspect(cast(BinaryIO, upload), size=upload.size or 0)
    path = _store(upload, media)
    try:
        row = _add_row(actor, claim, kind, upload.name or "", path, media, token)
    except (OperationalError, InterfaceError):
        raise  # lost in the middle of COMMIT the row may stand all the same: the clean-up will know
    except Exception:
        default_storage.delete(path)
        raise
    if row.file.name != path:
        default_storage.delete(path)
    return row


@transaction.atomic
def evidence_remove(*, actor: User, evidence: Evidence) -> None:
    """Take a file away from a claim that is not handed in. The bytes go once the row is gone for good."""
    require(actor, "registry.claim_edit", evidence.claim)
    claim = _editable(evidence.claim)
    row = Evidence.objects.filter(pk=evidence.pk).first()
    if row is None:
        return
    path = str(row.file.name)
    row.delete()
    record(actor=actor, action="evidence.remove", obj=claim, sha256=row.sha256_hex, kind=row.kind)
    transaction.on_commit(lambda: default_storage.delete(path))


def evidence_clean_up(*, older_than: timedelta = timedelta(hours=24)) -> int:
    """Delete stored files that no row names (left by a crash between file and row). How many went."""
    if not default_storage.exists(FOLDER):
        return 0
    gone = 0
    limit = timezone.now() - older_than
    for name in default_storage.listdir(FOLDER)[1]:
        path = f"{FOLDER}/{name}"
        with suppress(FileNotFoundError):  # taken away by its own command in the meantime
            young = default_storage.get_modified_time(path) > limit
            if not young and not Evidence.objects.filter(file=path).exists():
                default_storage.delete(path)
                gone += 1
    return gone


def _store(upload: UploadedFile[bytes], media: Media) -> str:
    path = f"{FOLDER}/{uuid.uuid4().hex}{media.suffix}"
    try:
        return default_storage.save(path, upload)
    except OSError as error:
        with suppress(OSError):
            default_storage.delete(path)  # what fitted on a full disk would only keep it full
        raise InputError("storage_full", STORAGE_FULL, field="file") from error


@transaction.atomic
def _add_row(
    actor: User,
    claim: Claim,
    kind: str,
    name: str,
    path: str,
    media: Media,
    token: uuid.UUID,
) -> Evidence:
    claim = _editable(claim)
    existing = claim.evidence.filter(kind=kind, sha256=media.sha256).first()
    if existing is not None:
        return existing
    if claim.evidence.count() >= settings.EVIDENCE_MAX_FILES:
        raise InputError("too_many_files", f"每份申报最多上传{settings.EVIDENCE_MAX_FILES}个文件。", field="file")
    row = Evidence.objects.create(
        claim=claim,
        kind=kind,
        file=path,
        name=_shown_name(name),
        media_type=media.media_type,
        size=media.size,
        sha256=media.sha256,
        token=uuid.uuid5(token, f"{claim.pk}:{kind}:{media.sha256.hex()}"),
        added_by=actor,
    )
    record(actor=actor, action="evidence.add", obj=claim, sha256=row.sha256_hex, kind=kind)
    return row


def _editable(claim: Claim) -> Claim:
    locked = Claim.objects.select_for_update().get(pk=claim.pk)
    if locked.state not in EDITABLE:
        raise InputError("not_editable", f"申报{locked.get_state_display()}，不能再更改材料。")
    return locked


def _check_kind(claim: Claim, kind: str) -> None:
    rule = notice_on(claim.ended_on).activities[claim.activity]
    if kind not in {asked.code for asked in rule.evidence}:
        raise InputError("evidence_kind", "请选择材料类型。", field="kind")


def _shown_name(name: str) -> str:
    """A name to show beside the file: the last part, printable, without a person's number, short, its ending kept."""
    plain = "".join(letter for letter in PurePath(name.replace("\\", "/")).name if letter.isprintable()) or "材料"
    plain = hide_personal(plain)
    path = PurePath(plain)
    return plain if len(plain) <= 150 else path.stem[: 150 - len(path.suffix[:10])] + path.suffix[:10]
