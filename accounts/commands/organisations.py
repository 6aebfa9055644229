"""Units: accepted into the register of units."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import IntegrityError, transaction

from accounts import trail
from accounts.errors import InputError
from accounts.guard import require
from accounts.identity import check_org_code, check_uscc
from accounts.models import Business, Organisation, OrganisationKind, Region, User


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


@transaction.atomic
def organisation_create(*, actor: User, data: OrganisationInput) -> Organisation:
    """Enter a unit: the county bureau in its own region, 市学时办 anywhere.

    Raises Forbidden, and InputError `name_missing`, `code_missing`, `uscc_invalid`, `org_code_invalid`,
    `organisation_taken` (name or code).
    """
    require(actor, "accounts.organisation_create", data.region)
    if not data.name.strip():
        raise InputError("name_missing", "请填写单位名称。", "name")
    if not data.uscc and not data.old_code:
        raise InputError("code_missing", "请填写统一社会信用代码；尚未换发的填组织机构代码。", "uscc")
    unit = Organisation(
        name=data.name.strip(),
        uscc=check_uscc(data.uscc) if data.uscc else None,
        old_code=check_org_code(data.old_code) if data.old_code else None,
        kind=data.kind,
        business=data.business,
        region=data.region,
        address=data.address.strip(),
        contact_name=data.contact_name.strip(),
        phone=data.phone.strip(),
    )
    try:
        with transaction.atomic():
            unit.save(force_insert=True)
    except IntegrityError as error:
        raise InputError("organisation_taken", "该单位名称或代码已登记，请先查找已有单位。", "name") from error
    trail.record(actor=actor, action="organisation.create", obj=unit, region=data.region.code)
    return unit
