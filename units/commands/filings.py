"""面授辅导机构备案 with 市人社局 and 市住建局 (§三), as 市学时办 keeps them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.errors import InputError
from accounts.guard import require
from accounts.models import Organisation, User
from accounts.texts import check_text
from office.audit.commands import record
from units.commands.proofs import one_at_a_time, proof_stored
from units.commands.reasons import checked_reason
from units.models import Bureau, ProviderFiling
from units.states import PaperState, move_paper


@dataclass(frozen=True, slots=True)
class FilingInput:
    """One filing: with whom, its number and date, and its last day when it has one."""

    bureau: str
    number: str
    filed_on: date
    valid_to: date | None = None


@transaction.atomic
def filing_enter(
    *, actor: User, unit: Organisation, data: FilingInput, upload: UploadedFile[bytes] | None, token: UUID
) -> ProviderFiling:
    """Enter a filing with its proof. The same `token` answers the same one.

    Raises Forbidden, InputError naming the field: `bureau_unknown`, `number_missing`, `dates_out_of_order`,
    `date_ahead`, `file_missing`, `paper_known`, and those of `check_text` and `inspect`.
    """
    require(actor, "units.papers_keep", unit)
    one_at_a_time(token)
    existing = ProviderFiling.objects.filter(token=token, organisation=unit).first()
    if existing is not None:
        return existing
    _check(data)
    if upload is None:
        raise InputError("file_missing", "请上传备案证明。", "file")
    with proof_stored(actor, unit, upload) as proof:
        row = ProviderFiling(
            organisation=unit,
            bureau=data.bureau,
            number=data.number.strip(),
            filed_on=data.filed_on,
            valid_to=data.valid_to,
            proof=proof,
            token=token,
            filed_by=actor,
            filed_at=timezone.now(),
        )
        try:
            with transaction.atomic():
                row.save(force_insert=True)
                move_paper(row, PaperState.CONFIRMED, actor=actor)
        except IntegrityError as error:
            raise InputError("paper_known", "该单位在这个部门已有相同编号的备案。", "number") from error
        record(actor=actor, action="filing.enter", obj=row, after=row.state, organisation=unit.pk)
    return row


@transaction.atomic
def filing_revoke(*, actor: User, filing: ProviderFiling, reason: str) -> ProviderFiling:
    """Make a filing void, for a reason. Asked for twice, the first answer stands."""
    require(actor, "units.papers_keep", filing.organisation)
    rows = ProviderFiling.objects.select_for_update(of=("self",)).select_related("organisation", "decided_by")
    row = rows.get(pk=filing.pk)
    require(actor, "units.papers_keep", row.organisation)
    said = checked_reason(reason, most=300)
    if row.state != PaperState.REVOKED:
        before = row.state
        move_paper(row, PaperState.REVOKED, actor=actor, reason=said)
        record(actor=actor, action="filing.revoke", obj=row, before=before, after=row.state, reason=said)
    return row


def _check(data: FilingInput) -> None:
    if data.bureau not in Bureau.values:
        raise InputError("bureau_unknown", "请选择备案部门。", "bureau")
    if not data.number.strip():
        raise InputError("number_missing", "请填写备案号。", "number")
    check_text(data.number.strip(), "number", "备案号", 60, number=True)
    if data.filed_on > timezone.localdate():
        raise InputError("date_ahead", "备案日期不能晚于今天。", "filed_on")
    if data.valid_to is not None and data.valid_to < data.filed_on:
        raise InputError("dates_out_of_order", "有效期截止日期不能早于备案日期。", "valid_to")
