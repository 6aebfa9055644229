"""The employer's desk of the demo: invitations in every state, people who come by them, sign-ups to be checked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from random import Random

from registry.commands.invitations import Sent, invitation_withdraw, people_invite
from registry.commands.invited import invitation_accept
from registry.commands.invitees import Invitee
from registry.commands.joining import sign_up
from registry.commands.links import link_confirm
from registry.commands.people import PersonInput
from zsjxjy.demo.days import OPENS, Days, start_of
from zsjxjy.demo.numbers import phone
from zsjxjy.demo.people import Person
from zsjxjy.demo.steps import City, Step
from zsjxjy.demo.units import OF_EMPLOYER

EMPLOYER = "employer"
# Name, and how many days ago: two that still wait, two that nobody took in time, two that were taken back.
WAITING = (("郑檐甲", 2), ("冯廊乙", 6))
EXPIRED = (("江塔丙", 33), ("罗桥丁", 21))
TAKEN_BACK = (("韩墩戊", 12), ("袁阶己", 5))
FIRST_PHONE = 9_001  # past everybody's
JOINS = 2


@dataclass
class Asked:
    """An invitation to be, and what its sending answered."""

    name: str
    phone: str
    sent: Sent | None = None

    @property
    def row(self) -> Sent:
        """The invitation once it is sent."""
        if self.sent is None:
            raise LookupError(f"{self.name} is not invited yet")
        return self.sent


def desk_steps(people: list[Person], days: Days, rng: Random) -> list[Step]:
    """Everything that the employer's administrator has done of late."""
    return [*_invitations(days), *_accepted(people, days, rng), *_joins(people, days)]


def lately(days: Days, ago: timedelta) -> datetime:
    """So long ago, but when the accounts are there."""
    return max(days.later(start_of(days.first), timedelta(hours=OPENS)), days.now - ago)


def _invitations(days: Days) -> Iterator[Step]:
    for n, (name, ago) in enumerate((*WAITING, *EXPIRED, *TAKEN_BACK)):
        asked = Asked(name, phone(FIRST_PHONE + n))
        at = lately(days, timedelta(days=ago, hours=3))
        yield Step(at, partial(_invite, asked=asked))
        if (name, ago) in TAKEN_BACK:
            yield Step(days.later(at, timedelta(hours=2)), partial(_take_back, asked=asked))


def _accepted(people: list[Person], days: Days, rng: Random) -> Iterator[Step]:
    """People without a unit who accept: two are confirmed, the third is known to the unit under another name."""
    free = [person for person in people if person.unit is None and person.region == OF_EMPLOYER.region]
    for n, person in enumerate([person for person in free if person.username][:3]):
        asked = Asked(person.name if n < 2 else f"{person.name[0]}梁子", person.phone)
        at = max(person.registered, lately(days, timedelta(days=10 + n)))
        yield Step(at, partial(_invite, asked=asked))
        at = days.evening(at, 1, rng)
        yield Step(at, partial(_accept, asked=asked, person=person))
        if n < 2:
            yield Step(days.at_the_office(at, 1, rng), partial(_confirm, person=person))


def _joins(people: list[Person], days: Days) -> Iterator[Step]:
    """Whom the office entered without an account signs up, from a phone that nobody has on record."""
    entered = [person for person in people if person.unit == OF_EMPLOYER and not person.username]
    for n, person in enumerate(entered[:JOINS]):
        at = max(person.registered, lately(days, timedelta(days=3 + n)))
        yield Step(at, partial(_sign_up, person=person, number=phone(FIRST_PHONE + 50 + n), username=f"demojoin{n}"))


def _invite(city: City, *, asked: Asked) -> None:
    unit = city.units[OF_EMPLOYER.name]
    invitee = Invitee(asked.name, asked.phone)
    (asked.sent,) = people_invite(actor=city.users[EMPLOYER], organisation=unit, invitees=[invitee])


def _take_back(city: City, *, asked: Asked) -> None:
    invitation_withdraw(actor=city.users[EMPLOYER], invitation=asked.row.invitation)


def _accept(_: City, *, asked: Asked, person: Person) -> None:
    record = person.record
    if record.user is None:
        raise LookupError(f"{person.name} has no account to accept with")
    invitation_accept(actor=record.user, practitioner=record, invitation=asked.row.invitation)


def _confirm(city: City, *, person: Person) -> None:
    link_confirm(actor=city.users[EMPLOYER], link=person.record.links.get(state="pending"))
    person.record.refresh_from_db()


def _sign_up(city: City, *, person: Person, number: str, username: str) -> None:
    stated = PersonInput(
        name=person.name,
        id_number=person.id_number,
        phone=number,
        specialty=person.specialty,
        specialty_other=person.specialty_other,
        title=person.title,
        title_level=person.level,
        organisation=city.units[OF_EMPLOYER.name],
    )
    sign_up(person=stated, username=username, password=None)
