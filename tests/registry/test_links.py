"""Accepting a person's link to the unit they named."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from accounts.errors import Forbidden, InputError
from accounts.models import User
from office.audit.models import Event
from registry.commands.links import link_accept
from registry.models import LinkState, Practitioner
from tests.factories import AppointmentFactory, UserFactory, region
from tests.registry.people import PractitionerFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def newcomer() -> Practitioner:
    """An engineer in 定海 whose unit has not been confirmed."""
    return PractitionerFactory(link_state=LinkState.PENDING)


MAY: dict[str, Callable[[Practitioner], User]] = {
    "own unit's administrator": lambda p: AppointmentFactory(employer_admin=True, organisation=p.organisation).user,
    "own county": lambda _: AppointmentFactory().user,
    "city office": lambda _: AppointmentFactory(city=True).user,
}
MAY_NOT: dict[str, Callable[[Practitioner], User]] = {
    "another unit's administrator": lambda _: AppointmentFactory(employer_admin=True).user,
    "organiser of the unit": lambda p: AppointmentFactory(organiser=True, organisation=p.organisation).user,
    "another county": lambda _: AppointmentFactory(region=region("putuo")).user,
    "system administrator": lambda _: AppointmentFactory(sysadmin=True).user,
    "oneself": lambda p: p.user,
    "oneself, being the unit's administrator": lambda p: (
        AppointmentFactory(employer_admin=True, organisation=p.organisation, user=p.user).user
    ),
    "nobody in particular": lambda _: UserFactory(),
}


@pytest.mark.parametrize("who", MAY)
def test_unit_and_offices_accept_a_link_once(newcomer: Practitioner, who: str) -> None:
    actor = MAY[who](newcomer)
    for _ in range(2):
        assert link_accept(actor=actor, practitioner=newcomer).link_state == LinkState.CONFIRMED
    newcomer.refresh_from_db()
    assert newcomer.link_state == LinkState.CONFIRMED
    event = Event.objects.get(action="practitioner.link_accept")
    assert (event.actor, event.before, event.after) == (actor, LinkState.PENDING, LinkState.CONFIRMED)


@pytest.mark.parametrize("who", MAY_NOT)
def test_nobody_else_accepts_a_link(newcomer: Practitioner, who: str) -> None:
    with pytest.raises(Forbidden):
        link_accept(actor=MAY_NOT[who](newcomer), practitioner=newcomer)
    newcomer.refresh_from_db()
    assert newcomer.link_state == LinkState.PENDING
    assert not Event.objects.filter(action="practitioner.link_accept").exists()


def test_without_a_unit_there_is_nothing_to_accept() -> None:
    alone = PractitionerFactory(organisation=None, link_state=LinkState.NONE, region=region())
    with pytest.raises(InputError) as refusal:
        link_accept(actor=AppointmentFactory().user, practitioner=alone)
    assert refusal.value.code == "no_unit"
