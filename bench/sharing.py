"""Two workers on one annual check against one: the ranges claimed by processes of their own, as Celery's workers do.

Both sides start processes that are up and connected before the clock runs; what is timed is taking ranges until none
is left. The bar holds on two free cores, for each worker keeps one of the server's busy.
"""

from __future__ import annotations

import multiprocessing
from multiprocessing.pool import Pool
from uuid import UUID

from django.db import connection
from django.db.models import Sum

from bench import database
from bench.annual_check import ENTRIES_PER_PERSON, YEAR, empty_year, new_job
from bench.pairs import BINDING_SIZE, Context, Measure, Row, at_least, compare, seconds
from compliance.commands.check_ranges import annual_check_help
from compliance.models import CheckRange
from registry.commands.standing import buckets


def _connect(name: str) -> None:
    """In each process: lead to the bench's database, and be connected."""
    connection.settings_dict["NAME"] = name
    connection.ensure_connection()


def _help(job: UUID) -> int:
    return annual_check_help(job=job)


def two_workers(context: Context) -> Row:
    """At least 1.5 times as fast as one."""
    database.use(context.size, YEAR, ENTRIES_PER_PERSON)
    processes = multiprocessing.get_context("spawn")
    with processes.Pool(2, _connect, (connection.settings_dict["NAME"],)) as pool:
        return compare(
            context,
            name=TWO,
            n=context.size,
            unit="people/s",
            ours=lambda: _shared(pool, 2, context.size),
            limit=lambda: _shared(pool, 1, context.size),
            peer="one worker",
            must=at_least(1.5),
            binds=context.size >= BINDING_SIZE,
        )


def _shared(pool: Pool, workers: int, people: int) -> float:
    empty_year()
    job = new_job()
    CheckRange.objects.bulk_create(CheckRange(job_id=job, bucket=bucket) for bucket in buckets())
    taken = seconds(lambda: pool.map(_help, [job] * workers, chunksize=1))
    found = CheckRange.objects.filter(job=job).aggregate(people=Sum("people"), added=Sum("added"))
    if found != {"people": people, "added": people}:
        raise AssertionError(found)
    return taken


TWO = "annual check, two workers"
MEASURES: dict[str, Measure] = {TWO: two_workers}
