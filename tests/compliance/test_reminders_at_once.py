"""Two runs of one step at the same moment: whom one of them reminds, the other leaves alone."""

from __future__ import annotations

from datetime import date

import pytest
from django.db.models import Count

from accounts.models import Organisation
from compliance.commands.reminders import reminders_request, reminders_scheduled
from compliance.commands.reminding import reminders_send
from compliance.models import Reminder, ReminderStep, UnitReminder
from office.jobs.models import Job
from office.messages.models import Message
from tests.compliance.test_reminders import with_hours
from tests.factories import AppointmentFactory, UserFactory
from tests.registry.people import PractitionerFactory
from tests.units.at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = 24


def test_two_runs_at_once_remind_everybody_once(settings: object) -> None:
    settings.REMINDERS_AT_ONCE = 3  # type: ignore[attr-defined]
    clerk, unit = UserFactory(), None
    for _ in range(PEOPLE):
        person = with_hours(PractitionerFactory(**({"organisation": unit} if unit else {})), clerk)
        unit = person.organisation
    AppointmentFactory(employer_admin=True, organisation=Organisation.objects.get())
    ReminderStep.objects.create(year=2021, days=30)

    def run() -> tuple[int, int]:
        sent = reminders_send(year=2021, days=30, checkpoint={}, progress=lambda *_: None)
        return sent.people, sent.units

    runs = at_once([run, run, run])
    assert [sum(numbers) for numbers in zip(*runs, strict=True)] == [PEOPLE, 1]
    assert Reminder.objects.count() == PEOPLE
    told = Message.objects.values("recipient", "kind").annotate(times=Count("pk"))
    assert [row["times"] for row in told] == [1] * (PEOPLE + 1)
    assert UnitReminder.objects.get().people == PEOPLE


def test_the_office_and_two_beats_at_once_are_one_run() -> None:
    city = AppointmentFactory(city=True).user
    day = date(2022, 1, 1)
    asked = at_once(
        [
            lambda: reminders_request(actor=city, year=2021, days=30),
            lambda: reminders_scheduled(day=day)[0],
            lambda: reminders_scheduled(day=day)[0],
        ]
    )
    assert set(asked) == {Job.objects.get()}
    assert ReminderStep.objects.count() == 3
