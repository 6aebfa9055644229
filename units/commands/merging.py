"""Two records of one unit become one: what belongs to the other moves to the kept one, and the other is closed."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from accounts.commands.organisations import organisation_close
from accounts.commands.unit_admins import appointments_move
from accounts.errors import Conflict, InputError
from accounts.guard import require
from accounts.models import Organisation, User
from office.audit.commands import record
from registry.commands.unit_people import people_merge
from units.commands.changes import note_change
from units.commands.reasons import checked_reason
from units.models import Proof, ProviderFiling, Qualification, UnitChange


@transaction.atomic
def unit_merge(*, actor: User, kept: Organisation, other: Organisation, reason: str) -> Organisation:
    """Merge `other` into `kept` in one transaction: people, appointments, qualifications, filings and their proofs.

    There is no way back but the history tells it all. Asked for twice, the first answer stands. Raises Forbidden
    (both must be one's own to keep), InputError `same_unit`, `unit_inactive` (field `other`), `reason_missing`,
    Conflict `unit_merged` when the other went into a third record.
    """
    for unit in (kept, other):
        require(actor, "units.keep", unit)
    if kept.pk == other.pk:
        raise InputError("same_unit", "请选择另一条单位记录。", "other")
    said = checked_reason(reason, most=300)
    kept, other = _locked(kept, other)
    if other.merged_into_id == kept.pk:
        return kept
    if other.merged_into is not None:
        raise Conflict("unit_merged", f"“{other.name}”已并入“{other.merged_into.name}”。")
    if not kept.is_active:
        raise InputError("unit_inactive", "保留的单位记录已停用，请先恢复或换一条。", "other")
    moved = [["在册和待确认人员", "", str(people_merge(actor=actor, from_unit=other, to_unit=kept, reason=said))]]
    moved.append(["任职", "", str(appointments_move(actor=actor, from_unit=other, to_unit=kept))])
    moved += _move_papers(other, kept)
    organisation_close(actor=actor, organisation=other, reason=said, merged_into=kept)
    note_change(actor, kept, UnitChange.What.KEPT, said, [["并入的单位", "", other.name], *moved])
    note_change(actor, other, UnitChange.What.ABSORBED, said, [["并入", "", kept.name], *moved])
    record(actor=actor, action="unit.merge", obj=kept, reason=said, other=other.pk, moved=moved)
    return kept


def _locked(kept: Organisation, other: Organisation) -> tuple[Organisation, Organisation]:
    """Both records as they stand, locked in one order so that two merges never wait for each other."""
    rows = Organisation.objects.select_for_update(of=("self",)).select_related("region", "merged_into")
    found = {unit.pk: unit for unit in rows.filter(pk__in=[kept.pk, other.pk]).order_by("pk")}
    return found[kept.pk], found[other.pk]


def _move_papers(other: Organisation, kept: Organisation) -> list[list[str]]:
    """Papers with their proofs; one that the kept record has already stays where it is, proof and all."""
    moved = []
    for model, name in ((Qualification, "资质"), (ProviderFiling, "面授辅导机构备案")):
        count = 0
        for paper in model.objects.select_for_update().filter(organisation=other).order_by("pk"):
            paper.organisation = kept
            try:
                with transaction.atomic():
                    paper.save(update_fields=["organisation"])
            except IntegrityError:
                continue
            if paper.proof_id is not None:
                Proof.objects.filter(pk=paper.proof_id).update(organisation=kept)
            count += 1
        moved.append([name, "", str(count)])
    return moved
