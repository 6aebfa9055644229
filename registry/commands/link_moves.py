"""What the commands on a person's links share: the locks, a confirmation, the projection on the person's own row.

The person's `organisation`, `link_state` and `region` are the projection of the links, and `project` alone writes it:
the confirmed unit; without one the unit asked for, whose office takes the claims meanwhile; without either the region
stays.

Locks, in this order: the units, then the person (`lock_people`), then the links.
"""

from __future__ import annotations

from django.urls import reverse

from accounts.models import Organisation, Region, User
from office.messages.commands import send
from registry.commands.regions import move_people
from registry.commands.standing import lock_people
from registry.models import LinkState, Practitioner, UnitLink
from registry.queries.links import open_links
from registry.states import UnitLinkState, move_link

_STATE_OF = {UnitLinkState.PENDING: LinkState.PENDING, UnitLinkState.CONFIRMED: LinkState.CONFIRMED}


def lock_with_units(practitioner: Practitioner, *units: Organisation) -> Practitioner:
    """The person's row as it stands, locked together with the units of their links and `units`."""
    asked = UnitLink.objects.filter(practitioner=practitioner, state__in=_STATE_OF).values_list(
        "organisation", flat=True
    )
    ids = {*asked, *(unit.pk for unit in units)}
    list(Organisation.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk").values_list("pk"))
    lock_people([practitioner.pk])
    return Practitioner.objects.select_related("region", "user").get(pk=practitioner.pk)


def confirm(link: UnitLink, *, by: User, reason: str = "") -> None:
    """Confirm a locked, waiting link; the unit its person was at before ends today, the region follows."""
    before = open_links(link.practitioner).get(UnitLinkState.CONFIRMED)
    if before is not None:
        move_link(before, UnitLinkState.ENDED, actor=by, reason=f"转入“{link.organisation.name}”"[:300])
    move_link(link, UnitLinkState.CONFIRMED, actor=by, reason=reason)
    project(link.practitioner)


def project(person: Practitioner, region: Region | None = None) -> None:
    """Write what the links amount to on the locked person, and move their standings when the office changes."""
    links = open_links(person)
    link = links.get(UnitLinkState.CONFIRMED) or links.get(UnitLinkState.PENDING)
    person.organisation = link.organisation if link else None
    person.link_state = _STATE_OF[UnitLinkState(link.state)] if link else LinkState.NONE
    person.save(update_fields=["organisation", "link_state"])
    home = link.organisation.region if link else region or person.region
    if move_people([person.pk], home):
        person.region = home


def tell(link: UnitLink, kind: str, **params: str) -> None:
    """Tell the person, if they have an account."""
    user = link.practitioner.user
    if user is not None:
        address = reverse("registry:own_unit")
        send(to=user, kind=kind, key=f"{kind}:{link.pk}", link=address, unit=link.organisation.name, **params)
