"""A person and their units: asked for, declined, moved, left, ended; each kept from–to, the region following."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from importlib import import_module
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction

from accounts.errors import Conflict, Forbidden, InputError
from accounts.models import Organisation, User
from office.audit.models import Event
from office.messages.models import Message
from registry.commands.links import (
    link_accept,
    link_ask,
    link_confirm,
    link_decline,
    link_end,
    link_leave,
    link_withdraw,
)
from registry.models import AnnualStanding, LinkState, Practitioner, UnitLink
from registry.queries.links import history_of, unit_on
from registry.states import UNIT_LINK_MOVES, UnitLinkState
from tests.factories import AppointmentFactory, OrganisationFactory, UserFactory, region
from tests.registry.people import PractitionerFactory, accepted, submitted

pytestmark = pytest.mark.django_db
REASON = "已不在本单位工作"


@pytest.fixture
def far(db: None) -> Organisation:
    """A unit in 普陀."""
    return OrganisationFactory(region=region("putuo"))


@pytest.fixture
def city(db: None) -> User:
    """市学时办."""
    return AppointmentFactory(city=True).user


def now(person: Practitioner) -> tuple[Organisation | None, str, str]:
    """What the person's own row says."""
    person.refresh_from_db()
    return person.organisation, person.link_state, person.region.code


def ask(person: Practitioner, unit: Organisation) -> UnitLink:
    return link_ask(actor=person.user, practitioner=person, organisation=unit)


def test_moving_keeps_the_old_unit_until_the_new_one_is_confirmed(
    person: Practitioner, far: Organisation, county: User, city: User
) -> None:
    old = person.organisation
    accepted(person, county)
    link = ask(person, far)
    assert now(person) == (old, LinkState.CONFIRMED, "dinghai")
    assert submitted(person).region.code == "dinghai"
    link_confirm(actor=city, link=link)
    assert now(person) == (far, LinkState.CONFIRMED, "putuo")
    standing = AnnualStanding.objects.get(practitioner=person)
    assert (standing.region.code, standing.recorded_total) == ("putuo", 16)
    assert submitted(Practitioner.objects.get(pk=person.pk)).region.code == "putuo"
    ended = person.links.get(organisation=old)
    assert (ended.state, ended.ended_on) == (UnitLinkState.ENDED, date(2021, 9, 1))
    assert far.name in ended.reason


def test_without_a_unit_the_one_asked_for_reviews_meanwhile(far: Organisation) -> None:
    alone = PractitionerFactory(organisation=None, link_state=LinkState.NONE, region=region())
    ask(alone, far)
    assert now(alone) == (far, LinkState.PENDING, "putuo")
    other = OrganisationFactory(region=region("shengsi"))
    ask(alone, other)
    assert now(alone) == (other, LinkState.PENDING, "shengsi")
    states = history_of(alone).values_list("organisation", "state")
    assert set(states) == {(far.pk, UnitLinkState.WITHDRAWN), (other.pk, UnitLinkState.PENDING)}
    link_withdraw(actor=alone.user, practitioner=alone)
    assert now(alone) == (None, LinkState.NONE, "shengsi")
    link_withdraw(actor=alone.user, practitioner=alone)  # nothing to take back is nothing done
    assert Event.objects.filter(action="practitioner.link_withdraw").count() == 1


def test_leaving_picks_a_region_and_a_waiting_unit_takes_over(person: Practitioner, far: Organisation) -> None:
    link_leave(actor=person.user, practitioner=person, region=region("daishan"))
    assert now(person) == (None, LinkState.NONE, "daishan")
    with pytest.raises(InputError) as refusal:
        link_leave(actor=person.user, practitioner=person, region=region("daishan"))
    assert refusal.value.code == "no_unit"
    other = PractitionerFactory()
    ask(other, far)
    link_leave(actor=other.user, practitioner=other, region=region("daishan"))
    assert now(other) == (far, LinkState.PENDING, "putuo")


