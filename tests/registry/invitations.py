"""A unit that invites, and what its link is."""

from __future__ import annotations

from typing import Any

from django.test import Client

from accounts.models import Organisation, User
from registry.commands.invitations import Sent, people_invite
from registry.commands.invitees import Invitee
from tests.factories import AppointmentFactory, OrganisationFactory
from tests.registry.rosters import NAME, PHONE, code_sent

PAGE = "/invitation/"
CODE, CONFIRM, ACCEPT, SIGN_UP = (f"{PAGE}{part}/" for part in ("code", "confirm", "accept", "sign-up"))


def admin_of(unit: Organisation) -> User:
    """An administrator of the unit."""
    return AppointmentFactory(employer_admin=True, organisation=unit).user


def invited(unit: Organisation | None = None, *, name: str = NAME, phone: str = PHONE) -> Sent:
    """Somebody invited by the unit (or one made for it)."""
    unit = unit or OrganisationFactory()
    return people_invite(actor=admin_of(unit), organisation=unit, invitees=[Invitee(name, phone)])[0]


def opened(client: Client, sent: Sent) -> Any:
    """The page behind the link."""
    return client.get(sent.path, follow=True)


def prove(client: Client) -> Any:
    """Ask for a code to the invited phone and give it back."""
    client.post(CODE)
    return client.post(CONFIRM, {"code": code_sent()})
