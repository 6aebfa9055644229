"""Appointing: who may, where a role can be held, and which roles nobody holds together (三员分立)."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine

from accounts.commands.appointments import appointment_create
from accounts.errors import Forbidden, InputError
from accounts.models import Appointment, Role, User
from accounts.queries import regions_reviewed
from office.audit.models import Event
from tests.factories import AppointmentFactory, OrganisationFactory, UserFactory, region

pytestmark = pytest.mark.django_db


@pytest.fixture
def sysadmin() -> User:
    """The system administrator."""
    return AppointmentFactory(sysadmin=True).user


def place_of(role: Role) -> dict[str, object]:
    """Where a role is held."""
    if role in (Role.EMPLOYER_ADMIN, Role.ORGANISER):
        return {"organisation": OrganisationFactory()}
    if role in (Role.COUNTY, Role.CITY):
        return {"region": region("city" if role == Role.CITY else "putuo")}
    return {}


@pytest.mark.parametrize("role", Role)
def test_every_role_is_given_at_its_place_with_one_event(sysadmin: User, role: Role) -> None:
    appointment = appointment_create(actor=sysadmin, user=UserFactory(), role=role, **place_of(role))
    assert User.objects.get(pk=appointment.user_id).has_role(role)
    event = Event.objects.get(action="appointment.create")
    assert (event.actor, event.object_id, event.after) == (sysadmin, str(appointment.pk), role)


def test_an_appointment_counts_from_its_first_to_its_last_day(sysadmin: User) -> None:
    user = UserFactory()
    appointment_create(
        actor=sysadmin,
        user=user,
        role=Role.COUNTY,
        region=region("putuo"),
        valid_from=date(2021, 3, 1),
        valid_to=date(2021, 3, 31),
    )
    found = {}
    for day in (date(2021, 2, 28), date(2021, 3, 1), date(2021, 3, 31), date(2021, 4, 1)):
        with time_machine.travel(f"{day}T12:00:00+08:00", tick=False):
            found[day.isoformat()] = bool(regions_reviewed(User.objects.get(pk=user.pk)))
    assert list(found.values()) == [False, True, True, False]


def test_the_set_up_appoints_the_first_administrator_and_nobody_else_may_appoint(sysadmin: User) -> None:
    first = UserFactory()
    appointment_create(actor=None, user=first, role=Role.SYSADMIN)
    assert User.objects.get(pk=first.pk).has_role(Role.SYSADMIN)
    others = [AppointmentFactory(city=True).user, AppointmentFactory(auditor=True).user, UserFactory()]
    before = Appointment.objects.count()
    for actor in others:
        with pytest.raises(Forbidden):
            appointment_create(actor=actor, user=UserFactory(), role=Role.COUNTY, region=region())
    with pytest.raises(Forbidden):
        appointment_create(actor=sysadmin, user=sysadmin, role=Role.ORGANISER, organisation=OrganisationFactory())
    assert Appointment.objects.count() == before


@pytest.mark.parametrize(
    ("role", "where", "field"),
    [
        (Role.COUNTY, "nowhere", "role"),
        (Role.COUNTY, "unit", "role"),
        (Role.COUNTY, "city", "region"),
        (Role.CITY, "dinghai", "region"),
        (Role.ORGANISER, "nowhere", "role"),
        (Role.EMPLOYER_ADMIN, "dinghai", "role"),
        (Role.SYSADMIN, "city", "role"),
        (Role.AUDITOR, "unit", "role"),
    ],
)
def test_a_role_is_refused_at_a_place_that_is_not_its_own(sysadmin: User, role: Role, where: str, field: str) -> None:
    places = {"nowhere": {}, "unit": {"organisation": OrganisationFactory()}}
    place = places.get(where, {"region": region(where)} if where not in places else {})
    with pytest.raises(InputError) as refusal:
        appointment_create(actor=sysadmin, user=UserFactory(), role=role, **place)
    assert (refusal.value.code, refusal.value.field) == ("place_wrong", field)


@pytest.mark.parametrize(
    ("held", "wanted", "together"),
    [
        (Role.SYSADMIN, Role.AUDITOR, False),
        (Role.SYSADMIN, Role.COUNTY, False),
        (Role.AUDITOR, Role.CITY, False),
        (Role.CITY, Role.SYSADMIN, False),
        (Role.COUNTY, Role.CITY, True),
        (Role.AUDITOR, Role.EMPLOYER_ADMIN, True),
        (Role.EMPLOYER_ADMIN, Role.ORGANISER, True),
    ],
)
def test_administering_auditing_and_reviewing_are_three_people(
    sysadmin: User, held: Role, wanted: Role, together: bool
) -> None:
    user = UserFactory()
    appointment_create(actor=sysadmin, user=user, role=held, **place_of(held))
    if together:
        appointment_create(actor=sysadmin, user=user, role=wanted, **place_of(wanted))
    else:
        with pytest.raises(InputError) as refusal:
            appointment_create(actor=sysadmin, user=user, role=wanted, **place_of(wanted))
        assert refusal.value.code == "roles_exclude"
    assert user.appointments.count() == 1 + together


@pytest.mark.parametrize(
    ("starts", "ends", "together"),
    [
        (date(2021, 7, 1), None, True),
        (date(2021, 6, 30), None, False),
        (date(2020, 1, 1), date(2020, 12, 31), True),
        (date(2020, 1, 1), date(2021, 1, 1), False),
        (date(2020, 1, 1), None, False),
    ],
)
def test_powers_exclude_each_other_only_while_both_last(
    sysadmin: User, starts: date, ends: date | None, together: bool
) -> None:
    user = AppointmentFactory(valid_from=date(2021, 1, 1), valid_to=date(2021, 6, 30)).user
    given = {"actor": sysadmin, "user": user, "role": Role.AUDITOR, "valid_from": starts, "valid_to": ends}
    if together:
        appointment_create(**given)
    else:
        with pytest.raises(InputError, match="三员分立"):
            appointment_create(**given)
    assert user.appointments.count() == 1 + together


def test_dates_out_of_order_are_refused(sysadmin: User) -> None:
    with pytest.raises(InputError) as refusal:
        appointment_create(
            actor=sysadmin,
            user=UserFactory(),
            role=Role.AUDITOR,
            valid_from=date(2021, 2, 1),
            valid_to=date(2021, 1, 31),
        )
    assert (refusal.value.code, refusal.value.field) == ("dates_out_of_order", "valid_to")
