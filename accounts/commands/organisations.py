"""Units: accepted into the register of units, changed, closed and opened again.

These write the unit's own row and nothing else; whoever belongs to the unit is the affair of the rooms above
(`units.commands.changes`), which is why they alone call the changes.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import IntegrityError, transaction

from accounts import trail
from accounts.errors import InputError
from accounts.guard import require
from accounts.identity import check_org_code, check_telephone, check_uscc
from accounts.models import Business, Organisation, OrganisationKind, Region, User
from accounts.texts import check_text

_TEXTS = {"name": ("单位名称", 100), "address": ("单位地址", 120), "contact_name": ("联系人", 30)}
_FIELDS = ("name", "uscc", "old_code", "kind", "business", "region", "address", "contact_name", "phone")


@dataclass(frozen=True, slots=True)
class OrganisationInput:
    """What is stated of a unit: its 统一社会信用代码 or, where it has none yet, the old 组织机构代码; or both."""

    name: str
    kind: OrganisationKind
    region: Region
    uscc: str = ""
    old_code: str = ""
    business: Business = Business.OTHER
    address: str = ""
    contact_name: str = ""
    phone: str = ""


def organisation_checked(data: OrganisationInput) -> Organisation:
    """An unsaved unit of this input. InputError `name_missing`, `code_missing`, `uscc_invalid`, `org_code_invalid`,
    `telephone_invalid`, and those of `check_text`."""
    if not data.name.strip():
        raise InputError("name_missing", "请填写单位名称。", "name")
    if not data.uscc and not data.old_code:
        raise InputError("code_missing", "请填写统一社会信用代码；尚未换发的填组织机构代码。", "uscc")
    unit = Organisation(
        name=data.name.strip().replace("(", "（").replace(")", "）"),
        uscc=check_uscc(data.uscc) if data.uscc else None,
        old_code=check_org_code(data.old_code) if data.old_code else None,
        kind=data.kind,
        business=data.business,
        region=data.region,
        address=data.address.strip(),
        contact_name=data.contact_name.strip(),
        phone=check_telephone(data.phone) if data.phone.strip() else "",
    )
    for field, (label, most) in _TEXTS.items():
        check_text(getattr(unit, field), field, label, most)
    return unit


@transaction.atomic
def organisation_create(*, actor: User, data: OrganisationInput) -> Organisation:
    """Enter a unit: the county bureau in its own region, 市学时办 anywhere.

    Raises Forbidden, those of `organisation_checked`, and InputError `organisation_taken` (name or code).
    """
    require(actor, "accounts.organisation_create", data.region)
    unit = organisation_checked(data)
    _save(unit, force_insert=True)
    trail.record(actor=actor, action="organisation.create", obj=unit, region=data.region.code)
    return unit


@transaction.atomic
def organisation_change(
    *, actor: User, organisation: Organisation, data: OrganisationInput, reason: str
) -> tuple[Organisation, dict[str, tuple[str, str]]]:
    """Correct or change what is stated of a unit; also answers field → (before, after) in words for what changed.

    Raises Forbidden (the new region must be one's own too), InputError `reason_missing` and those of
    `organisation_create`.
    """
    unit = organisation_locked(actor, organisation)
    wanted = organisation_checked(data)
    if wanted.region_id != unit.region_id:
        require(actor, "accounts.organisation_create", data.region)
    said = _reason(reason)
    changed = {}
    for field in _FIELDS:
        before, after = _word(unit, field), _word(wanted, field)
        if before != after:
            changed[field] = (before, after)
            setattr(unit, field, getattr(wanted, field))
    if changed:
        _save(unit)
        trail.record(actor=actor, action="organisation.change", obj=unit, reason=said, fields=sorted(changed))
    return unit, changed


@transaction.atomic
def organisation_close(
    *, actor: User, organisation: Organisation, reason: str, merged_into: Organisation | None = None
) -> Organisation:
    """Close a unit (停用): it is offered to nobody any more. `merged_into` names the record that takes its place."""
    unit = organisation_locked(actor, organisation)
    said = _reason(reason)
    if unit.is_active or (merged_into is not None and unit.merged_into_id is None):
        unit.is_active, unit.merged_into = False, merged_into
        unit.save(update_fields=["is_active", "merged_into"])
        into = merged_into.pk if merged_into else None
        trail.record(actor=actor, action="organisation.close", obj=unit, reason=said, merged_into=into)
    return unit


@transaction.atomic
def organisation_reopen(*, actor: User, organisation: Organisation, reason: str) -> Organisation:
    """Open a closed unit again. InputError `unit_merged` when its people went over to another record."""
    unit = organisation_locked(actor, organisation)
    said = _reason(reason)
    if unit.merged_into is not None:
        raise InputError("unit_merged", f"该单位已并入“{unit.merged_into.name}”，不能恢复。")
    if not unit.is_active:
        unit.is_active = True
        unit.save(update_fields=["is_active"])
        trail.record(actor=actor, action="organisation.reopen", obj=unit, reason=said)
    return unit


def organisation_locked(actor: User, organisation: Organisation) -> Organisation:
    """The unit's row as it stands, locked and guarded. Whoever joins or leaves the unit takes this lock first."""
    require(actor, "accounts.organisation_change", organisation)
    units = Organisation.objects.select_for_update(of=("self",)).select_related("region", "merged_into")
    unit = units.get(pk=organisation.pk)
    require(actor, "accounts.organisation_change", unit)
    return unit


def _save(unit: Organisation, *, force_insert: bool = False) -> None:
    try:
        with transaction.atomic():
            unit.save(force_insert=force_insert)
    except IntegrityError as error:
        raise InputError("organisation_taken", "该单位名称或代码已登记，请先查找已有单位。", "name") from error


def _word(unit: Organisation, field: str) -> str:
    """The field as people read it."""
    if field in ("kind", "business"):
        return str(getattr(unit, f"get_{field}_display")())
    return str(getattr(unit, field) or "")


def _reason(text: str) -> str:
    said = text.strip()
    if not said:
        raise InputError("reason_missing", "请写明理由。", "reason")
    check_text(said, "reason", "理由", 500, lines=True)
    return said
