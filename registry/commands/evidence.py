"""Evidence of a claim: added and removed while the claim may still be changed.

File and row stand or fall together (`registry.commands.files`); what a crash leaves `evidence_clean_up` takes away.
"""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from accounts.errors import InputError
from accounts.guard import require
from accounts.models import User
from office.audit.commands import record
from registry.commands.files import Stored, clean_up, discard, stored
from registry.models import Claim, Evidence, GroupClaim
from registry.queries.notices import notice_on
from registry.states import EDITABLE

FOLDER = "evidence"


def evidence_add(*, actor: User, claim: Claim, kind: str, upload: UploadedFile[bytes], token: uuid.UUID) -> Evidence:
    """Add one file to a claim. The same bytes for the same proof answer the row already there.

    `token` is the form's; the same form may bring another file after one was refused, so the row gets its own.
    Raises InputError: field `kind` when the activity asks for no such proof, `file` when the file is not acceptable.
    """
    require(actor, "registry.claim_edit", claim)
    _check_kind(claim, kind)
    with stored(upload, FOLDER) as file:
        row = _add_row(actor, claim, kind, file, token)
    if row.file.name != file.path:
        discard(file.path)
    return row


@transaction.atomic
def evidence_remove(*, actor: User, evidence: Evidence) -> None:
    """Take a file away from a claim that is not handed in. The bytes go once the row is gone for good.

    The files of a group's envelope have a command of their own (`group_evidence_remove`).
    """
    if evidence.claim is None:
        raise InputError("evidence_of_group", "这是集体申报的整体材料，请在集体申报中删除。")
    require(actor, "registry.claim_edit", evidence.claim)
    detach(actor, _editable(evidence.claim), evidence)


def attach(
    actor: User, holder: Claim | GroupClaim, kind: str, file: Stored, token: uuid.UUID, *, most: int | None = None
) -> Evidence:
    """Write the row of a stored file, in the caller's transaction; the holder is locked and may be changed.

    InputError `too_many_files` above `most` (EVIDENCE_MAX_FILES when not given).
    """
    existing = holder.evidence.filter(kind=kind, sha256=file.media.sha256).first()
    if existing is not None:
        return existing
    most = settings.EVIDENCE_MAX_FILES if most is None else most
    if holder.evidence.count() >= most:
        raise InputError("too_many_files", f"每份申报最多上传{most}个文件。", field="file")
    row = Evidence.objects.create(
        **{"claim" if isinstance(holder, Claim) else "group": holder},
        kind=kind,
        file=file.path,
        name=file.name,
        media_type=file.media.media_type,
        size=file.media.size,
        pages=file.media.pages,
        sha256=file.media.sha256,
        token=uuid.uuid5(token, f"{holder.pk}:{kind}:{file.media.sha256.hex()}"),
        added_by=actor,
    )
    record(actor=actor, action="evidence.add", obj=holder, sha256=row.sha256_hex, kind=kind)
    return row


def detach(actor: User, holder: Claim | GroupClaim, evidence: Evidence) -> None:
    """Delete a row, in the caller's transaction, and its file once the row is gone for good; gone already is fine."""
    row = Evidence.objects.filter(pk=evidence.pk).first()
    if row is None:
        return
    path = str(row.file.name)
    row.delete()
    record(actor=actor, action="evidence.remove", obj=holder, sha256=row.sha256_hex, kind=row.kind)
    transaction.on_commit(lambda: discard(path))


def evidence_clean_up(*, older_than: timedelta = timedelta(hours=24)) -> int:
    """Delete stored files that no row names (left by a crash between file and row). How many went."""
    return clean_up(FOLDER, lambda path: Evidence.objects.filter(file=path).exists(), older_than=older_than)


@transaction.atomic
def _add_row(actor: User, claim: Claim, kind: str, file: Stored, token: uuid.UUID) -> Evidence:
    return attach(actor, _editable(claim), kind, file, token)


def _editable(claim: Claim) -> Claim:
    locked = Claim.objects.select_for_update().get(pk=claim.pk)
    if locked.state not in EDITABLE:
        raise InputError("not_editable", f"申报{locked.get_state_display()}，不能再更改材料。")
    return locked


def _check_kind(claim: Claim, kind: str) -> None:
    rule = notice_on(claim.ended_on).activities[claim.activity]
    if kind not in {asked.code for asked in rule.evidence}:
        raise InputError("evidence_kind", "请选择材料类型。", field="kind")
