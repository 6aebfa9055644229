"""Reminders: the plan and its days, who is told what, once per person and step, the unit summed up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import transaction

from accounts.errors import Forbidden, InputError
from accounts.models import Organisation, User
from compliance.commands.reminders import reminder_plan_set, reminders_request, reminders_scheduled
from compliance.commands.reminding import reminders_send
from compliance.models import Reminder, ReminderStep, UnitReminder
from compliance.queries.reminders import by_region, due_on, left_to_remind, plan_of
from compliance.tasks import daily_reminders
from office.audit.models import Event
from office.jobs import commands as jobs
from office.jobs.models import Job
from office.jobs.states import JobState
from office.messages.models import Delivery, Message
from registry.commands.adjustments import AdjustmentInput, adjustment_approve, adjustment_enter
from registry.commands.standing import lock_people, refresh_people
from registry.models import Practitioner, RegistrationWindow
from tests.compliance.signing import CLASS, GENERAL, INDUSTRY, meeting, post
from tests.factories import AppointmentFactory, OrganisationFactory, UserFactory, region
from tests.registry.people import PractitionerFactory

pytestmark = pytest.mark.django_db
STEP_90 = "2021-11-02T09:30:00+08:00"  # 90 days before 31 January 2022


@pytest.fixture
def city(db: None) -> User:
    """The city office."""
    return AppointmentFactory(city=True).user


@pytest.fixture
def unit(db: None) -> Organisation:
    """A unit of 定海 with two administrators, one of whom left yesterday."""
    unit = OrganisationFactory(name="舟山虚构建设有限公司")
    AppointmentFactory(employer_admin=True, organisation=unit)
    AppointmentFactory(employer_admin=True, organisation=unit, valid_from=date(2021, 1, 1), valid_to=date(2021, 8, 31))
    return unit


@pytest.fixture
def short(unit: Organisation, county: User) -> Practitioner:
    """Somebody of the unit who lacks 60 hours of one category and nothing of another."""
    return with_hours(PractitionerFactory(organisation=unit), county, GENERAL)


def with_hours(person: Practitioner, clerk: User, *activities: Any) -> Practitioner:
    """The person with a standing of 2021 composed of these."""
    with transaction.atomic():
        if activities:
            post(person, clerk, *activities)
        lock_people([person.pk])
        refresh_people([person.pk], 2021)
    return person


def send(days: int = 90, **checkpoint: Any) -> list[tuple[int, int]]:
    """A whole run of a step without a worker; what it told of its progress."""
    ReminderStep.objects.get_or_create(year=2021, days=days)
    told: list[tuple[int, int]] = []
    reminders_send(
        year=2021, days=days, checkpoint=checkpoint, progress=lambda done, total, _: told.append((done, total))
    )
    return told


def reminded(kind: str = "reminder.person") -> list[User]:
    """Who has messages of the kind, one entry for each."""
    return [message.recipient for message in Message.objects.filter(kind=kind).order_by("pk")]


def test_the_usual_plan_falls_90_30_and_7_days_before_the_window_closes() -> None:
    assert [(step.days, step.falls_on, step.is_on) for step in plan_of(2021)] == [
        (90, date(2021, 11, 2), True),
        (30, date(2022, 1, 1), True),
        (7, date(2022, 1, 24), True),
    ]
    RegistrationWindow.objects.create(year=2021, opens_on="2021-01-01", closes_on="2021-12-31", reason="测试")
    assert plan_of(2021)[2].falls_on == date(2021, 12, 24)


def test_who_is_short_is_told_what_is_missing_until_when(short: Practitioner, settings: Any) -> None:
    settings.SMS_BACKEND = "office.messages.sms.FileBackend"
    User.objects.filter(pk=short.user_id).update(email="engineer@example.invalid")
    send()
    message = Message.objects.get(kind="reminder.person")
    assert (message.recipient, message.link) == (short.user, "/ledger/2021/")
    assert message.title == "2021年度学时登记2022年1月31日截止，您尚未达标"
    assert (
        "截至2021年9月1日，您2021年度还缺专业科目60学时、行业公需科目12学时（依据舟建发〔2021〕38号）" in message.body
    )
    assert {delivery.channel for delivery in Delivery.objects.filter(message=message)} == {"email", "sms"}


def test_adjusted_minimums_are_what_somebody_lacks_by_or_does_not(
    short: Practitioner, city: User, county: User
) -> None:
    spared = with_hours(PractitionerFactory(), county, GENERAL, INDUSTRY)
    colleague = AppointmentFactory(city=True).user
    for person, figures in ((short, {"professional": Decimal(20)}), (spared, {"professional": 0, "total": 30})):
        data = AdjustmentInput(2021, {name: Decimal(hours) for name, hours in figures.items()}, "文件", "援派")
        row = adjustment_enter(actor=colleague, practitioner=person, data=data)
        adjustment_approve(actor=city, adjustment=row)
    send()
    message = Message.objects.get(kind="reminder.person")
    assert message.recipient == short.user
    assert "还缺专业科目20学时、行业公需科目12学时" in message.body
    assert "最低学时已按规定调整" in message.body


def test_others_are_left_alone(county: User, unit: Organisation) -> None:
    """Who meets the year, has no account in use, or was entered after the year without hours in it."""
    meeting(county, organisation=unit)
    with_hours(PractitionerFactory(organisation=unit, user=None), county, CLASS)
    with_hours(PractitionerFactory(organisation=unit, user=UserFactory(is_active=False)), county)
    with time_machine.travel("2022-01-05T10:00:00+08:00", tick=False):
        with_hours(PractitionerFactory(organisation=unit), county)
        late = with_hours(PractitionerFactory(organisation=unit), county, CLASS)
        send()
    assert reminded() == [late.user]


def test_once_per_person_and_step_however_often_it_is_sent(short: Practitioner, county: User) -> None:
    send()
    send()
    assert reminded() == [short.user]
    newcomer = with_hours(PractitionerFactory(), county)
    send()
    assert reminded() == [short.user, newcomer.user]
    send(30)
    assert reminded() == [short.user, newcomer.user, short.user, newcomer.user]
    assert Reminder.objects.count() == 4


def test_the_units_administrators_are_told_once_how_many(unit: Organisation, short: Practitioner, county: User) -> None:
    with_hours(PractitionerFactory(organisation=unit, user=None), county)
    meeting(county, organisation=unit)
    send()
    send()
    message = Message.objects.get(kind="reminder.unit")
    assert message.recipient == unit.appointments.get(valid_to=None).user
    assert message.title == "贵单位有2人2021年度学时尚未达标"
    assert f"“{unit.name}”有2人2021年度学时尚未达标" in message.body
    assert "其中1人没有可用的账号" in message.body
    assert message.link == f"/units/people/year/?year=2021&verdict=short&unit={unit.pk}"
    row = UnitReminder.objects.get()
    assert (row.people, row.without_account, row.told) == (2, 1, 1)


def test_a_unit_without_an_administrator_is_told_when_it_has_one(county: User) -> None:
    unit = with_hours(PractitionerFactory(), county).organisation
    send()
    assert not UnitReminder.objects.exists()
    admin = AppointmentFactory(employer_admin=True, organisation=unit).user
    send()
    assert reminded("reminder.unit") == [admin]


def test_the_number_told_is_the_list_behind_its_link(client: Any, unit: Organisation, short: Practitioner) -> None:
    PractitionerFactory(organisation=unit)  # entered today: no standing yet, and so everything lacking
    send()
    message = Message.objects.get(kind="reminder.unit")
    client.force_login(message.recipient, backend="accounts.backends.PhoneOrUsernameBackend")
    assert len(client.get(message.link).context["lines"]) == UnitReminder.objects.get().people == 2


def test_lots_go_on_where_an_attempt_was_undone(short: Practitioner, county: User, settings: Any) -> None:
    settings.REMINDERS_AT_ONCE = 2
    people = [short, *(with_hours(PractitionerFactory(), county) for _ in range(4))]
    ReminderStep.objects.create(year=2021, days=90)
    kept: list[dict[str, Any]] = []

    def fails_at_the_third(done: int, total: int, checkpoint: dict[str, Any]) -> None:
        assert total == 6  # five people, and the one unit that has an administrator
        if done > 3:
            raise RuntimeError("the worker is gone")
        kept.append(checkpoint)

    with pytest.raises(RuntimeError):
        reminders_send(year=2021, days=90, checkpoint={}, progress=fails_at_the_third)
    assert len(reminded()) == 2
    told = send(90, **kept[-1])
    assert sorted(user.pk for user in reminded()) == sorted(person.user_id for person in people)
    assert told[-1] == (6, 6)


def test_a_run_that_is_switched_off_stops(short: Practitioner, city: User) -> None:
    reminder_plan_set(actor=city, year=2021, steps=[(90, False), (30, True)])
    with pytest.raises(InputError) as refused:
        send()
    assert (refused.value.code, reminded()) == ("step_off", [])


@pytest.fixture
def autumn(request: Any) -> Iterator[Any]:
    """The morning of the first step."""
    with time_machine.travel(STEP_90, tick=False) as clock:
        yield clock


def test_the_schedule_sends_each_step_once_on_its_day(short: Practitioner, autumn: Any) -> None:
    autumn.move_to("2021-11-01T23:00:00+08:00")
    daily_reminders()
    autumn.move_to("2021-11-02T08:59:00+08:00")
    daily_reminders()
    assert not Job.objects.exists()
    autumn.move_to(STEP_90)
    for _ in range(3):
        daily_reminders()
    job = Job.objects.get()
    assert (job.kind, job.params) == ("reminders", {"year": 2021, "days": 90})
    jobs.run(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.result["people"], job.result["units"]) == (JobState.DONE, 1, 1)
    assert reminded() == [short.user]
    autumn.move_to("2021-11-03T09:30:00+08:00")
    daily_reminders()
    assert Job.objects.count() == 1
    sent = Event.objects.get(action="reminder.sent")
    assert (sent.actor, sent.data) == (None, {"year": 2021, "days": 90, "people": 1, "units": 1})


@pytest.mark.parametrize(
    ("day", "due"),
    [
        ("2021-11-01", []),
        ("2021-11-02", [90]),
        ("2021-11-09", [90]),  # beat was away for a week
        ("2021-11-10", []),
        ("2022-01-01", [30]),
        ("2022-01-25", [7]),
        ("2022-01-31", [7]),
        ("2022-02-01", []),
    ],
)
def test_what_is_due(day: str, due: list[int]) -> None:
    assert [(step.year, step.days) for step in due_on(date.fromisoformat(day))] == [(2021, days) for days in due]


def test_a_failed_run_is_asked_for_anew_the_next_day_only(autumn: Any) -> None:
    [first] = reminders_scheduled(day=date(2021, 11, 2))
    Job.objects.update(state=JobState.FAILED)
    assert reminders_scheduled(day=date(2021, 11, 2)) == [first]
    assert reminders_scheduled(day=date(2021, 11, 3)) != [first]


def test_asked_for_by_hand_it_is_the_same_run_and_leaves_its_trail(city: User, county: User) -> None:
    job = reminders_request(actor=city, year=2021, days=30)
    assert reminders_request(actor=city, year=2021, days=30) == job
    event = Event.objects.get(action="reminder.request")
    assert (event.actor, event.data) == (city, {"year": 2021, "days": 30})
    with pytest.raises(Forbidden):
        reminders_request(actor=county, year=2021, days=30)


@pytest.mark.parametrize(
    ("steps", "code", "field"),
    [
        ([], "no_steps", "days_1"),
        ([None, (0, True)], "days_wrong", "days_2"),
        ([(181, True)], "days_wrong", "days_1"),
        ([(90, True), None, (90, False)], "days_twice", "days_3"),
        ([(60, True), (170, True)], "days_past", "days_2"),
        ([(60, True)], "step_sent", "days_1"),
    ],
)
def test_a_plan_that_does_not_hold_is_refused_whole(city: User, steps: Any, code: str, field: str) -> None:
    send(7)
    before = set(ReminderStep.objects.values_list("days", "is_on"))
    with pytest.raises(InputError) as refused:
        reminder_plan_set(actor=city, year=2021, steps=steps)
    assert (refused.value.code, refused.value.field) == (code, field)
    assert set(ReminderStep.objects.values_list("days", "is_on")) == before


def test_a_plan_is_changed_with_its_trail(city: User, county: User) -> None:
    steps = [(60, True), (30, False)]
    for _ in range(2):
        reminder_plan_set(actor=city, year=2021, steps=steps)
    assert [(step.days, step.is_on) for step in plan_of(2021)] == steps
    event = Event.objects.get(action="reminder.plan")
    assert (event.before, event.after) == ("90天、30天、7天", "60天、30天（停用）")
    with pytest.raises(Forbidden):
        reminder_plan_set(actor=county, year=2021, steps=steps)


def test_nothing_is_sent_after_the_window(city: User) -> None:
    with time_machine.travel("2022-02-01T10:00:00+08:00", tick=False), pytest.raises(InputError) as refused:
        reminders_request(actor=city, year=2021, days=7)
    assert refused.value.code == "window_over"
    assert "2022年1月31日" in refused.value.message


def test_the_numbers_by_region_are_those_sent(short: Practitioner, county: User) -> None:
    with_hours(PractitionerFactory(user=None), county)
    with_hours(PractitionerFactory(organisation=OrganisationFactory(region=region("putuo"))), county)
    assert numbers() == {"dinghai": (2, 1, 0, 1), "putuo": (1, 1, 0, 0)}
    assert left_to_remind(2021, 90).count() == 2
    send()
    assert numbers() == {"dinghai": (2, 0, 1, 1), "putuo": (1, 0, 1, 0)}


def numbers() -> dict[str, tuple[int, ...]]:
    """Region → short, left, told, without an account; of those that have anybody."""
    lines = by_region(2021, 90)
    return {
        line["region"].code: tuple(line[name] for name in ("short", "left", "told", "without"))
        for line in lines
        if line["short"]
    }
