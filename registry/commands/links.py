"""A person's links to units: asked for by the person, accepted or declined by the unit or an office, ended (**D**).

Somebody confirmed at one unit who asks for another stays where they are until the new one is confirmed. What the links
amount to on the person's own row, and the locks, are in `link_moves`.
"""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from accounts.errors import InputError
from accounts.guard import require
from accounts.models import Organisation, Region, User
from accounts.texts import check_text
from office.audit.commands import record
from registry.commands.link_moves import confirm, lock_with_units, project, tell
from registry.models import Practitioner, UnitLink
from registry.queries.links import open_links
from registry.states import UnitLinkState, move_link


@transaction.atomic
def link_ask(*, actor: User, practitioner: Practitioner, organisation: Organisation) -> UnitLink:
    """Ask to be taken into a unit. An earlier question to another unit is withdrawn; the same one answers the same.

    Raises Forbidden, and InputError (field `organisation`) `unit_inactive`, `already_there`.
    """
    require(actor, "registry.link_ask", practitioner)
    person = lock_with_units(practitioner, organisation)
    unit = Organisation.objects.get(pk=organisation.pk)
    if not unit.is_active:
        raise InputError("unit_inactive", "该单位已停用，请选择现在的工作单位。", "organisation")
    links = open_links(person)
    confirmed, pending = links.get(UnitLinkState.CONFIRMED), links.get(UnitLinkState.PENDING)
    if confirmed is not None and confirmed.organisation_id == unit.pk:
        raise InputError("already_there", f"您已是“{unit.name}”的在册人员，不用申请。", "organisation")
    if pending is not None and pending.organisation_id == unit.pk:
        return pending
    if pending is not None:
        move_link(pending, UnitLinkState.WITHDRAWN, actor=actor, reason=f"改为申请加入“{unit.name}”")
    link = UnitLink.objects.create(practitioner=person, organisation=unit, asked_at=timezone.now())
    project(person)
    record(actor=actor, action="practitioner.link_ask", obj=person, after=link.state, organisation=unit.pk)
    return link


@transaction.atomic
def link_withdraw(*, actor: User, practitioner: Practitioner) -> Practitioner:
    """Take back what one asked for and nobody has decided. Without such a thing nothing happens."""
    require(actor, "registry.link_ask", practitioner)
    person = lock_with_units(practitioner)
    pending = open_links(person).get(UnitLinkState.PENDING)
    if pending is not None:
        move_link(pending, UnitLinkState.WITHDRAWN, actor=actor)
        project(person)
        record(
            actor=actor,
            action="practitioner.link_withdraw",
            obj=person,
            before=UnitLinkState.PENDING,
            after=pending.state,
            organisation=pending.organisation_id,
        )
    return person


@transaction.atomic
def link_leave(*, actor: User, practitioner: Practitioner, region: Region) -> Practitioner:
    """Leave the unit one is confirmed at, from today on; without another one the region picked reviews what follows.

    InputError `no_unit` when the person is confirmed nowhere.
    """
    require(actor, "registry.link_ask", practitioner)
    person = lock_with_units(practitioner)
    confirmed = open_links(person).get(UnitLinkState.CONFIRMED)
    if confirmed is None:
        raise InputError("no_unit", "您现在没有已确认的单位，不用办理离开。")
    _end(actor, person, confirmed, "practitioner.link_leave", "本人离开单位", region)
    return person


@transaction.atomic
def link_end(*, actor: User, link: UnitLink, reason: str) -> UnitLink:
    """Say, for the unit or as an office, that a person belongs to the unit no more. Asked for twice, once is done."""
    link = _decided(actor, link)
    said = _reason(reason)
    if link.state != UnitLinkState.ENDED:
        _end(actor, link.practitioner, link, "practitioner.link_end", said, None)
        tell(link, "unit.link_ended", reason=said)
    return link


@transaction.atomic
def link_confirm(*, actor: User, link: UnitLink) -> UnitLink:
    """Confirm that the person belongs to the unit; the unit they were at before ends today, the region follows.

    Raises Forbidden, InputError `unit_inactive`, Conflict `state_moved`. Asked for twice, the first answer stands.
    """
    link = _decided(actor, link)
    if link.state == UnitLinkState.CONFIRMED:
        return link
    if not link.organisation.is_active:
        raise InputError("unit_inactive", f"“{link.organisation.name}”已停用，不能再确认人员。")
    confirm(link, by=actor)
    record(
        actor=actor,
        action="practitioner.link_accept",
        obj=link.practitioner,
        before=UnitLinkState.PENDING,
        after=link.state,
        organisation=link.organisation_id,
    )
    tell(link, "unit.link_confirmed", office=link.organisation.region.office_name)
    return link


@transaction.atomic
def link_decline(*, actor: User, link: UnitLink, reason: str) -> UnitLink:
    """Say that the person does not belong to the unit, and why. Asked for twice, the first answer stands."""
    link = _decided(actor, link)
    said = _reason(reason)
    if link.state == UnitLinkState.DECLINED:
        return link
    move_link(link, UnitLinkState.DECLINED, actor=actor, reason=said)
    project(link.practitioner)
    record(
        actor=actor,
        action="practitioner.link_decline",
        obj=link.practitioner,
        before=UnitLinkState.PENDING,
        after=link.state,
        reason=said,
        organisation=link.organisation_id,
    )
    tell(link, "unit.link_declined", reason=said)
    return link


@transaction.atomic
def link_accept(*, actor: User, practitioner: Practitioner) -> Practitioner:
    """Confirm the unit that the person asked for, whichever it is. Asked for twice, the first answer stands.

    Raises Forbidden, and InputError `no_unit` when there is no unit to confirm.
    """
    links = open_links(practitioner)
    link = links.get(UnitLinkState.PENDING) or links.get(UnitLinkState.CONFIRMED)
    if link is None:
        require(actor, "registry.person_keep", practitioner)
        raise InputError("no_unit", f"{practitioner.name}没有登记单位，无须确认。")
    return link_confirm(actor=actor, link=link).practitioner


def _decided(actor: User, link: UnitLink) -> UnitLink:
    """The link as it stands, its person locked, guarded before and after the wait."""
    require(actor, "registry.link_decide", link)
    person = lock_with_units(link.practitioner, link.organisation)
    links = UnitLink.objects.select_for_update(of=("self",)).select_related("organisation__region", "decided_by")
    link = links.get(pk=link.pk)
    link.practitioner = person
    require(actor, "registry.link_decide", link)
    return link


def _end(actor: User, person: Practitioner, link: UnitLink, action: str, reason: str, region: Region | None) -> None:
    move_link(link, UnitLinkState.ENDED, actor=actor, reason=reason)
    project(person, region)
    record(
        actor=actor,
        action=action,
        obj=person,
        before=UnitLinkState.CONFIRMED,
        after=link.state,
        reason=reason,
        organisation=link.organisation_id,
    )


def _reason(text: str) -> str:
    said = text.strip()
    if not said:
        raise InputError("reason_missing", "请写明理由。", "reason")
    check_text(said, "reason", "理由", 300, lines=True)
    return said
