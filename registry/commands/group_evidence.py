"""Files of a group claim: the envelope's own, and certificates that still have to be given to their person."""

from __future__ import annotations

from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from accounts.errors import InputError
from accounts.guard import require
from accounts.models import User
from office.audit.commands import record
from registry.commands.claim_moves import locked
from registry.commands.evidence import FOLDER, attach, detach
from registry.commands.files import Stored, discard, stored
from registry.commands.groups import locked_group
from registry.models import Claim, Evidence, GroupClaim
from registry.queries.evidence import certificate_kind, group_rules_of
from registry.queries.groups import UNASSIGNED
from registry.states import EDITABLE, ClaimState

# What an office may have looked at when it decided.
_SEEN = (ClaimState.SUBMITTED, ClaimState.ACCEPTED, ClaimState.REFUSED, ClaimState.REVERSED)


def group_evidence_add(
    *, actor: User, group: GroupClaim, kind: str, upload: UploadedFile[bytes], token: UUID
) -> Evidence:
    """Add one file to the envelope while any of its claims may still be changed.

    InputError: field `kind` when the notice asks for no such proof, `file` when the file is not acceptable.
    """
    require(actor, "registry.group_edit", group)
    if kind not in {asked.code for asked in group_rules_of(group).evidence}:
        raise InputError("evidence_kind", "请选择材料类型。", field="kind")
    with stored(upload, FOLDER) as file:
        row = _add_row(actor, group, kind, file, token)
    if row.file.name != file.path:
        discard(file.path)
    return row


@transaction.atomic
def group_evidence_remove(*, actor: User, evidence: Evidence) -> None:
    """Take a file out of the envelope, while no office has or had it before it; an unassigned certificate any time."""
    group = locked_group(actor, _group_of(evidence))
    if evidence.kind != UNASSIGNED and group.claims.filter(state__in=_SEEN).exists():
        raise InputError("not_editable", "已有人员的申报提交或办理，整体材料不能删除，可以补充上传。")
    detach(actor, group, evidence)


@transaction.atomic
def certificate_assign(*, actor: User, evidence: Evidence, claim: Claim) -> Evidence:
    """Give a file that belongs to nobody yet to one person of the group.

    InputError: `not_editable`, `not_in_group` (field `claim`), `too_many_files`; the person having the same file
    already, it is only taken off the list.
    """
    group = locked_group(actor, _group_of(evidence))
    claim = locked(actor, "registry.claim_edit", claim)
    if claim.group_id != group.pk or evidence.kind != UNASSIGNED:
        raise InputError("not_in_group", "请选择名单中的人员。", "claim")
    if claim.state not in EDITABLE:
        raise InputError(
            "not_editable", f"{claim.practitioner.name}的申报{claim.get_state_display()}，不能再更改材料。"
        )
    kind = certificate_kind(claim)
    if claim.evidence.filter(kind=kind, sha256=evidence.sha256).exists():
        detach(actor, group, evidence)
        return claim.evidence.get(kind=kind, sha256=evidence.sha256)
    evidence.group, evidence.claim, evidence.kind = None, claim, kind
    evidence.save()
    record(actor=actor, action="evidence.assign", obj=claim, sha256=evidence.sha256_hex, kind=kind)
    return evidence


@transaction.atomic
def _add_row(actor: User, group: GroupClaim, kind: str, file: Stored, token: UUID) -> Evidence:
    group = locked_group(actor, group)
    if group.submitted_at is not None and not group.claims.filter(state__in=EDITABLE).exists():
        raise InputError("not_editable", "没有待补正的申报，不能再更改材料。")
    return attach(actor, group, kind, file, token)


def _group_of(evidence: Evidence) -> GroupClaim:
    if evidence.group is None:
        raise InputError("evidence_of_claim", "这份材料属于个人申报。")
    return evidence.group
