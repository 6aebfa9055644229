"""A person's link to the unit they named: 待确认 until the unit or an office accepts it (**D**, domain.md)."""

from __future__ import annotations

from django.db import transaction

from accounts.errors import InputError
from accounts.guard import require
from accounts.models import User
from office.audit.commands import record
from registry.models import LinkState, Practitioner


@transaction.atomic
def link_accept(*, actor: User, practitioner: Practitioner) -> Practitioner:
    """Confirm that the person belongs to the unit they named. Asked for twice, the first answer stands.

    Raises Forbidden, and InputError `no_unit` when there is no unit to confirm.
    """
    require(actor, "registry.link_accept", practitioner)
    practitioner = Practitioner.objects.select_for_update(no_key=True).get(pk=practitioner.pk)
    require(actor, "registry.link_accept", practitioner)  # the unit may have changed while we waited
    if practitioner.link_state == LinkState.NONE:
        raise InputError("no_unit", f"{practitioner.name}没有登记单位，无须确认。")
    if practitioner.link_state == LinkState.PENDING:
        practitioner.link_state = LinkState.CONFIRMED
        practitioner.save(update_fields=["link_state"])
        record(
            actor=actor,
            action="practitioner.link_accept",
            obj=practitioner,
            before=LinkState.PENDING,
            after=LinkState.CONFIRMED,
        )
    return practitioner
