"""Loads the demo: plans everything, then lets it happen in the order of time, in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from random import Random

from django.db import connection, transaction

from accounts.errors import Conflict
from accounts.models import Organisation, Region, User
from compliance.commands.annual_check import annual_check_request, annual_check_run
from compliance.commands.certificate_files import certificate_files_clean_up
from courses.commands.application_files import class_files_clean_up
from courses.commands.rosters.files import roster_files_clean_up
from office.audit.commands import record
from registry.commands.evidence import evidence_clean_up
from registry.commands.platforms.files import platform_files_clean_up
from registry.models import Claim, Practitioner
from registry.queries.notices import remember_for_request
from units.commands.proofs import proofs_clean_up
from zsjxjy.demo.attendance import attendance_steps
from zsjxjy.demo.certificates import certificate_steps
from zsjxjy.demo.claims import Claims
from zsjxjy.demo.classes import class_steps
from zsjxjy.demo.clock import turned
from zsjxjy.demo.days import Days, start_of
from zsjxjy.demo.desk import desk_steps
from zsjxjy.demo.drafts import draft_steps
from zsjxjy.demo.filings import filing_steps
from zsjxjy.demo.groups import group_steps
from zsjxjy.demo.looks import look_steps
from zsjxjy.demo.people import make_people, people_steps, reading_steps
from zsjxjy.demo.platforms import platform_steps
from zsjxjy.demo.register import register_steps
from zsjxjy.demo.reminders import reminder_steps
from zsjxjy.demo.reviews import review_steps
from zsjxjy.demo.rosters import roster_steps
from zsjxjy.demo.staff import CITY_OFFICE, SYSADMIN, staff_steps
from zsjxjy.demo.steps import City, Step

SEED = "舟建发〔2021〕38号"
Progress = Callable[[int, int], None]


CLEAN_UPS = (
    evidence_clean_up,
    proofs_clean_up,
    platform_files_clean_up,
    class_files_clean_up,
    roster_files_clean_up,
    certificate_files_clean_up,
)


@dataclass(frozen=True, slots=True)
class Loaded:
    """How much a load brought in."""

    units: int
    people: int
    claims: int


def is_loaded() -> bool:
    """Whether the demo is in this database: its administrator is, who came in the same transaction as all the rest."""
    return User.objects.filter(username=SYSADMIN.username, display_name=SYSADMIN.display_name).exists()


def plan(days: Days) -> list[Step]:
    """Everything that happens in the demo, in order; the same for the same calendar."""
    rng = Random(SEED)  # noqa: S311 - made up, not secret
    people = make_people(days, rng)
    steps = staff_steps(days) + people_steps(people, days, rng)
    for filing in Claims(people, days, rng).all():
        steps += filing_steps(filing, days, rng)
    later = Random(f"{SEED}单位")  # noqa: S311 - its own, so that what is added here changes nobody's claims
    steps += [*desk_steps(people, days, later), *register_steps(people, days, later)]
    steps += group_steps(people, days, Random(f"{SEED}集体"))  # noqa: S311
    steps += [*look_steps(days), *reading_steps(people, days), *_checks(days)]
    steps += platform_steps(people, days, Random(f"{SEED}平台"))  # noqa: S311
    steps += class_steps(days, Random(f"{SEED}培训班"))  # noqa: S311
    steps += attendance_steps(people, days) + roster_steps(people, days)
    steps += review_steps(days)
    steps += certificate_steps(days)
    steps += draft_steps(days)
    steps += reminder_steps(days)
    return sorted(steps, key=lambda step: step.at)  # stable: what happens at one moment keeps its order


@transaction.atomic
def load(days: Days, progress: Progress) -> Loaded | None:
    """Load the demo into an empty portal; None when it is there already. All of it comes to stand, or nothing.

    `progress(done, steps)` is called after each step. Raises Conflict when the portal holds other data.
    """
    with connection.cursor() as cursor:  # of two loads at once the second waits here and finds the first one's
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('demo', 0))")
    if is_loaded():
        return None
    if User.objects.exists() or Practitioner.objects.exists() or Organisation.objects.exists():
        raise Conflict("portal_not_empty", "数据库中已有其他数据，演示数据只能装入空的门户。")
    for clean_up in CLEAN_UPS:
        clean_up(older_than=timedelta(0))  # files of a load that was killed
    steps = plan(days)
    city = City({region.code: region for region in Region.objects.all()})
    # Nobody puts another notice in force meanwhile, so which ones are is asked once.
    with remember_for_request(), _without_savepoints(), turned(steps[0].at) as clock:
        for done, step in enumerate(steps, 1):
            clock.turn_to(step.at)
            step.do(city)
            progress(done, len(steps))
    loaded = Loaded(Organisation.objects.count(), Practitioner.objects.count(), Claim.objects.count())
    record(actor=city.users[SYSADMIN.username], action="demo.load", people=loaded.people, claims=loaded.claims)
    return loaded


@contextmanager
def _without_savepoints() -> Iterator[None]:
    """Commands nest their transactions in ours; all stands or falls together, so their savepoints only cost time."""
    connection.features.uses_savepoints = False
    try:
        yield
    finally:
        connection.features.uses_savepoints = True


def _checks(days: Days) -> list[Step]:
    """The annual check of each year when its window had closed, else now; and one that the city office asks for."""
    closing = {year: min(start_of(date(year + 1, 2, 1)), days.now) for year in days.years}
    checks = [Step(at, partial(_check, year=year)) for year, at in closing.items()]
    return [*checks, Step(days.now, partial(_ask_for_check, year=days.years[-1]))]


def _check(_: City, *, year: int) -> None:
    annual_check_run(year=year)


def _ask_for_check(city: City, *, year: int) -> None:
    annual_check_request(actor=city.users[CITY_OFFICE.username], year=year)
