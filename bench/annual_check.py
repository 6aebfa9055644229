"""The annual check against the bare statement: what composing a year costs above writing its rows at all.

Both sides read the same ledger and write the same columns into tables with the same indexes; the bare side does no cap,
no minimum, no coalesce and no comparison. A re-check that changes nothing is set against the first fill.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from bench.pairs import Context, Row, compare
from django.db import connection, transaction

from bench.database import PEOPLE_PER_SIZE, fresh_database
from compliance.commands.annual_check import annual_check_run
from registry.commands.standing import FIGURES

YEAR = 2021
ENTRIES_PER_PERSON = 12
BARE_TABLE = "bench_bare_standing"


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _execute(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def _bare_statement() -> str:
    """The plain INSERT … SELECT … GROUP BY: one sum, written into every figure."""
    sums = ", ".join("least(sum(tenths), 32767)::smallint" for _ in FIGURES)
    return f"""
        INSERT INTO {BARE_TABLE} (practitioner_id, year, region_id, notice_id, {", ".join(FIGURES)}, meets)
        SELECT e.practitioner_id, {YEAR}, min(p.region_id), 'bare', {sums}, sum(tenths) >= 900
        FROM registry_hourentry e JOIN registry_practitioner p ON p.id = e.practitioner_id
        WHERE e.year = {YEAR} GROUP BY e.practitioner_id"""


def _make_bare_table() -> None:
    _execute(f"DROP TABLE IF EXISTS {BARE_TABLE}")
    _execute(f"CREATE TABLE {BARE_TABLE} (LIKE registry_annualstanding INCLUDING ALL)")


def _bare() -> None:
    with transaction.atomic():
        _execute(_bare_statement())


def _ours() -> None:
    annual_check_run(year=YEAR)


def _empty(table: str) -> None:
    _execute(f"TRUNCATE {table}")
    _execute("CHECKPOINT")


def first_fill(context: Context) -> Row:
    """First fill of a year's standings ≤ 1.3 × the bare statement."""
    people = PEOPLE_PER_SIZE[context.size]
    with fresh_database(people, YEAR, ENTRIES_PER_PERSON):
        _make_bare_table()

        def ours() -> float:
            _empty("registry_annualstanding")
            return _seconds(_ours)

        def bare() -> float:
            _empty(BARE_TABLE)
            return _seconds(_bare)

        return compare(
            name="annual check, first fill",
            n=people,
            ours=ours,
            limit=bare,
            peer="bare INSERT … SELECT … GROUP BY",
            must="<= 1.3",
            binds=people >= 100_000,
        )


def re_check(context: Context) -> Row:
    """A check that changes nothing ≤ 0.8 × first fill."""
    people = PEOPLE_PER_SIZE[context.size]
    with fresh_database(people, YEAR, ENTRIES_PER_PERSON):

        def fill() -> float:
            _empty("registry_annualstanding")
            return _seconds(_ours)

        def again() -> float:
            return _seconds(_ours)

        return compare(
            name="annual check, nothing changed",
            n=people,
            ours=again,
            limit=fill,
            peer="first fill",
            must="<= 0.8",
            binds=people >= 100_000,
        )


ROWS = [first_fill, re_check]
