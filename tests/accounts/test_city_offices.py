"""For which of the city's two offices one decides: set when appointed, changed at the desk, kept in a hand-over."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.commands.appointments import appointment_create, appointment_hand_over, appointment_office_set
from accounts.errors import Forbidden, InputError
from accounts.models import Appointment, CityOffice, Role, User
from accounts.queries import city_office_of
from office.audit.models import Event
from tests.clients import PortalClient
from tests.factories import AppointmentFactory, UserFactory, region

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> User:
    """The system administrator."""
    return AppointmentFactory(sysadmin=True).user


@pytest.mark.parametrize(
    ("role", "place", "office", "kept"),
    [
        (Role.CITY, "city", None, CityOffice.HOURS),
        (Role.CITY, "city", CityOffice.PERSONNEL, CityOffice.PERSONNEL),
        (Role.COUNTY, "dinghai", None, ""),
    ],
)
def test_an_appointment_of_the_city_is_for_one_of_its_offices(
    role: Role, place: str, office: CityOffice | None, kept: str, admin: User
) -> None:
    made = appointment_create(actor=admin, user=UserFactory(), role=role, region=region(place), office=office)
    assert (made.office, city_office_of(made.user)) == (kept, kept or None)


def test_another_role_has_no_such_office(admin: User) -> None:
    with pytest.raises(InputError) as refused:
        appointment_create(
            actor=admin, user=UserFactory(), role=Role.COUNTY, region=region(), office=CityOffice.PERSONNEL
        )
    assert (refused.value.code, refused.value.field) == ("office_wrong", "office")
    with pytest.raises(InputError):
        appointment_office_set(
            actor=admin, appointment=AppointmentFactory(), office=CityOffice.PERSONNEL, reason="岗位调整"
        )
    for wrong in ({"city": True, "office": ""}, {"office": CityOffice.HOURS}):
        with pytest.raises(IntegrityError), transaction.atomic():
            AppointmentFactory(**wrong)


def test_a_hand_over_keeps_the_office(admin: User) -> None:
    held = AppointmentFactory(city=True, office=CityOffice.PERSONNEL)
    taken = appointment_hand_over(
        actor=admin, appointment=held, to=UserFactory(), first_day=date(2100, 1, 1), reason="离任"
    )
    assert taken.office == CityOffice.PERSONNEL


def test_of_two_appointments_the_latest_says_for_which_office() -> None:
    held = AppointmentFactory(city=True)
    AppointmentFactory(
        city=True, user=held.user, office=CityOffice.PERSONNEL, valid_from=date(2021, 1, 1), region=held.region
    )
    assert city_office_of(held.user) == CityOffice.PERSONNEL


@time_machine.travel("2026-03-01T10:00:00+08:00", tick=False)
def test_the_desk_changes_it_for_a_reason(client: PortalClient, admin: User) -> None:
    held = AppointmentFactory(city=True)
    client.force_login(admin)
    address = reverse("accounts:desk_appointment_office", args=[held.pk])
    assert client.post(address, {"office": "personnel", "reason": ""}).status_code == 422
    for _ in range(2):
        answer = client.post(address, {"office": "personnel", "reason": "岗位调整"}, follow=True)
        assert "市住建局组织人事处（市本级）" in answer.content.decode()
    event = Event.objects.get(action="appointment.office")
    assert (event.object_id, event.reason) == (str(held.pk), "岗位调整")


def test_nobody_changes_the_own_office() -> None:
    held = AppointmentFactory(city=True)
    with pytest.raises(Forbidden):
        appointment_office_set(actor=held.user, appointment=held, office=CityOffice.PERSONNEL, reason="岗位调整")
    assert Appointment.objects.get(pk=held.pk).office == CityOffice.HOURS
