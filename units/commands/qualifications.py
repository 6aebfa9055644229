"""Qualifications (资质): filed by the unit and confirmed by 市学时办, or entered by 市学时办 itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.errors import InputError
from accounts.guard import may, require
from accounts.models import Organisation, User
from accounts.texts import check_text
from office.audit.commands import record
from office.messages.commands import send
from units.commands.proofs import one_at_a_time, proof_stored
from units.commands.reasons import checked_reason
from units.models import Qualification
from units.queries.papers import grades_on
from units.states import PaperState, move_paper

_DUPLICATE = "该单位已有相同的资质记录（名称、等级和证书编号都相同）。"


@dataclass(frozen=True, slots=True)
class QualificationInput:
    """What a certificate states; `valid_to` is its last day, None for one without an end."""

    name: str
    grade: str
    number: str
    valid_from: date
    valid_to: date | None = None


@transaction.atomic
def qualification_file(
    *, actor: User, unit: Organisation, data: QualificationInput, upload: UploadedFile[bytes] | None, token: UUID
) -> Qualification:
    """Add a qualification: by the unit's administrator it waits (待核验), by 市学时办 it is confirmed.

    The same `token` answers the same one. Raises Forbidden, InputError naming the field: `name_missing`,
    `number_missing`, `grade_unknown`, `dates_out_of_order`, `file_missing` (the unit must prove it), `paper_known`, and
    those of `check_text` and `inspect`.
    """
    keeps = may(actor, "units.papers_keep", unit)
    if not keeps:
        require(actor, "units.qualification_file", unit)
    one_at_a_time(token)
    existing = Qualification.objects.filter(token=token, organisation=unit).first()
    if existing is not None:
        return existing
    _check(data)
    if upload is None and not keeps:
        raise InputError("file_missing", "请上传资质证书的扫描件或照片。", "file")
    with proof_stored(actor, unit, upload) as proof:
        row = Qualification(
            organisation=unit,
            name=data.name.strip(),
            grade=data.grade,
            number=data.number.strip(),
            valid_from=data.valid_from,
            valid_to=data.valid_to,
            proof=proof,
            token=token,
            filed_by=actor,
            filed_at=timezone.now(),
        )
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError as error:
            raise InputError("paper_known", _DUPLICATE, "number") from error
        if keeps:
            move_paper(row, PaperState.CONFIRMED, actor=actor)
            record(actor=actor, action="qualification.enter", obj=row, after=row.state, organisation=unit.pk)
        else:
            record(actor=actor, action="qualification.file", obj=row, after=row.state, organisation=unit.pk)
    return row


@transaction.atomic
def qualification_confirm(*, actor: User, qualification: Qualification) -> Qualification:
    """Confirm what the unit filed. Asked for twice, the first answer stands. Raises Forbidden, Conflict."""
    row = _locked(actor, qualification)
    if row.state != PaperState.CONFIRMED:
        move_paper(row, PaperState.CONFIRMED, actor=actor)
        record(actor=actor, action="qualification.confirm", obj=row, before=PaperState.PENDING, after=row.state)
        _tell(row, "unit.qualification_confirmed")
    return row


@transaction.atomic
def qualification_decline(*, actor: User, qualification: Qualification, reason: str) -> Qualification:
    """Say that it does not hold, and why."""
    row, said = _locked(actor, qualification), checked_reason(reason, most=300)
    if row.state != PaperState.DECLINED:
        move_paper(row, PaperState.DECLINED, actor=actor, reason=said)
        record(
            actor=actor,
            action="qualification.decline",
            obj=row,
            before=PaperState.PENDING,
            after=row.state,
            reason=said,
        )
        _tell(row, "unit.qualification_declined", reason=said)
    return row


@transaction.atomic
def qualification_revoke(*, actor: User, qualification: Qualification, reason: str) -> Qualification:
    """Make one void, for a reason: 市学时办 any, the unit's administrator one that still waits."""
    own = qualification.state == PaperState.PENDING and may(
        actor, "units.qualification_file", qualification.organisation
    )
    rows = Qualification.objects.select_for_update(of=("self",)).select_related("organisation", "decided_by")
    row = rows.get(pk=qualification.pk)
    if not (own and row.state == PaperState.PENDING):
        require(actor, "units.papers_keep", row.organisation)
    said = checked_reason(reason, most=300)
    if row.state != PaperState.REVOKED:
        before = row.state
        move_paper(row, PaperState.REVOKED, actor=actor, reason=said)
        record(actor=actor, action="qualification.revoke", obj=row, before=before, after=row.state, reason=said)
    return row


def _check(data: QualificationInput) -> None:
    if not data.name.strip():
        raise InputError("name_missing", "请填写资质名称。", "name")
    if not data.number.strip():
        raise InputError("number_missing", "请填写证书编号。", "number")
    check_text(data.name.strip(), "name", "资质名称", 60)
    check_text(data.number.strip(), "number", "证书编号", 60, number=True)
    if data.grade not in grades_on(timezone.localdate()):
        raise InputError("grade_unknown", "请选择列表中的资质等级。", "grade")
    if data.valid_to is not None and data.valid_to < data.valid_from:
        raise InputError("dates_out_of_order", "有效期截止日期不能早于开始日期。", "valid_to")


def _locked(actor: User, qualification: Qualification) -> Qualification:
    require(actor, "units.papers_keep", qualification.organisation)
    rows = Qualification.objects.select_for_update(of=("self",))
    row = rows.select_related("organisation", "decided_by", "filed_by").get(pk=qualification.pk)
    require(actor, "units.papers_keep", row.organisation)
    return row


def _tell(row: Qualification, kind: str, **more: str) -> None:
    send(
        to=row.filed_by,
        kind=kind,
        key=f"{kind}:{row.pk}",
        link=reverse("units:detail", args=[row.organisation_id]),
        qualification=str(row),
        **more,
    )
