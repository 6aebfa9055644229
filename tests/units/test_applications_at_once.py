"""Two offices, or twenty posts of one form, at the same moment: one decision, one application, one unit."""

from __future__ import annotations

import uuid

import pytest

from accounts.errors import Conflict, InputError
from accounts.models import Appointment, Organisation, Role
from tests.factories import AppointmentFactory, UserFactory
from tests.units.at_once import at_once
from tests.units.made import REASON, applied, stated
from units.commands.applications import (
    application_accept,
    application_refuse,
    application_submit,
)
from units.models import UnitApplication
from units.states import ApplicationState

pytestmark = pytest.mark.django_db


@pytest.mark.django_db(transaction=True)
def test_two_offices_at_once_make_one_unit() -> None:
    county, city = AppointmentFactory().user, AppointmentFactory(city=True).user
    for n in range(5):
        application = applied(UserFactory(), n)
        found = at_once(
            [lambda who=who, a=application: application_accept(actor=who, application=a) for who in (county, city)]
        )
        lost = [one for one in found if isinstance(one, Conflict)]
        assert len(lost) == 1
        winner = application.steps.last().actor
        assert winner.display_name in lost[0].message
        assert Organisation.objects.filter(name=application.name).count() == 1
        assert Appointment.objects.filter(user=application.applicant).count() == 1


@pytest.mark.django_db(transaction=True)
def test_accepting_and_refusing_at_once_is_one_decision() -> None:
    county, city = AppointmentFactory().user, AppointmentFactory(city=True).user
    for n in range(5):
        application = applied(UserFactory(), n)
        found = at_once(
            [
                lambda a=application: application_accept(actor=county, application=a),
                lambda a=application: application_refuse(actor=city, application=a, reason=REASON),
            ]
        )
        assert sum(isinstance(one, Conflict) for one in found) == 1
        application.refresh_from_db()
        accepted = application.state == ApplicationState.ACCEPTED
        assert Organisation.objects.filter(name=application.name).exists() == accepted
        assert application.steps.count() == 2


@pytest.mark.django_db(transaction=True)
def test_the_same_form_twenty_times_at_once_is_one_application() -> None:
    applicant, token = UserFactory(), uuid.uuid4()
    found = at_once([lambda: application_submit(actor=applicant, data=stated(), token=token)] * 20)
    assert {one.pk for one in found} == {UnitApplication.objects.get().pk}


@pytest.mark.django_db(transaction=True)
def test_two_applications_for_one_unit_accepted_at_once_make_one() -> None:
    county, city = AppointmentFactory().user, AppointmentFactory(city=True).user
    first, second = applied(UserFactory()), applied(UserFactory())
    found = at_once(
        [
            lambda: application_accept(actor=county, application=first),
            lambda: application_accept(actor=city, application=second),
        ]
    )
    lost = [one for one in found if isinstance(one, InputError)]
    assert [one.code for one in lost] in (["unit_registered"], ["organisation_taken"])
    assert Organisation.objects.filter(name=first.name).count() == 1
    assert Appointment.objects.filter(role=Role.EMPLOYER_ADMIN).count() == 1
