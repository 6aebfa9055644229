"""A platform's file as the city office moves it: handed in, its columns explained, confirmed or given up.

Every command locks the import's row first; asked for twice, it answers the same. The work itself is done by jobs.
"""

from __future__ import annotations

from uuid import uuid4

from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.utils import timezone

from accounts.errors import Conflict, InputError
from accounts.guard import require
from accounts.models import User
from office.audit.commands import record
from office.jobs.commands import enqueue
from registry.commands.claim_input import checked_reason
from registry.commands.platforms import files, staging
from registry.commands.platforms.columns import fingerprint
from registry.commands.platforms.profiles import ProfileInput, profile_keep
from registry.commands.platforms.rules import basis_of
from registry.models import PlatformImport
from registry.platform_states import ImportState, move_import
from registry.queries.platforms import platform_names

CHECK, CREDIT, UNDO = "platform_check", "platform_credit", "platform_undo"
OPEN = (
    ImportState.READING,
    ImportState.UNMAPPED,
    ImportState.CHECKING,
    ImportState.READY,
    ImportState.IN_ERROR,
    ImportState.IMPORTING,
)


def import_upload(*, actor: User, platform: str, upload: UploadedFile[bytes]) -> PlatformImport:
    """Take a platform's file in and have it read. The same file that is under way already answers its import.

    Raises Forbidden, InputError: `platform_wrong`, `storage_full` and the codes of `office.sheets` (field `file`).
    """
    require(actor, "registry.platform_import")
    if platform not in platform_names():
        raise InputError("platform_wrong", "请选择学习平台。", "platform")
    data = files.look_at(upload)
    with files.kept(data, upload.name or "") as file:
        row = _add(actor, platform, file)
    if row.file != file.path:  # it came a second time: the first one stays
        default_storage.delete(file.path)
    return row


@transaction.atomic
def columns_set(*, actor: User, row: PlatformImport, data: ProfileInput) -> PlatformImport:
    """Say what the file's columns mean, keep it as a profile, and have the rows checked by it.

    Raises Forbidden, Conflict, InputError naming the field.
    """
    row = _locked(actor, row)
    before = row.state
    move_import(row, ImportState.CHECKING)
    row.profile = profile_keep(actor=actor, platform=row.platform, fingerprint=fingerprint(row.headings), data=data)
    _ask(actor, row, CHECK)
    record(actor=actor, action="platform_import.columns", obj=row, before=before, after=row.state)
    return row


@transaction.atomic
def check_again(*, actor: User, row: PlatformImport) -> PlatformImport:
    """Check the rows anew, after the list of courses, people or a profile changed."""
    row = _locked(actor, row)
    if row.state == ImportState.CHECKING:
        return row
    before = row.state
    move_import(row, ImportState.CHECKING)
    _ask(actor, row, CHECK)
    record(actor=actor, action="platform_import.check", obj=row, before=before, after=row.state)
    return row


@transaction.atomic
def import_confirm(*, actor: User, row: PlatformImport, with_warnings: bool, reason: str) -> PlatformImport:
    """Have what was checked imported; rows with findings only `with_warnings`, for a written reason.

    Raises Forbidden, InputError `reason_missing`, `nothing_to_import`, Conflict when it was decided already
    or when courses or notices have changed since the check (`checked_by_other_rules`).
    """
    row = _locked(actor, row)
    if row.state in (ImportState.IMPORTING, ImportState.DONE):
        return row
    before = row.state
    move_import(row, ImportState.IMPORTING)
    counts = row.counts
    if not counts["ready"] and not (with_warnings and counts["warned"]):
        raise InputError("nothing_to_import", "没有可以导入的记录。", "with_warnings")
    with_warnings = with_warnings and bool(counts["warned"])
    reason = checked_reason(reason, needed=with_warnings)
    if basis_of(map(int, counts["basis_years"])) != row.basis:
        raise Conflict("checked_by_other_rules", "核对之后，规定课程或认定标准有变动，请重新核对后再导入。")
    row.with_warnings, row.reason = with_warnings, reason if with_warnings else ""
    row.confirmed_by, row.confirmed_at = actor, timezone.now()
    _ask(actor, row, CREDIT)
    record(actor=actor, action="platform_import.confirm", obj=row, before=before, after=row.state, reason=row.reason)
    return row


@transaction.atomic
def import_abandon(*, actor: User, row: PlatformImport) -> PlatformImport:
    """Give an import up: its file and rows go. Nothing of it was credited."""
    row = _locked(actor, row)
    if row.state == ImportState.ABANDONED:
        return row
    before = row.state
    move_import(row, ImportState.ABANDONED)
    row.finished_at = timezone.now()
    files.forget(row)
    staging.unstage(row, keep_reasons=False)
    row.save()
    record(actor=actor, action="platform_import.abandon", obj=row, before=before, after=row.state)
    return row


@transaction.atomic
def import_reverse(*, actor: User, row: PlatformImport, reason: str) -> PlatformImport:
    """Have everything an import credited reversed, for a reason. Raises Forbidden, Conflict, InputError."""
    row = _locked(actor, row)
    if row.state in (ImportState.REVERSING, ImportState.REVERSED):
        return row
    before = row.state
    move_import(row, ImportState.REVERSING)
    row.reversal_reason = checked_reason(reason, needed=True)
    _ask(actor, row, UNDO)
    record(
        actor=actor,
        action="platform_import.reverse",
        obj=row,
        before=before,
        after=row.state,
        reason=row.reversal_reason,
    )
    return row


@transaction.atomic
def _add(actor: User, platform: str, file: files.SealedFile) -> PlatformImport:
    with connection.cursor() as cursor:  # the second of two posts of one file waits here for the first
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"platform:{file.sha256.hex()}"])
    existing = PlatformImport.objects.filter(platform=platform, sha256=file.sha256, state__in=OPEN).first()
    if existing is not None:
        return existing
    row = PlatformImport(
        platform=platform,
        name=file.name,
        sha256=file.sha256,
        size=file.size,
        file=file.path,
        data_key=file.data_key,
        created_by=actor,
        created_at=timezone.now(),
    )
    row.state_at = row.created_at
    row.save()
    _ask(actor, row, CHECK)
    record(actor=actor, action="platform_import.upload", obj=row, after=row.state, sha256=row.sha256_hex)
    return row


def _ask(actor: User, row: PlatformImport, kind: str) -> None:
    """Write the job that does the next step; the row names it."""
    job = enqueue(
        actor=actor, kind=kind, key=f"{kind}:{row.pk}:{uuid4()}", params={"import": row.pk, "actor": actor.pk}
    )
    row.job = job.pk
    row.save()


def _locked(actor: User, row: PlatformImport) -> PlatformImport:
    require(actor, "registry.platform_import")
    return PlatformImport.objects.select_for_update().get(pk=row.pk)