def test_declining_leaves_the_person_where_they_were(person: Practitioner, far: Organisation, city: User) -> None:
    old = person.organisation
    link = ask(person, far)
    for _ in range(2):
        assert link_decline(actor=city, link=link, reason=REASON).state == UnitLinkState.DECLINED
    assert now(person) == (old, LinkState.CONFIRMED, "dinghai")
    assert Message.objects.get(recipient=person.user).kind == "unit.link_declined"
    newcomer = PractitionerFactory(organisation=far, link_state=LinkState.PENDING)
    link_decline(actor=city, link=newcomer.links.get(), reason=REASON)
    assert now(newcomer) == (None, LinkState.NONE, "putuo")


def test_a_link_is_ended_with_a_reason_once(person: Practitioner, county: User) -> None:
    link = person.links.get()
    for reason in ("", "  ", "字" * 301, "请打13905801234"):
        with pytest.raises(InputError) as refusal:
            link_end(actor=county, link=link, reason=reason)
        assert refusal.value.field == "reason"
    for _ in range(2):
        link_end(actor=county, link=link, reason=REASON)
    assert now(person) == (None, LinkState.NONE, "dinghai")
    assert Event.objects.filter(action="practitioner.link_end", reason=REASON).count() == 1
    assert Message.objects.filter(kind="unit.link_ended").count() == 1


COMMANDS: dict[UnitLinkState, Callable[[User, UnitLink], Any]] = {
    UnitLinkState.CONFIRMED: lambda actor, link: link_confirm(actor=actor, link=link),
    UnitLinkState.DECLINED: lambda actor, link: link_decline(actor=actor, link=link, reason=REASON),
    UnitLinkState.ENDED: lambda actor, link: link_end(actor=actor, link=link, reason=REASON),
}
WAYS: dict[UnitLinkState, tuple[UnitLinkState, ...]] = {
    UnitLinkState.PENDING: (),
    UnitLinkState.CONFIRMED: (UnitLinkState.CONFIRMED,),
    UnitLinkState.DECLINED: (UnitLinkState.DECLINED,),
    UnitLinkState.ENDED: (UnitLinkState.CONFIRMED, UnitLinkState.ENDED),
}


@pytest.mark.parametrize("to", COMMANDS)
@pytest.mark.parametrize("start", WAYS)
def test_only_the_moves_of_the_table_can_be_made(city: User, start: UnitLinkState, to: UnitLinkState) -> None:
    link = PractitionerFactory(link_state=LinkState.PENDING).links.get()
    for step in WAYS[start]:
        COMMANDS[step](city, link)
    link.refresh_from_db()
    if to in UNIT_LINK_MOVES[start] or to == start:
        assert COMMANDS[to](city, link).state == to
    else:
        with pytest.raises(Conflict) as refusal:
            COMMANDS[to](city, link)
        assert refusal.value.code == "state_moved"
        link.refresh_from_db()
        assert link.state == start


MAY: dict[str, Callable[[UnitLink], User]] = {
    "the new unit's administrator": lambda k: AppointmentFactory(employer_admin=True, organisation=k.organisation).user,
    "the new unit's county": lambda _: AppointmentFactory(region=region("putuo")).user,
    "city office": lambda _: AppointmentFactory(city=True).user,
}
MAY_NOT: dict[str, Callable[[UnitLink], User]] = {
    "the old unit's administrator": lambda k: (
        AppointmentFactory(employer_admin=True, organisation=k.practitioner.organisation).user
    ),
    "the old unit's county": lambda _: AppointmentFactory().user,
    "oneself": lambda k: k.practitioner.user,
    "oneself, being the new unit's administrator": lambda k: (
        AppointmentFactory(employer_admin=True, organisation=k.organisation, user=k.practitioner.user).user
    ),
    "system administrator": lambda _: AppointmentFactory(sysadmin=True).user,
}


