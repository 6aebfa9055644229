"""Two offices, or one decision sent twenty times, at the same moment: one decision, one class, one roster."""

from __future__ import annotations

from decimal import Decimal

import pytest

from accounts.errors import Conflict, DomainError
from courses.commands.decisions import class_approve, class_endorse, class_refuse, class_return
from courses.models import Roster, TrainingClass
from courses.states import ApplicationState, Route
from tests.courses.made import REASON, class_application
from tests.factories import AppointmentFactory
from tests.units.at_once import at_once

pytestmark = pytest.mark.django_db


@pytest.mark.django_db(transaction=True)
def test_two_of_the_city_at_once_are_one_decision_and_the_other_is_told() -> None:
    first, second = (AppointmentFactory(city=True).user for _ in range(2))
    for _ in range(5):
        application = class_application()
        found = at_once(
            [
                lambda a=application: class_approve(actor=first, application=a, hours=Decimal(16)),
                lambda a=application: class_refuse(actor=second, application=a, reason=REASON),
            ]
        )
        lost = [one for one in found if isinstance(one, DomainError)]
        assert [type(one) for one in lost] == [Conflict]
        application.refresh_from_db()
        assert application.steps.last().actor_name in lost[0].message
        assert application.steps.count() == 2
        approved = application.state == ApplicationState.APPROVED
        assert TrainingClass.objects.filter(application=application).exists() == approved


@pytest.mark.django_db(transaction=True)
def test_two_of_the_county_at_once_are_one_decision() -> None:
    first, second = (AppointmentFactory().user for _ in range(2))
    application = class_application(route=Route.B)
    found = at_once(
        [
            lambda: class_endorse(actor=first, application=application),
            lambda: class_return(actor=second, application=application, reason=REASON),
        ]
    )
    assert [type(one) for one in found if isinstance(one, DomainError)] == [Conflict]
    assert application.steps.count() == 2


@pytest.mark.django_db(transaction=True)
def test_one_approval_sent_twenty_times_is_one_class_with_one_roster() -> None:
    city = AppointmentFactory(city=True).user
    application = class_application()
    found = at_once([lambda: class_approve(actor=city, application=application, hours=Decimal(16))] * 20)
    assert {made.pk for made in found} == {TrainingClass.objects.get().pk}
    assert Roster.objects.count() == 1
