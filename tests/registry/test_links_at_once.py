"""Two people decide on one person at the same moment: one wins, the other is told, and nothing is half done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from accounts.errors import Conflict
from accounts.models import User
from office.audit.models import Event
from registry.commands.joining import join_accept
from registry.commands.links import link_ask, link_confirm, link_decline, link_leave
from registry.models import JoinRequest, LinkState, Practitioner, UnitLink
from registry.states import JoinState, UnitLinkState
from tests.factories import AppointmentFactory, OrganisationFactory, UserFactory, region
from tests.registry.people import PractitionerFactory
from tests.units.at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)
TIMES = 5


def offices() -> tuple[User, User]:
    """定海's county bureau and the city office."""
    return AppointmentFactory().user, AppointmentFactory(city=True).user


def test_confirming_and_declining_at_once_is_one_decision() -> None:
    county, city = offices()
    for _ in range(TIMES):
        link = PractitionerFactory(link_state=LinkState.PENDING).links.get()
        found = at_once(
            [
                lambda k=link: link_confirm(actor=county, link=k),
                lambda k=link: link_decline(actor=city, link=k, reason="非本单位人员"),
            ]
        )
        assert sum(isinstance(one, Conflict) for one in found) == 1
        link.refresh_from_db()
        person = Practitioner.objects.get(pk=link.practitioner_id)
        assert (person.organisation is not None) == (link.state == UnitLinkState.CONFIRMED)
    actions = ("practitioner.link_accept", "practitioner.link_decline")
    assert Event.objects.filter(action__in=actions).count() == TIMES


def test_two_units_asked_at_once_leave_one_waiting() -> None:
    for _ in range(TIMES):
        person = PractitionerFactory(organisation=None, link_state=LinkState.NONE, region=region())
        units = OrganisationFactory.create_batch(3)
        calls = [lambda p=person, u=unit: link_ask(actor=p.user, practitioner=p, organisation=u) for unit in units]
        at_once(calls)
        waiting = UnitLink.objects.get(practitioner=person, state=UnitLinkState.PENDING)
        person.refresh_from_db()
        assert (person.organisation, person.link_state) == (waiting.organisation, LinkState.PENDING)


def test_leaving_while_the_next_unit_confirms_ends_at_one_place() -> None:
    _, city = offices()
    for _ in range(TIMES):
        person, unit = PractitionerFactory(), OrganisationFactory(region=region("putuo"))
        link = link_ask(actor=person.user, practitioner=person, organisation=unit)
        calls: list[Callable[[], Any]] = [
            lambda p=person: link_leave(actor=p.user, practitioner=p, region=region("daishan")),
            lambda k=link: link_confirm(actor=city, link=k),
        ]
        at_once(calls)
        person.refresh_from_db()
        held = UnitLink.objects.filter(practitioner=person, state=UnitLinkState.CONFIRMED).first()
        expected = (unit, "putuo") if held else (None, "daishan")
        assert (person.organisation, person.region.code) == expected


def test_two_sign_ups_joined_at_once_give_one_account() -> None:
    county, city = offices()
    for _ in range(TIMES):
        person = PractitionerFactory(user=None)
        joins = [
            JoinRequest.objects.create(practitioner=person, user=UserFactory(), specialty="water", title_level="none")
            for _ in range(2)
        ]
        pairs = zip((county, city), joins, strict=True)
        found = at_once([lambda a=actor, j=join: join_accept(actor=a, join=j) for actor, join in pairs])
        assert sum(isinstance(one, Conflict) for one in found) == 1
        person.refresh_from_db()
        states = set(JoinRequest.objects.filter(practitioner=person).values_list("user", "state"))
        loser = next(join.user_id for join in joins if join.user_id != person.user_id)
        assert states == {(person.user_id, JoinState.JOINED), (loser, JoinState.DECLINED)}
