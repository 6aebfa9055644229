"""What happens to a unit's people when the unit itself changes; called by the commands of the units room, which hold
the unit's lock."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from accounts.guard import require
from accounts.models import Organisation, User
from office.audit.commands import record
from registry.commands.invitations import invitations_move
from registry.commands.regions import move_people
from registry.commands.standing import lock_people
from registry.models import JoinRequest, Practitioner, UnitLink
from registry.queries.links import OPEN
from registry.states import JoinState, UnitLinkState, move_link


@transaction.atomic
def region_follow(*, actor: User, organisation: Organisation) -> int:
    """Let the region of the unit's people follow the unit's, standings included; how many moved."""
    require(actor, "accounts.organisation_change", organisation)
    ids = list(Practitioner.objects.filter(organisation=organisation).values_list("pk", flat=True))
    lock_people(ids)
    moved = move_people(ids, organisation.region)
    record(
        actor=actor,
        action="practitioner.region_follow",
        obj=organisation,
        after=organisation.region.code,
        people=len(moved),
    )
    return len(moved)


@transaction.atomic
def people_merge(*, actor: User, from_unit: Organisation, to_unit: Organisation, reason: str) -> int:
    """Bring everybody of one record of a unit to the record that is kept; how many came.

    A confirmed link ends and another begins, so that both stand in the history; a waiting one waits at the kept record.
    """
    for unit in (from_unit, to_unit):
        require(actor, "accounts.organisation_change", unit)
    open_links = UnitLink.objects.filter(organisation=from_unit, state__in=OPEN)
    ids = set(Practitioner.objects.filter(organisation=from_unit).values_list("pk", flat=True))
    lock_people(ids | set(open_links.values_list("practitioner_id", flat=True)))
    people = sorted(Practitioner.objects.filter(organisation=from_unit).values_list("pk", flat=True))
    for link in open_links.select_related("practitioner", "decided_by").order_by("pk"):
        _bring(actor, link, to_unit, reason)
    Practitioner.objects.filter(pk__in=people).update(organisation=to_unit)
    move_people(people, to_unit.region)
    JoinRequest.objects.filter(organisation=from_unit, state=JoinState.PENDING).update(organisation=to_unit)
    invitations_move(actor=actor, from_unit=from_unit, to_unit=to_unit)
    record(
        actor=actor,
        action="practitioner.unit_merged",
        obj=to_unit,
        reason=reason,
        from_organisation=from_unit.pk,
        people=len(people),
    )
    return len(people)


def _bring(actor: User, link: UnitLink, to_unit: Organisation, reason: str) -> None:
    there = UnitLink.objects.filter(practitioner=link.practitioner, organisation=to_unit, state__in=OPEN)
    already = there.select_related("practitioner").first()
    if link.state == UnitLinkState.PENDING:
        if already is not None:  # confirmed at the record that is kept
            move_link(link, UnitLinkState.WITHDRAWN, actor=actor, reason=reason)
        else:
            link.organisation = to_unit
            link.save(update_fields=["organisation"])
        return
    move_link(link, UnitLinkState.ENDED, actor=actor, reason=reason)
    if already is not None:
        move_link(already, UnitLinkState.CONFIRMED, actor=actor, reason=reason)
    else:
        UnitLink.objects.create(
            practitioner=link.practitioner,
            organisation=to_unit,
            state=UnitLinkState.CONFIRMED,
            asked_at=link.asked_at,
            started_on=timezone.localdate(),
            decided_at=timezone.now(),
            decided_by=actor,
            reason=reason[:300],
        )
