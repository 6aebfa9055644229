"""The practitioners: of every unit, specialty, title level and age, and the three whose accounts are printed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from itertools import cycle
from random import Random

from office.messages.commands.reading import messages_read
from registry.commands.links import link_accept
from registry.commands.people import PersonInput, practitioner_create, practitioner_register
from registry.models import Practitioner, Specialty, TitleLevel
from zsjxjy.demo.days import Days, start_of
from zsjxjy.demo.names import TITLES, people_names
from zsjxjy.demo.numbers import id_number, phone
from zsjxjy.demo.staff import CITY_OFFICE, PASSWORD, REVIEWERS
from zsjxjy.demo.steps import City, Step
from zsjxjy.demo.units import OF_EMPLOYER, OF_MUNICIPAL, UNITS, WITHOUT_UNIT, Unit

OTHER_SPECIALTIES = ("建筑智能运维", "古建筑修缮", "海洋工程")
PRINTED = ("engineer", "engineer2", "municipal")
UNREAD = timedelta(days=5)
# Levels as often as they are met with, and the ages of the people who hold them.
LEVELS = (
    (TitleLevel.NONE, 8, (22, 26)),
    (TitleLevel.ASSISTANT, 10, (23, 30)),
    (TitleLevel.JUNIOR, 30, (24, 38)),
    (TitleLevel.MIDDLE, 35, (29, 52)),
    (TitleLevel.SENIOR, 17, (36, 59)),
)


@dataclass
class Person:
    """One practitioner to be: `registered` says when, `username` is empty for those entered without an account."""

    name: str
    id_number: str
    phone: str
    specialty: Specialty
    specialty_other: str
    title: str
    level: TitleLevel
    region: str
    unit: Unit | None
    confirmed: bool
    registered: datetime
    username: str = ""
    password: str | None = None
    practitioner: Practitioner | None = None

    @property
    def record(self) -> Practitioner:
        """The practitioner once there."""
        if self.practitioner is None:
            raise LookupError(f"{self.name} is not registered yet")
        return self.practitioner


def make_people(days: Days, rng: Random) -> list[Person]:
    """Everybody, the engineer, the second engineer and the municipal one first."""
    names, specialties = people_names(rng), cycle(Specialty)
    rest = sorted([*_attached(), *_unattached()], key=lambda _: rng.random())
    places = [*((unit.region, unit) for unit in (OF_EMPLOYER, OF_EMPLOYER, OF_MUNICIPAL)), *rest]
    people = []
    for n, (region, unit) in enumerate(places):
        person = _person(n, region, unit, next(specialties), next(names), days, rng)
        if n < len(PRINTED):
            opening = days.later(start_of(days.first), timedelta(days=3))
            person.username, person.password, person.confirmed, person.registered = PRINTED[n], PASSWORD, True, opening
        people.append(person)
    return people


def _person(n: int, region: str, unit: Unit | None, specialty: Specialty, name: str, days: Days, rng: Random) -> Person:
    since = days.years[0] if rng.random() < 0.6 else rng.choice(days.years)
    level, _, ages = rng.choices(LEVELS, [often for _, often, _ in LEVELS])[0]
    return Person(
        name=name,
        id_number=id_number(region, _born(since, ages, n, rng), "female" if rng.random() < 0.3 else "male", n % 2),
        phone=phone(n + 1),
        specialty=specialty,
        specialty_other=rng.choice(OTHER_SPECIALTIES) if specialty == Specialty.OTHER else "",
        title=rng.choice(TITLES[level]),
        level=level,
        region=region,
        unit=unit,
        confirmed=rng.random() < 0.85,
        registered=_registered(days, since, rng),
        username=f"demo{n:03d}" if rng.random() < 0.5 else "",
    )


def _attached() -> Iterator[tuple[str, Unit | None]]:
    for unit in UNITS:
        yield from [(unit.region, unit)] * unit.people


def _unattached() -> Iterator[tuple[str, Unit | None]]:
    for region, many in WITHOUT_UNIT.items():
        yield from [(region, None)] * many


def _born(since: int, ages: tuple[int, int], n: int, rng: Random) -> date:
    """A birth date at which the person had their title's age; `n` keeps two people from sharing a number."""
    return date(since - rng.randint(*ages), 1, 1) + timedelta(days=n % 365)


def _registered(days: Days, since: int, rng: Random) -> datetime:
    """In the first quarter of their first year."""
    opening = days.later(start_of(days.day_in(since, 0)), timedelta(days=3))
    return days.later(opening, timedelta(minutes=rng.randrange(60 * 24 * 80)))


def people_steps(people: list[Person], days: Days, rng: Random) -> list[Step]:
    """Each is registered or entered; a week or so later their unit's link is confirmed, or is still waiting."""
    steps = []
    for person in people:
        steps.append(Step(person.registered, partial(_register, person=person)))
        if person.unit and person.confirmed:
            at = days.at_the_office(person.registered, rng.randint(2, 12), rng)
            steps.append(Step(at, partial(_accept_link, person=person)))
    return steps


def reading_steps(people: list[Person], days: Days) -> list[Step]:
    """Who signs in reads what the portal told them, all but the last days'."""
    readers = [person for person in people if person.username in PRINTED]
    return [Step(max(person.registered, days.now - UNREAD), partial(_read, person=person)) for person in readers]


def _read(_: City, *, person: Person) -> None:
    if person.record.user is not None:
        messages_read(actor=person.record.user)


def _register(city: City, *, person: Person) -> None:
    stated = PersonInput(
        name=person.name,
        id_number=person.id_number,
        phone=person.phone,
        specialty=person.specialty,
        specialty_other=person.specialty_other,
        title=person.title,
        title_level=person.level,
        organisation=city.units[person.unit.name] if person.unit else None,
        region=None if person.unit else city.regions[person.region],
    )
    if person.username:
        person.practitioner = practitioner_register(person=stated, username=person.username, password=person.password)
    else:
        person.practitioner = practitioner_create(actor=city.users[CITY_OFFICE.username], person=stated)


def _accept_link(city: City, *, person: Person) -> None:
    reviewer = city.users[REVIEWERS[person.region]]
    person.practitioner = link_accept(actor=reviewer, practitioner=person.record)
