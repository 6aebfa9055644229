"""People whom a roster or an old ledger names and nobody has registered: created without an account, many at once.

A part of the command that confirms the roster: the caller has asked the guard and holds the transaction. Whoever later
signs up with such a person's ID number is joined to them only as `joining` says.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.crypto import blind_index
from accounts.identity import check_id_number, check_phone
from accounts.models import Organisation, Region, User
from office.audit.commands import record
from registry.commands.standing import lock_people, refresh_people
from registry.commands.surnames import sort_key
from registry.models import LinkState, Practitioner, Sex, Specialty, UnitLink

ATTEMPTS = 3
_LONGEST_OTHER = Practitioner._meta.get_field("specialty_other").max_length or 30
_BATCH = 2_000


@dataclass(frozen=True, slots=True)
class RosteredPerson:
    """What a roster says of a person. `organisation`: the employer when it is registered; `region` for those without.

    `series` is 职称专业系列 as written, which becomes the specialty when it names one of §一, else 其他 written in.
    """

    name: str
    id_number: str
    phone: str
    series: str
    title: str
    title_level: str
    organisation: Organisation | None
    region: Region


def people_create(*, actor: User, people: Sequence[RosteredPerson]) -> dict[bytes, Practitioner]:
    """Everybody named, by the blind index of their ID number: those on record as they are, the others created.

    The employer named is 待确认, as at a sign-up: whoever hands a roster in need not be the employer (**D**). Raises
    InputError for an ID number or phone that does not hold; somebody who registers at the same moment is found.
    """
    wanted = {blind_index("id", check_id_number(person.id_number).number): person for person in people}
    units = _units(person.organisation for person in people)
    now = timezone.localtime()
    for attempt in range(1, ATTEMPTS + 1):
        known = _known(wanted)
        missing = {key: person for key, person in wanted.items() if key not in known}
        if not missing:
            return known
        try:
            with transaction.atomic():
                made = _create(missing, units)
        except IntegrityError:  # somebody signed up between the look and the writing
            if attempt == ATTEMPTS:
                raise
        else:
            ids = sorted(person.pk for person in made.values())
            lock_people(ids)
            refresh_people(ids, now.year)  # as everybody's standing of the year they come in
            record(actor=actor, action="practitioner.rostered", people=len(made))
            return known | made
    return {}


def specialty_of(series: str) -> tuple[str, str]:
    """Specialty and what is written in for 其他, of 职称专业系列 as written."""
    plain = series.strip()
    for code, label in Specialty.choices:
        if plain and plain in (label, label.split("（")[0]):
            return code, ""
    return Specialty.OTHER, (plain or "未填写")[:_LONGEST_OTHER]


def _units(units: Iterable[Organisation | None]) -> dict[int, Organisation]:
    """The units in use among these, locked: nobody moves or closes one while people are put into it."""
    ids = {unit.pk for unit in units if unit is not None}
    rows = Organisation.objects.select_for_update(no_key=True, of=("self",)).select_related("region")
    return {unit.pk: unit for unit in rows.filter(pk__in=ids, is_active=True).order_by("pk")}


def _known(hashes: Collection[bytes]) -> dict[bytes, Practitioner]:
    found = Practitioner.objects.filter(id_hash__in=list(hashes)).defer("id_number", "phone", "data_key")
    return {bytes(person.id_hash): person for person in found}


def _create(people: dict[bytes, RosteredPerson], units: dict[int, Organisation]) -> dict[bytes, Practitioner]:
    made = [_row(key, person, units) for key, person in people.items()]
    Practitioner.objects.bulk_create(made, batch_size=_BATCH)
    now = timezone.now()
    links = [
        UnitLink(practitioner=person, organisation_id=person.organisation_id, asked_at=now)
        for person in made
        if person.organisation_id is not None
    ]
    UnitLink.objects.bulk_create(links, batch_size=_BATCH)
    return {bytes(person.id_hash): person for person in made}


def _row(key: bytes, person: RosteredPerson, units: dict[int, Organisation]) -> Practitioner:
    identity = check_id_number(person.id_number)
    phone = check_phone(person.phone)
    unit = units.get(person.organisation.pk) if person.organisation else None
    specialty, other = specialty_of(person.series)
    row = Practitioner(
        name=person.name,
        name_sort=sort_key(person.name),
        id_hash=key,
        id_last4=identity.number[-4:],
        phone_hash=blind_index("phone", phone),
        sex=Sex.MALE if identity.sex == "male" else Sex.FEMALE,
        specialty=specialty,
        specialty_other=other,
        title=person.title,
        title_level=person.title_level,
        organisation=unit,
        link_state=LinkState.PENDING if unit else LinkState.NONE,
        region=unit.region if unit else person.region,
    )
    row.id_number, row.phone = identity.number, phone
    return row
