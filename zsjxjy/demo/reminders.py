"""Reminders in the demo: the steps of the last year's and of this year's plan whose day has come were sent on it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import partial
from typing import Any

from compliance.commands.annual_check import annual_check_run
from compliance.commands.reminders import reminder_plan_set
from compliance.commands.reminding import reminders_send
from compliance.queries.reminders import USUAL_DAYS
from zsjxjy.demo.days import OPENS, Days, start_of
from zsjxjy.demo.staff import CITY_OFFICE
from zsjxjy.demo.steps import City, Step

YEARS = 2  # this one and the last


def reminder_steps(days: Days) -> list[Step]:
    """Each step at the hour of its day; this year's plan was first looked at and confirmed by the city office."""
    steps = []
    for year in days.years[-YEARS:]:
        for before in USUAL_DAYS:
            at = start_of(date(year + 1, 1, 31) - timedelta(days=before)) + timedelta(hours=OPENS)
            if at <= days.now:
                steps += [Step(at, partial(_plan, year=year)), Step(at, partial(_send, year=year, before=before))]
    return steps


def _plan(city: City, *, year: int) -> None:
    steps = [(before, True) for before in USUAL_DAYS]
    reminder_plan_set(actor=city.users[CITY_OFFICE.username], year=year, steps=steps)


def _send(_: City, *, year: int, before: int) -> None:
    """As the schedule does on the day, after the night's check has given everybody a standing."""
    annual_check_run(year=year)
    reminders_send(year=year, days=before, checkpoint={}, progress=_nobody_watches)


def _nobody_watches(_done: int, _total: int, _checkpoint: Mapping[str, Any]) -> None:
    return None
