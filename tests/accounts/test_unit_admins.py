"""The first administrator of a unit, put in by an office; and telephones of units."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from accounts.commands.unit_admins import first_admin_appoint
from accounts.errors import Conflict, Forbidden, InputError
from accounts.identity import check_telephone
from accounts.models import Appointment, Organisation, Role, User
from office.audit.models import Event
from tests.factories import AppointmentFactory, OrganisationFactory, UserFactory, make_id_number, region

MAY: dict[str, Callable[[Organisation], User]] = {
    "county of the unit": lambda _: AppointmentFactory().user,
    "city office": lambda _: AppointmentFactory(city=True).user,
}
MAY_NOT: dict[str, Callable[[Organisation], User]] = {
    "another county": lambda _: AppointmentFactory(region=region("putuo")).user,
    "system administrator": lambda _: AppointmentFactory(sysadmin=True).user,
    "auditor": lambda _: AppointmentFactory(auditor=True).user,
    "the county, being the unit's organiser": lambda u: (
        AppointmentFactory(organiser=True, organisation=u, user=AppointmentFactory().user).user
    ),
    "nobody in particular": lambda _: UserFactory(),
}


@pytest.mark.django_db
@pytest.mark.parametrize("who", MAY)
def test_an_office_appoints_the_first_and_no_second(who: str) -> None:
    unit, user = OrganisationFactory(), UserFactory()
    actor = MAY[who](unit)
    first = first_admin_appoint(actor=actor, user=user, organisation=unit)
    assert (first.role, first.organisation, first.user) == (Role.EMPLOYER_ADMIN, unit, user)
    assert Event.objects.get(action="appointment.first_admin").actor == actor
    Appointment.objects.filter(pk=first.pk).update(valid_to=first.valid_from)  # also not once the first is over
    with pytest.raises(Conflict) as refusal:
        first_admin_appoint(actor=actor, user=UserFactory(), organisation=unit)
    assert refusal.value.code == "has_admin"
    assert unit.name in refusal.value.message


@pytest.mark.django_db
@pytest.mark.parametrize("who", MAY_NOT)
def test_nobody_else_does(who: str) -> None:
    unit = OrganisationFactory()
    with pytest.raises(Forbidden):
        first_admin_appoint(actor=MAY_NOT[who](unit), user=UserFactory(), organisation=unit)
    assert not unit.appointments.filter(role=Role.EMPLOYER_ADMIN).exists()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("0580-2000000", "0580-2000000"),
        (" 0580 2000000 ", "0580 2000000"),
        ("（0580）2000000", "（0580）2000000"),
        ("+86 571-88000000", None),
        ("2000000", "2000000"),
        ("0580-2000000转8001", "0580-2000000转8001"),
        ("400-800-0000", "400-800-0000"),
        ("138 0000 0000", "138 0000 0000"),
        ("+8613800000000", "+8613800000000"),
        ("", None),
        ("打我电话", None),
        ("12345", None),
        ("0580-20000000000", None),
        (make_id_number(), None),
    ],
)
def test_a_units_telephone(typed: str, kept: str | None) -> None:
    if kept is None:
        with pytest.raises(InputError) as refusal:
            check_telephone(typed)
        assert (refusal.value.code, refusal.value.field) == ("telephone_invalid", "phone")
    else:
        assert check_telephone(typed) == kept
