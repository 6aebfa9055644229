"""People: what signing up makes of what somebody says, and what is refused on which field."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.backends import PhoneOrUsernameBackend
from accounts.crypto import blind_index
from accounts.errors import InputError
from accounts.models import User
from office.audit.models import Event
from registry.commands.people import PersonInput, practitioner_create, practitioner_register
from registry.models import AnnualStanding, LinkState, Practitioner
from tests.factories import OrganisationFactory, UserFactory, make_id_number, make_phone, region
from tests.registry.people import PractitionerFactory

PASSWORD = "Harbour-Crane-77"
ID, PHONE = make_id_number(serial=301), make_phone(77_000_001)


@pytest.fixture
def said(db: None) -> PersonInput:
    """What somebody of a unit in 定海 says."""
    return PersonInput(
        name="陈海生",
        id_number=ID,
        phone=PHONE,
        specialty="structure",
        title="工程师",
        title_level="middle",
        organisation=OrganisationFactory(),
    )


def register(person: PersonInput, **changes: Any) -> Practitioner:
    fields = {"username": "haisheng", "password": PASSWORD} | changes
    return practitioner_register(person=person, **fields)


def counts() -> tuple[int, int, int]:
    return User.objects.count(), Practitioner.objects.count(), Event.objects.count()


def test_somebody_of_a_unit_waits_to_be_confirmed_and_has_a_standing(said: PersonInput) -> None:
    person = Practitioner.objects.get(pk=register(said).pk)
    assert (person.link_state, person.organisation, person.region.code) == (
        LinkState.PENDING,
        said.organisation,
        "dinghai",
    )
    assert (person.name, person.name_sort, person.sex) == ("陈海生", "chen hai sheng", "male")
    assert (person.specialty, person.title, person.title_level) == ("structure", "工程师", "middle")
    assert (person.id_number, person.phone, person.id_last4) == (ID, PHONE, ID[-4:])
    standing = AnnualStanding.objects.get(practitioner=person)
    assert (standing.year, standing.region, standing.deficit_total, standing.meets) == (
        2021,
        person.region,
        Decimal(90),
        False,
    )
    event = Event.objects.get(action="practitioner.register")
    assert (event.actor, event.object_id, event.after) == (person.user, str(person.pk), "pending")


def test_the_account_signs_in_by_name_and_by_phone(said: PersonInput) -> None:
    person = register(said)
    for name in ("haisheng", PHONE, f"+86 {PHONE}"):
        assert PhoneOrUsernameBackend().authenticate(None, name, PASSWORD) == person.user


@pytest.mark.parametrize("code", ["dinghai", "city"])
def test_somebody_without_a_unit_picks_a_region(said: PersonInput, code: str) -> None:
    person = register(replace(said, organisation=None, region=region(code)))
    assert (person.link_state, person.organisation, person.region.code) == (LinkState.NONE, None, code)
    assert person.unit_name == "无单位"


def test_the_units_region_counts_whatever_else_is_said(said: PersonInput) -> None:
    unit = OrganisationFactory(region=region("shengsi"))
    person = register(replace(said, organisation=unit, region=region("putuo")))
    assert person.region.code == "shengsi"


def test_neither_id_nor_phone_lies_in_the_database_in_clear(said: PersonInput) -> None:
    person = register(said)
    with connection.cursor() as cursor:
        for table in ("registry_practitioner", "registry_practitionerevent", "accounts_user", "audit_event"):
            cursor.execute(f"SELECT row_to_json(t)::text FROM {table} t")
            text = "".join(row for (row,) in cursor.fetchall())
            assert ID not in text
            assert PHONE not in text
            assert ID.encode().hex() not in text
            assert PHONE.encode().hex() not in text
    assert Practitioner.objects.get(id_hash=blind_index("id", ID)) == person


NOT_TAKEN: dict[str, tuple[Callable[[PersonInput], PersonInput], str, str]] = {
    "no region without a unit": (lambda p: replace(p, organisation=None), "region_missing", "region"),
    "no name": (lambda p: replace(p, name=" "), "name_missing", "name"),
    "a name too long": (lambda p: replace(p, name="陈" * 51), "too_long", "name"),
    "a name with NUL": (lambda p: replace(p, name="陈\x00"), "bad_characters", "name"),
    "half a character": (lambda p: replace(p, name="\ud83d"), "bad_characters", "name"),
    "a short ID": (lambda p: replace(p, id_number=ID[:17]), "id_length", "id_number"),
    "a wrong check digit": (
        lambda p: replace(p, id_number=ID[:17] + ("0" if ID[17] != "0" else "1")),
        "id_check_digit",
        "id_number",
    ),
    "no phone": (lambda p: replace(p, phone=""), "phone_invalid", "phone"),
    "a land line": (lambda p: replace(p, phone="0580-2026000"), "phone_invalid", "phone"),
    "an unknown specialty": (lambda p: replace(p, specialty="astrology"), "specialty_unknown", "specialty"),
    "another specialty, not named": (
        lambda p: replace(p, specialty="other"),
        "specialty_other_missing",
        "specialty_other",
    ),
    "another specialty too long": (
        lambda p: replace(p, specialty="other", specialty_other="字" * 31),
        "too_long",
        "specialty_other",
    ),
    "an unknown level": (lambda p: replace(p, title_level="emperor"), "title_level_unknown", "title_level"),
    "a title too long": (lambda p: replace(p, title="师" * 31), "too_long", "title"),
    "a unit no longer in use": (
        lambda p: replace(p, organisation=OrganisationFactory(is_active=False)),
        "unit_inactive",
        "organisation",
    ),
}


@pytest.mark.parametrize("case", NOT_TAKEN)
def test_what_cannot_be_kept_is_refused_on_its_field(case: str, said: PersonInput) -> None:
    change, code, field = NOT_TAKEN[case]
    person, clerk = change(said), UserFactory()
    before = counts()
    for act in (lambda: register(person), lambda: practitioner_create(actor=clerk, person=person)):
        with pytest.raises(InputError) as refused:
            act()
        assert (refused.value.code, refused.value.field) == (code, field)
        assert counts() == before


@pytest.mark.parametrize(
    "typed", [ID, ID[:6] + " " + ID[6:14] + " " + ID[14:], "".join(chr(ord(c) + 0xFEE0) for c in ID)]
)
def test_an_id_number_is_registered_once_however_it_is_typed(typed: str, said: PersonInput) -> None:
    register(said)
    before = counts()
    with pytest.raises(InputError) as refused:
        register(replace(said, id_number=typed, phone=make_phone(77_000_002)), username="another")
    assert (refused.value.code, refused.value.field) == ("id_number_taken", "id_number")
    assert counts() == before
    assert ID not in refused.value.message


def test_an_id_number_of_somebody_without_an_account_is_taken_too(said: PersonInput) -> None:
    practitioner_create(actor=UserFactory(), person=said)
    with pytest.raises(InputError) as refused:
        register(replace(said, phone=make_phone(77_000_002)))
    assert refused.value.code == "id_number_taken"


@pytest.mark.parametrize("typed", [PHONE, f"+86 {PHONE}", f"{PHONE[:3]}-{PHONE[3:7]}-{PHONE[7:]}"])
def test_a_phone_has_one_account_however_it_is_typed(typed: str, said: PersonInput) -> None:
    register(said)
    before = counts()
    with pytest.raises(InputError) as refused:
        register(replace(said, id_number=make_id_number(serial=302), phone=typed), username="another")
    assert (refused.value.code, refused.value.field) == ("phone_taken", "phone")
    assert counts() == before


def test_people_without_an_account_may_share_a_phone_as_rosters_have_it(said: PersonInput) -> None:
    clerk = UserFactory()
    for serial in (301, 302):
        practitioner_create(actor=clerk, person=replace(said, id_number=make_id_number(serial=serial)))
    assert Practitioner.objects.filter(phone_hash=blind_index("phone", PHONE)).count() == 2


def test_somebody_entered_by_a_clerk_has_no_account_but_a_standing(said: PersonInput) -> None:
    clerk = UserFactory()
    person = practitioner_create(actor=clerk, person=said)
    assert (person.user, person.standings.get().year) == (None, 2021)
    event = Event.objects.get()
    assert (event.actor, event.action, event.object_id) == (clerk, "practitioner.create", str(person.pk))


def test_sex_is_read_from_the_id_number(said: PersonInput) -> None:
    her = replace(said, id_number=make_id_number(sex="female", birth=date(1990, 2, 28), serial=303))
    assert practitioner_create(actor=UserFactory(), person=her).sex == "female"


def test_a_county_nobody_knows_is_no_reason_to_refuse(said: PersonInput) -> None:
    elsewhere = replace(said, id_number=make_id_number("339999", serial=304))
    assert register(elsewhere).id_last4 == elsewhere.id_number[-4:]


def test_the_history_of_a_person_holds_no_sealed_column(person: Practitioner) -> None:
    person.title = "高级工程师"
    person.save()
    events = person.events.order_by("pgh_id")
    assert [event.title for event in events] == ["", "高级工程师"]
    columns = {field.name for field in events.model._meta.get_fields()}
    assert columns.isdisjoint({"id_number", "phone", "data_key"})


def test_a_link_and_a_unit_go_together(person: Practitioner) -> None:
    for changes in ({"link_state": LinkState.NONE}, {"organisation": None}):
        with pytest.raises(IntegrityError, match="practitioner_link_has_unit"), transaction.atomic():
            Practitioner.objects.filter(pk=person.pk).update(**changes)
    assert PractitionerFactory(organisation=None, region=region(), link_state=LinkState.NONE).unit_name == "无单位"
