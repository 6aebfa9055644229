"""kill -9 of a worker in the middle of sending reminders: each person has one message, each unit one."""

from __future__ import annotations

import random
import time
from datetime import date, datetime

import pytest
from django.db import connection
from django.db.models import Count
from django.utils import timezone

from accounts.models import Organisation
from compliance.commands.annual_check import annual_check_run
from compliance.commands.reminders import reminders_request
from compliance.models import Reminder, UnitReminder
from office.audit.models import Event
from office.jobs.models import Job
from office.jobs.states import UNDER_WAY, JobState
from office.messages.models import Message
from registry.models import Practitioner, UnitLink
from tests.factories import AppointmentFactory, OrganisationFactory
from tests.faults.city import YEAR, copies
from tests.faults.house import DRAINED_SECONDS, House, until
from tests.faults.test_killed_worker import kill_child, kill_whole
from tests.registry.people import PractitionerFactory, keep_2021_open

UNITS, EACH = 15, 20
PEOPLE = UNITS * EACH
POINTS = random.Random(90_034)


def start_of_year(year: int) -> datetime:
    """Who came into the portal only after the year is reminded of nothing in it."""
    return timezone.make_aware(datetime(year, 1, 1))


@pytest.fixture
def city(house: House) -> None:
    """People with accounts in units with an administrator; nobody has an hour in the year."""
    keep_2021_open()
    units = [OrganisationFactory() for _ in range(UNITS)]
    for unit in units:
        AppointmentFactory(employer_admin=True, organisation=unit)
    person = PractitionerFactory(organisation=units[0])
    person.links.update(started_on=date(YEAR, 3, 1))
    Practitioner.objects.filter(pk=person.pk).update(created_at=start_of_year(YEAR))
    link, user = person.links.get(), person.user
    made, here = f"generate_series(1, {PEOPLE - 1}) AS n", f"(ARRAY{[unit.pk for unit in units]})[1 + mod(n, {UNITS})]"
    with connection.cursor() as cursor:
        copies(cursor, user, made, id="10000 + n", username="'made' || n", phone_hash="NULL", phone="''")
        numbers = {"id_hash": "decode(md5(n::text), 'hex')", "phone_hash": "NULL"}
        copies(cursor, person, made, id="10000 + n", user_id="10000 + n", organisation_id=here, **numbers)
        copies(cursor, link, made, id="10000 + n", practitioner_id="10000 + n", organisation_id=here)
    annual_check_run(year=YEAR)


def test_a_worker_killed_while_sending_reminds_everybody_once(house: House, city: None) -> None:
    house.work()
    house.beat.start()
    actor = AppointmentFactory(city=True).user
    job = reminders_request(actor=actor, year=YEAR, days=30)
    for kill, share in ((kill_child, POINTS.uniform(0.05, 0.4)), (kill_whole, POINTS.uniform(0.5, 0.95))):
        step = round(PEOPLE * share)
        until(lambda step=step: Reminder.objects.count() >= step, DRAINED_SECONDS, f"person {step}")
        time.sleep(POINTS.random() * 0.02)  # not always right behind a commit
        kill(house)
    until(lambda: not Job.objects.filter(state__in=UNDER_WAY).exists(), DRAINED_SECONDS, "done after the restart")
    job.refresh_from_db()
    assert (job.state, job.error, job.attempts) == (JobState.DONE, "", 3)
    assert {name: job.result[name] for name in ("people", "units")} == {"people": PEOPLE, "units": UNITS}
    assert Reminder.objects.values("practitioner").distinct().count() == Reminder.objects.count() == PEOPLE
    assert UnitReminder.objects.count() == Organisation.objects.count() == UNITS
    told = Message.objects.values("recipient", "kind").annotate(times=Count("pk"))
    assert {row["times"] for row in told} == {1}
    assert sorted(Message.objects.values_list("kind").annotate(Count("pk"))) == [
        ("reminder.person", PEOPLE),
        ("reminder.unit", UNITS),
    ]
    assert sum(UnitReminder.objects.values_list("people", flat=True)) == PEOPLE == UnitLink.objects.count()
    assert Event.objects.filter(action="reminder.sent").count() == 1
    assert Practitioner.objects.exclude(user=None).count() == PEOPLE
