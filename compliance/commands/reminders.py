"""The plan of reminders, and asking for a step to be sent: by the city office at once, by the schedule on its day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from uuid import uuid4

from django.db import connection, transaction
from django.utils import timezone

from accounts.errors import InputError
from accounts.guard import require
from accounts.models import User
from compliance.models import ReminderStep
from compliance.models.reminders import MOST_DAYS
from compliance.queries.reminders import KIND, Step, due_on, plan_of, step_of
from office.audit.commands import record
from office.jobs.commands import enqueue
from office.jobs.models import Job
from registry.queries.notices import has_notice

MOST_STEPS = 6


@transaction.atomic
def reminder_plan_set(*, actor: User, year: int, steps: Sequence[tuple[int, bool] | None]) -> list[Step]:
    """Set a year's steps: days before its window closes, and whether each is switched on; the plan as it is now.

    None is a place of the form left empty: it keeps the numbers that errors name. Raises Forbidden, and InputError that
    names the step (field `days_1` …): `days_wrong`, `days_twice`, `days_past` for a new one whose day is over,
    `no_steps`, `step_sent` when one that was sent is missing, `year_without_notice`.
    """
    require(actor, "compliance.reminders_keep")
    _lock(year)
    before = _plan(year)
    _check(steps, before)
    kept = {step.days: step for step in before}
    wanted = dict(step for step in steps if step is not None)
    for days, is_on in wanted.items():
        ReminderStep.objects.update_or_create(year=year, days=days, defaults={"is_on": is_on})
    ReminderStep.objects.filter(year=year).exclude(days__in=wanted).delete()
    after = plan_of(year)
    if in_words(after) != in_words(kept.values()):
        record(actor=actor, action="reminder.plan", before=in_words(before), after=in_words(after), year=year)
    return after


def in_words(steps: Iterable[Step]) -> str:
    """90天、30天（停用）: a plan for the audit trail."""
    return "、".join(f"{step.days}天" if step.is_on else f"{step.days}天（停用）" for step in steps)


def in_chinese(day: date) -> str:
    """2021年4月26日."""
    return f"{day.year}年{day.month}月{day.day}日"


def _check(steps: Sequence[tuple[int, bool] | None], before: Sequence[Step]) -> None:
    closes_on, known, seen = before[0].closes_on, {step.days for step in before}, set[int]()
    for number, given in enumerate(steps, 1):
        if given is None:
            continue
        (days, is_on), field = given, f"days_{number}"
        if not 1 <= days <= MOST_DAYS:
            raise InputError("days_wrong", f"第{number}步：提前天数应为1至{MOST_DAYS}天。", field)
        if days in seen:
            raise InputError("days_twice", f"第{number}步：提前{days}天的步骤已有，请勿重复。", field)
        seen.add(days)
        if days not in known and is_on and closes_on - timedelta(days=days) < timezone.localdate():
            day = in_chinese(closes_on - timedelta(days=days))
            raise InputError("days_past", f"第{number}步：发送日期{day}已过，请减少天数。", field)
    if not seen:
        raise InputError("no_steps", "至少保留一步；不需要提醒的，请保留步骤并停用。", "days_1")
    for step in before:
        if step.row and step.days not in seen and (step.done_at or step.job or step.row.reminders.exists()):
            raise InputError("step_sent", f"提前{step.days}天的提醒已经发送，不能删除，可以停用。", "days_1")


@transaction.atomic
def reminders_request(*, actor: User, year: int, days: int) -> Job:
    """Send a step now (市学时办), before or after its day: whom it has reached already is left out.

    A run of the same step that is still under way answers a second request. Raises Forbidden, InputError as
    `check_sendable`.
    """
    require(actor, "compliance.reminders_keep")
    job, is_new = _asked(actor, year, days, f"{KIND}:{year}:{days}:{uuid4()}")
    if is_new:
        record(actor=actor, action="reminder.request", obj=job, year=year, days=days)
    return job


@transaction.atomic
def reminders_scheduled(*, day: date) -> list[Job]:
    """Send what is due on that day, however often it is asked for; a run that failed is asked for anew the next day."""
    return [
        _asked(None, step.year, step.days, f"{KIND}:{step.year}:{step.days}:{day.isoformat()}")[0]
        for step in due_on(day)
    ]


def _asked(actor: User | None, year: int, days: int, key: str) -> tuple[Job, bool]:
    _lock(year)  # of two requests at once the second waits here and finds the first one's job
    step = check_sendable(next((one for one in _plan(year) if one.days == days), None))
    if step.job is not None:
        return step.job, False
    return enqueue(actor=actor, kind=KIND, key=key, params={"year": year, "days": days}), True


def check_sendable(step: Step | None) -> Step:
    """The step, when it may be sent now. InputError `step_gone`, `step_off`, `window_over`."""
    if step is None:
        raise InputError("step_gone", "该步骤已从提醒计划中删除，不再发送。")
    if not step.is_on:
        raise InputError("step_off", f"提前{step.days}天的提醒已停用，不能发送。")
    if step.window_over:
        day = in_chinese(step.closes_on)
        raise InputError("window_over", f"{step.year}年度的登记时间已于{day}截止，不再提醒。")
    return step


def step_to_send(year: int, days: int) -> ReminderStep:
    """The step's row, as a run asks for it anew before each of its transactions; raises as `check_sendable`."""
    row = check_sendable(step_of(year, days)).row
    assert row is not None  # noqa: S101 - asking for a run wrote the plan
    return row


def _plan(year: int) -> list[Step]:
    """The plan in rows: the usual one is written down as soon as somebody changes it or sends from it."""
    if not has_notice(year):
        raise InputError("year_without_notice", f"{year}年没有生效的通知。", "year")
    steps = plan_of(year)
    if steps[0].row is not None:
        return steps
    ReminderStep.objects.bulk_create(ReminderStep(year=year, days=step.days) for step in steps)
    return plan_of(year)


def _lock(year: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{KIND}:{year}"])
