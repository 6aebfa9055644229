"""What an office changes of a registered unit: its facts, closed and opened again. Each leaves a line in its history.

A change of region moves the unit's people to the other office with their standings: it reviews what is claimed from
then on; what was handed in stays where it is.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from accounts.commands.organisations import (
    OrganisationInput,
    organisation_change,
    organisation_close,
    organisation_locked,
    organisation_reopen,
)
from accounts.guard import require
from accounts.models import Organisation, User
from office.audit.commands import record
from registry.commands.unit_people import region_follow
from units.models import UnitChange

What = UnitChange.What


@transaction.atomic
def unit_change(*, actor: User, unit: Organisation, data: OrganisationInput, reason: str) -> Organisation:
    """Rename a unit, or change its codes, kind, business, region, address or contact. Nothing changed, nothing noted.

    Raises Forbidden, and InputError as `organisation_change` does.
    """
    require(actor, "units.keep", unit)
    unit, changed = organisation_change(actor=actor, organisation=unit, data=data, reason=reason)
    if not changed:
        return unit
    if "region" in changed:
        region_follow(actor=actor, organisation=unit)
    details = [[_label(field), *words] for field, words in changed.items()]
    note_change(actor, unit, What.CHANGED, reason, details)
    record(actor=actor, action="unit.change", obj=unit, reason=reason.strip(), fields=sorted(changed))
    return unit


@transaction.atomic
def unit_close(*, actor: User, unit: Organisation, reason: str) -> Organisation:
    """Close a unit (停用): nobody can name it any more. Its people stay linked until they move. Twice is once."""
    require(actor, "units.keep", unit)
    was_active = organisation_locked(actor, unit).is_active
    unit = organisation_close(actor=actor, organisation=unit, reason=reason)
    if was_active:
        note_change(actor, unit, What.CLOSED, reason)
        record(actor=actor, action="unit.close", obj=unit, reason=reason.strip())
    return unit


@transaction.atomic
def unit_reopen(*, actor: User, unit: Organisation, reason: str) -> Organisation:
    """Open a closed unit again. Raises InputError `unit_merged`."""
    require(actor, "units.keep", unit)
    was_active = organisation_locked(actor, unit).is_active
    unit = organisation_reopen(actor=actor, organisation=unit, reason=reason)
    if not was_active:
        note_change(actor, unit, What.REOPENED, reason)
        record(actor=actor, action="unit.reopen", obj=unit, reason=reason.strip())
    return unit


def note_change(
    actor: User, unit: Organisation, what: UnitChange.What, reason: str, details: Sequence[Sequence[str]] = ()
) -> None:
    """One line of the unit's history."""
    UnitChange.objects.create(
        organisation=unit,
        what=what,
        actor=actor,
        actor_name=actor.display_name,
        details=[list(line) for line in details],
        reason=reason.strip(),
    )


def _label(field: str) -> str:
    return str(getattr(Organisation._meta.get_field(field), "verbose_name", field))
