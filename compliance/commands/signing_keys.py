"""The installation's signing key, made or changed by whoever runs the machine: recorded."""

from __future__ import annotations

from django.db import transaction

from accounts.models import Region
from office.audit.commands import record
from office.signatures.keys import make_key


@transaction.atomic
def signing_key_make(*, rotate: bool = False) -> tuple[str, bool]:
    """Name of the key that signs, and whether it was made now (`make_key`), for the city office."""
    city = Region.objects.filter(is_city=True).first()
    name, made = make_key(holder=city.office_name if city else "学时登记平台", rotate=rotate)
    if made:
        record(actor=None, action="signing_key.make", key=name)
    return name, made