@pytest.mark.parametrize("who", MAY)
def test_the_unit_one_moves_to_decides(person: Practitioner, far: Organisation, who: str) -> None:
    link = ask(person, far)
    assert link_confirm(actor=MAY[who](link), link=link).state == UnitLinkState.CONFIRMED


@pytest.mark.parametrize("who", MAY_NOT)
def test_nobody_else_decides(person: Practitioner, far: Organisation, who: str) -> None:
    link = ask(person, far)
    actor = MAY_NOT[who](link)
    for call in (
        lambda: link_confirm(actor=actor, link=link),
        lambda: link_decline(actor=actor, link=link, reason=REASON),
        lambda: link_accept(actor=actor, practitioner=person),
    ):
        with pytest.raises(Forbidden):
            call()
    link.refresh_from_db()
    assert link.state == UnitLinkState.PENDING


def test_nobody_asks_or_leaves_for_somebody_else(person: Practitioner, far: Organisation, city: User) -> None:
    for actor in (city, UserFactory()):
        for call in (
            lambda a=actor: link_ask(actor=a, practitioner=person, organisation=far),
            lambda a=actor: link_withdraw(actor=a, practitioner=person),
            lambda a=actor: link_leave(actor=a, practitioner=person, region=region()),
        ):
            with pytest.raises(Forbidden):
                call()


def test_asking_where_one_is_and_asking_twice(person: Practitioner, far: Organisation) -> None:
    assert person.organisation is not None
    with pytest.raises(InputError) as refusal:
        ask(person, person.organisation)
    assert (refusal.value.code, refusal.value.field) == ("already_there", "organisation")
    assert ask(person, far) == ask(person, far)
    assert Event.objects.filter(action="practitioner.link_ask").count() == 1


def test_a_unit_that_closed_meanwhile_takes_nobody_in(person: Practitioner, far: Organisation, city: User) -> None:
    link = ask(person, far)
    Organisation.objects.filter(pk=far.pk).update(is_active=False)
    with pytest.raises(InputError) as refusal:
        link_confirm(actor=city, link=link)
    assert refusal.value.code == "unit_inactive"


def test_the_unit_of_a_day(person: Practitioner, far: Organisation, city: User) -> None:
    old = person.organisation
    with time_machine.travel("2021-10-15T10:00:00+08:00", tick=False):
        link_confirm(actor=city, link=ask(person, far))
    days = [date(2021, 8, 31), date(2021, 9, 1), date(2021, 10, 14), date(2021, 10, 15), date(2021, 12, 31)]
    assert [unit_on(person, day) for day in days] == [None, old, old, far, far]


@pytest.mark.parametrize("state", ["pending", "confirmed"])
def test_the_database_itself_keeps_one_of_each(person: Practitioner, far: Organisation, state: str) -> None:
    ask(person, far)
    with pytest.raises(IntegrityError), transaction.atomic():
        UnitLink.objects.create(
            practitioner=person, organisation=OrganisationFactory(), state=state, started_on=date(2021, 9, 1)
        )


def test_people_from_before_the_links_are_given_what_their_row_says() -> None:
    people = [
        PractitionerFactory(),
        PractitionerFactory(link_state=LinkState.PENDING),
        PractitionerFactory(organisation=None, link_state=LinkState.NONE, region=region()),
    ]
    UnitLink.objects.all().delete()
    seeding = import_module("registry.migrations.0008_unit_links_of_people").Migration.operations[0]
    with connection.cursor() as cursor:
        cursor.execute(seeding.sql)
    kept = UnitLink.objects.order_by("pk").values_list("practitioner", "organisation", "state", "started_on")
    assert list(kept) == [
        (people[0].pk, people[0].organisation_id, "confirmed", date(2021, 9, 1)),
        (people[1].pk, people[1].organisation_id, "pending", None),
    ]
