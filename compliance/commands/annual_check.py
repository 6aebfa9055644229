"""The annual check: every standing of a year recomputed from the ledger, and every difference reported by person.

It works bucket by bucket with the statement that also refreshes one person (`registry.commands.standing`), each bucket
a transaction of its own, so that posting hours waits for one bucket at the most. As a job it is split into ranges that
any number of workers take (`check_ranges`); `annual_check_run` does the same here and now, alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.db import connection, transaction
from django.utils import timezone

from accounts.errors import InputError
from accounts.guard import require
from accounts.models import Region, User
from compliance.queries.checks import KIND, Outcome, under_way
from office.audit.commands import record
from office.jobs.commands import enqueue
from office.jobs.models import Job
from registry.commands.standing import BUCKET_SIZE, Refreshed, buckets, lock_bucket, refresh_bucket, refresh_people
from registry.models import Practitioner
from registry.queries.notices import has_notice


@transaction.atomic
def annual_check_request(*, actor: User, year: int, region: Region | None = None) -> Job:
    """Ask for a check by hand (市学时办), of everybody or of one region's people.

    A check of the same that is still under way answers a second request.
    """
    require(actor, "compliance.annual_check")
    job, is_new = _asked(actor, year, region)
    if is_new:
        record(actor=actor, action="annual_check.request", obj=job, year=year, region=region.code if region else "")
    return job


@transaction.atomic
def annual_check_by_hand(*, year: int, region: Region | None = None) -> Job:
    """Ask for a check on the machine's own command line, where nobody is signed in."""
    return _asked(None, year, region)[0]


def _asked(actor: User | None, year: int, region: Region | None) -> tuple[Job, bool]:
    check_year(year)
    place = region.code if region else ""
    with connection.cursor() as cursor:  # of two requests at once the second waits here and finds the first one's job
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{KIND}:{year}:{place}"])
    if running := under_way(year, place):
        return running, False
    params: dict[str, Any] = {"year": year} | ({"region": place} if place else {})
    return enqueue(actor=actor, kind=KIND, key=f"{KIND}:{year}:{uuid4()}", params=params), True


def annual_check_run(
    *, year: int, region: Region | None = None, progress: Callable[[int, int, Outcome], None] | None = None
) -> Outcome:
    """Recompute a year in this process. `progress(done, total, outcome)` is called in each bucket's transaction."""
    check_year(year)
    outcome, every = Outcome(year), buckets()
    for done, bucket in enumerate(every, 1):
        with transaction.atomic():
            people, found = check_bucket(bucket, year, region)
            outcome.people += people
            outcome.added += found.added
            outcome.drift += found.changed
            outcome.drift_ids.extend(found.changed_ids)
            if progress is not None:
                progress(done, len(every), outcome)
    return outcome


def check_bucket(bucket: int, year: int, region: Region | None = None) -> tuple[int, Refreshed]:
    """Refresh a bucket, or a region's people in it, in the caller's transaction; how many people, and what differed."""
    lock_bucket(bucket)
    low = bucket * BUCKET_SIZE
    people = Practitioner.objects.filter(pk__gte=low, pk__lt=low + BUCKET_SIZE)
    if region is None:
        return people.count(), refresh_bucket(bucket, year)
    ids = list(people.filter(region=region).values_list("pk", flat=True))
    return len(ids), refresh_people(ids, year) if ids else Refreshed(0, 0, ())


def years_due() -> list[int]:
    """Years that the nightly check looks at: this one and, until the end of January's window, the last one."""
    today = timezone.localdate()
    years = [today.year] if today.month > 3 else [today.year - 1, today.year]
    return [year for year in years if has_notice(year)]


def check_year(year: int) -> None:
    """InputError (field `year`): `year_without_notice`, `year_to_come`."""
    if not has_notice(year):
        raise InputError("year_without_notice", f"{year}年没有生效的通知，不能核算。", field="year")
    if year > timezone.localdate().year:
        raise InputError("year_to_come", f"{year}年尚未开始，不能核算。", field="year")
