"""The offices as letters, certificates and class approvals print them, kept by the city office."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from accounts import trail
from accounts.errors import InputError
from accounts.guard import require
from accounts.models import Region, User

_MOST = {"office_name": 60, "address": 120, "phone": 40, "email": 254}  # as the columns


@dataclass(frozen=True, slots=True)
class OfficeInput:
    """How an office is printed: full name, address, telephone, e-mail."""

    office_name: str
    address: str = ""
    phone: str = ""
    email: str = ""


@transaction.atomic
def office_change(*, actor: User, region: Region, data: OfficeInput) -> Region:
    """Change how a region's office is printed. Raises Forbidden, InputError naming the field."""
    require(actor, "accounts.offices_keep")
    region = Region.objects.select_for_update().get(pk=region.pk)
    values = {name: getattr(data, name).strip() for name in ("office_name", "address", "phone", "email")}
    if not values["office_name"]:
        raise InputError("office_name_missing", "请填写主管部门的全称。", "office_name")
    for name, value in values.items():
        most = _MOST[name]
        if len(value) > most or not value.isprintable():
            raise InputError("text_wrong", f"内容过长（最多{most}字）或含有不可见字符，请核对。", name)
    if values["email"]:
        try:
            validate_email(values["email"])
        except ValidationError as error:
            raise InputError("email_wrong", "电子邮箱格式不正确，例如name@example.com。", "email") from error
    changed = [name for name, value in values.items() if getattr(region, name) != value]
    if not changed:
        return region
    for name in changed:
        setattr(region, name, values[name])
    region.save(update_fields=changed)
    trail.record(actor=actor, action="office.change", obj=region, region=region.code, changed=changed)
    return region
