"""The annual check against the bare statement: what composing a year costs above writing its rows at all.

Both sides read the same ledger and write the same columns into tables with the same indexes; the bare side does no cap,
no minimum, no coalesce and no comparison. A re-check that changes nothing is set against the first fill.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.utils import timezone

from bench import database
from bench.pairs import BINDING_SIZE, REPORTED_TIME, Bar, Context, Measure, Row, at_most, compare, seconds
from compliance.commands.check_ranges import annual_check_shared
from compliance.queries.checks import KIND, Outcome
from office.jobs.models import Job
from office.jobs.states import JobState
from registry.commands.standing import FIGURES, lock_people, refresh_people
from registry.queries.notices import notice_of_year

YEAR = 2021
ENTRIES_PER_PERSON = 12
STANDINGS = "registry_annualstanding"
BARE_TABLE = "bench_bare_standing"


def _execute(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def _bare_statement() -> str:
    """The plain INSERT … SELECT … GROUP BY: one sum, written into every figure."""
    sums = ", ".join("sum(e.tenths)" for _ in FIGURES)
    return f"""
        INSERT INTO {BARE_TABLE} (practitioner_id, year, region_id, notice_id, {", ".join(FIGURES)}, meets)
        SELECT p.id, {YEAR}, p.region_id, '{notice_of_year(YEAR).id}', {sums}, sum(e.tenths) >= 900
        FROM registry_hourentry e JOIN registry_practitioner p ON p.id = e.practitioner_id
        WHERE e.year = {YEAR} GROUP BY p.id"""


def _tuned_statement() -> str:
    """The same by hand for speed: summed before anybody's region is looked up, once a person and not once an entry."""
    sums = ", ".join("hours" for _ in FIGURES)
    return f"""
        INSERT INTO {BARE_TABLE} (practitioner_id, year, region_id, notice_id, {", ".join(FIGURES)}, meets)
        SELECT p.id, {YEAR}, p.region_id, '{notice_of_year(YEAR).id}', {sums}, hours >= 900
        FROM (
            SELECT practitioner_id, sum(tenths) AS hours FROM registry_hourentry WHERE year = {YEAR}
            GROUP BY practitioner_id
        ) e JOIN registry_practitioner p ON p.id = e.practitioner_id"""


def _make_bare_table() -> None:
    _execute(f"DROP TABLE IF EXISTS {BARE_TABLE}")
    _execute(f"CREATE TABLE {BARE_TABLE} (LIKE {STANDINGS} INCLUDING ALL)")


def _empty(table: str) -> None:
    """Empty the table and write everything out, so that no side pays for the other's pages."""
    _execute(f"TRUNCATE {table}")
    _execute("CHECKPOINT")


def new_job() -> UUID:
    """The row of a check that a worker holds: what its ranges belong to."""
    until = timezone.now() + timedelta(days=1)
    job = Job(kind=KIND, key=f"{KIND}:{uuid4()}", params={"year": YEAR}, state=JobState.RUNNING, lease_until=until)
    job.save()
    return job.pk


def _check(people: int, added: int) -> float:
    """Seconds of one check, which must look at everybody, add so many standings and find no drift."""
    job, found = new_job(), []

    def check() -> None:
        found.append(annual_check_shared(job=job, year=YEAR, progress=lambda _: None))

    taken = seconds(check)
    if found != [Outcome(YEAR, people=people, added=added)]:
        raise AssertionError(found)
    return taken


def empty_year() -> None:
    """Take the standings away, as before a first fill."""
    _empty(STANDINGS)


def fill_once(people: int) -> float:
    """Seconds of a check that fills the emptied year."""
    empty_year()
    return _check(people, added=people)


def first_fill(context: Context) -> Row:
    """First fill of a year's standings ≤ 1.3 × the bare statement."""
    return _filling(context, FIRST_FILL, _bare_statement, "bare INSERT … SELECT … GROUP BY", at_most(1.3))


def first_fill_tuned(context: Context) -> Row:
    """The same against the fastest statement we know: reported, no bar."""
    return _filling(context, TUNED_FILL, _tuned_statement, "bare, grouped before joined", REPORTED_TIME)


def _filling(context: Context, name: str, statement: Callable[[], str], peer: str, must: Bar) -> Row:
    database.use(context.size, YEAR, ENTRIES_PER_PERSON)
    _make_bare_table()
    sql = statement()

    def ours() -> float:
        _empty(STANDINGS)
        return _check(context.size, added=context.size)

    def bare() -> float:
        _empty(BARE_TABLE)
        return seconds(lambda: _execute(sql))

    return _people_per_second(context, name, ours, bare, peer, must)


def re_check(context: Context) -> Row:
    """A check that changes nothing ≤ 0.8 × first fill."""
    database.use(context.size, YEAR, ENTRIES_PER_PERSON)

    def fill() -> float:
        _empty(STANDINGS)
        return _check(context.size, added=context.size)

    def again() -> float:
        return _check(context.size, added=0)

    fill()
    return _people_per_second(context, RE_CHECK, again, fill, "first fill", at_most(0.8))


def _people_per_second(
    context: Context, name: str, ours: Callable[[], float], limit: Callable[[], float], peer: str, must: Bar
) -> Row:
    return compare(
        context,
        name=name,
        n=context.size,
        unit="people/s",
        ours=ours,
        limit=limit,
        peer=peer,
        must=must,
        binds=context.size >= BINDING_SIZE,
    )


def refresh(context: Context) -> Row:
    """What changed people cost: 1 % of them refreshed in one transaction ≤ 4 % of a full check."""
    database.use(context.size, YEAR, ENTRIES_PER_PERSON)
    fill_once(context.size)
    changed = list(range(1, context.size + 1, 100))

    def ours() -> float:
        _execute(f"UPDATE {STANDINGS} SET recorded_total = 1 WHERE practitioner_id % 100 = 1")
        _execute(f"ANALYZE {STANDINGS}")  # as autovacuum does within a minute of a fill
        _execute("CHECKPOINT")
        return seconds(lambda: _refreshed(changed))

    def full() -> float:
        return fill_once(context.size)

    return _people_per_second(context, REFRESH, ours, full, "full check", at_most(0.04))


def _refreshed(changed: list[int]) -> None:
    with transaction.atomic():
        lock_people(changed)
        if refresh_people(changed, YEAR).changed != len(changed):
            raise AssertionError("not everybody had changed")


FIRST_FILL = "annual check, first fill"
TUNED_FILL = "annual check, first fill (tuned limit)"
RE_CHECK = "annual check, nothing changed"
REFRESH = "refresh after 1 %"
MEASURES: dict[str, Measure] = {
    FIRST_FILL: first_fill,
    TUNED_FILL: first_fill_tuned,
    RE_CHECK: re_check,
    REFRESH: refresh,
}
