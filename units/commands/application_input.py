"""What is stated in an application of a unit, and what of it can be taken."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.commands.organisations import OrganisationInput, organisation_checked
from accounts.commands.users import user_create
from accounts.errors import InputError
from accounts.models import Business, Organisation, OrganisationKind, User
from accounts.texts import check_name
from units.models import UnitApplication
from units.queries.applications import known_unit

_NEEDED = {"address": "单位地址", "contact_name": "联系人", "phone": "联系电话"}


@dataclass(frozen=True, slots=True)
class AccountInput:
    """What a visitor without an account gives to have one."""

    name: str
    phone: str
    username: str
    password: str


def input_of(application: UnitApplication) -> OrganisationInput:
    """What the application states of the unit."""
    return OrganisationInput(
        name=application.name,
        kind=OrganisationKind(application.kind),
        region=application.region,
        uscc=application.uscc or "",
        old_code=application.old_code or "",
        business=Business(application.business),
        address=application.address,
        contact_name=application.contact_name,
        phone=application.phone,
    )


def checked_unit(data: OrganisationInput) -> Organisation:
    """The unit as it would be registered; every word of it can be kept, and nobody has registered it."""
    unit = organisation_checked(data)
    for field, label in _NEEDED.items():
        if not getattr(unit, field):
            raise InputError(f"{field}_missing", f"请填写{label}。", field)
    known = known_unit(name=unit.name, uscc=unit.uscc, old_code=unit.old_code)
    if known is not None:
        raise InputError("unit_registered", _already(known.unit), known.field)
    return unit


def _already(unit: Organisation) -> str:
    if unit.merged_into is not None:
        return f"“{unit.name}”已并入“{unit.merged_into.name}”，请勿重复登记；本单位人员请选择并入后的单位。"
    if not unit.is_active:
        return f"“{unit.name}”曾在本平台登记，现已停用。需要恢复的，请联系{unit.region.office_name}。"
    return (
        f"“{unit.name}”已在本平台登记，请勿重复登记。本单位人员请在注册或“我的单位”中选择该单位；"
        f"需要管理权限的，请联系本单位管理员或{unit.region.office_name}。"
    )


def new_account(account: AccountInput | None) -> User:
    """The visitor's account. InputError as `user_create`, on the form's fields `applicant_name` and `mobile`."""
    if account is None:
        raise LookupError("a visitor applies with an account to be made")
    if not account.name.strip():
        raise InputError("name_missing", "请填写姓名。", "applicant_name")
    check_name(account.name, "applicant_name")
    try:
        return user_create(
            actor=None,
            username=account.username,
            password=account.password,
            display_name=account.name,
            phone=account.phone,
        )
    except InputError as error:
        fields = {"phone": "mobile", "display_name": "applicant_name"}
        raise InputError(error.code, error.message, fields.get(error.field, error.field)) from error
