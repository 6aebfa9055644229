"""Certificates of a group claim: one by one, or as a zip whose files are told apart by name or ID number."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from typing import BinaryIO, cast
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from accounts.errors import InputError
from accounts.guard import require
from accounts.models import User
from accounts.personal import hide_personal
from office.audit.commands import record
from registry.bundles import MOST_FILES, Bundle, Member
from registry.commands.claim_moves import locked
from registry.commands.evidence import FOLDER, attach, evidence_add
from registry.commands.files import Stored, discard, stored
from registry.commands.groups import locked_group
from registry.models import Claim, Evidence, GroupClaim
from registry.queries.evidence import certificate_kind
from registry.queries.group_names import Match, Names
from registry.queries.groups import UNASSIGNED
from registry.states import EDITABLE

TOLD = 20  # files that one refusal names


@dataclass(frozen=True, slots=True)
class Unpacked:
    """What became of a zip: how many files found their person, and which did not, with the reason."""

    assigned: int
    unassigned: tuple[tuple[str, str], ...]


def certificate_add(*, actor: User, claim: Claim, upload: UploadedFile[bytes], token: UUID) -> Evidence:
    """Add one person's certificate. InputError as in `evidence_add`."""
    return evidence_add(actor=actor, claim=claim, kind=certificate_kind(claim), upload=upload, token=token)


def bundle_add(*, actor: User, group: GroupClaim, upload: UploadedFile[bytes], token: UUID) -> Unpacked:
    """Add the certificates of a zip, each to its person; one that fits nobody waits to be assigned by hand.

    All files or none: InputError (field `bundle`) says what is wrong with the archive, or names each file in it that
    is no acceptable proof.
    """
    require(actor, "registry.group_edit", group)
    bundle = Bundle(cast(BinaryIO, upload), size=upload.size or 0)
    with ExitStack() as stack:
        files = _stored(stack, bundle)
        kept, result = _add_rows(actor, group, files, token)
    for _, file in files:
        if file.path not in kept:  # the person had this very file already
            discard(file.path)
    return result


def _stored(stack: ExitStack, bundle: Bundle) -> list[tuple[Member, Stored]]:
    """Every file checked and stored; when any is refused, those stored before it go again with the stack."""
    files: list[tuple[Member, Stored]] = []
    refused: list[str] = []
    for member, upload in bundle.uploads():
        try:
            files.append((member, stack.enter_context(stored(upload, FOLDER))))
        except InputError as error:
            if error.code == "storage_full":
                raise InputError(error.code, error.message, "bundle") from error
            refused.append(f"“{hide_personal(member.path)}”：{error.message}")
    if refused:
        more = f"\n……共{len(refused)}个文件" if len(refused) > TOLD else ""
        raise InputError("bundle_files", "压缩包中有文件不能接受：\n" + "\n".join(refused[:TOLD]) + more, "bundle")
    return files


@transaction.atomic
def _add_rows(
    actor: User, group: GroupClaim, files: list[tuple[Member, Stored]], token: UUID
) -> tuple[set[str], Unpacked]:
    group = locked_group(actor, group)
    if not group.claims.filter(state__in=EDITABLE).exists():
        raise InputError("not_editable", "没有可以补充证书的人员，请先添加人员。", "bundle")
    names, kept, unassigned = Names(group), set(), []
    for member, file in files:
        match = names.match(member.name)
        row = _add_row(actor, group, match, file, token)
        kept.add(str(row.file.name))
        if match.claim is None:
            unassigned.append((file.name, match.problem))
    result = Unpacked(len(files) - len(unassigned), tuple(unassigned))
    record(actor=actor, action="group.bundle", obj=group, files=len(files), assigned=result.assigned)
    return kept, result


def _add_row(actor: User, group: GroupClaim, match: Match, file: Stored, token: UUID) -> Evidence:
    if match.claim is None:
        return attach(actor, group, UNASSIGNED, file, token, most=2 * MOST_FILES)
    claim = locked(actor, "registry.claim_edit", match.claim)
    try:
        return attach(actor, claim, certificate_kind(claim), file, token)
    except InputError as error:
        raise InputError(error.code, f"{claim.practitioner.name}：{error.message}", "bundle") from error
