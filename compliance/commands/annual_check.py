"""The annual check: every standing of a year recomputed from the ledger, and every difference reported.

It runs bucket by bucket with the statement that also refreshes one person (`registry.commands.standing`), each bucket a
transaction of its own, so a killed run goes on where it stopped and posting hours waits for one bucket at the most.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from django.db import connection, transaction
from django.utils import timezone

from accounts.errors import InputError
from accounts.guard import require
from accounts.models import User
from compliance.queries.standings import KIND, under_way
from office.audit.commands import record
from office.jobs.commands import enqueue
from office.jobs.models import Job
from registry.commands.standing import BUCKET_SIZE, buckets, lock_bucket, refresh_bucket
from registry.models import Practitioner
from registry.queries.notices import has_notice


@dataclass
class Outcome:
    """What a check found: people looked at, standings added, and standings that did not equal the ledger (drift)."""

    year: int
    people: int = 0
    added: int = 0
    drift: int = 0
    drift_ids: list[int] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """For the job's result and `--json`."""
        return {
            "year": self.year,
            "people": self.people,
            "added": self.added,
            "drift": self.drift,
            "drift_ids": self.drift_ids[:1000],
        }


@transaction.atomic
def annual_check_request(*, actor: User, year: int) -> Job:
    """Ask for a check by hand (市学时办). A check of the year that is still under way answers a second request."""
    require(actor, "compliance.annual_check")
    _check_year(year)
    with connection.cursor() as cursor:  # of two requests at once the second waits here and finds the first one's job
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{KIND}:{year}"])
    if running := under_way(year):
        return running
    job = enqueue(actor=actor, kind=KIND, key=f"{KIND}:{year}:{uuid4()}", params={"year": year})
    record(actor=actor, action="annual_check.request", obj=job, year=year)
    return job


def annual_check_run(
    *,
    year: int,
    start: int = 0,
    progress: Callable[[int, int, Outcome], None] | None = None,
    outcome: Outcome | None = None,
) -> Outcome:
    """Recompute a year, from bucket `start` on, adding to an earlier attempt's `outcome`.

    `progress(done, total, outcome)` is called in the transaction of each bucket, so that what it writes (a job's
    checkpoint) stands exactly when the bucket does, and raising there undoes the bucket.
    """
    _check_year(year)
    outcome = outcome or Outcome(year)
    every = buckets()
    for done, bucket in enumerate(every, 1):
        if done <= start:
            continue
        with transaction.atomic():
            _check_bucket(bucket, year, outcome)
            if progress is not None:
                progress(done, len(every), outcome)
    return outcome


def _check_bucket(bucket: int, year: int, outcome: Outcome) -> None:
    lock_bucket(bucket)
    found = refresh_bucket(bucket, year)
    low = bucket * BUCKET_SIZE
    outcome.people += Practitioner.objects.filter(pk__gte=low, pk__lt=low + BUCKET_SIZE).count()
    outcome.added += found.added
    outcome.drift += found.changed
    outcome.drift_ids.extend(found.changed_ids)


def years_due() -> list[int]:
    """Years that the nightly check looks at: this one and, until the end of January's window, the last one."""
    today = timezone.localdate()
    years = [today.year] if today.month > 3 else [today.year - 1, today.year]
    return [year for year in years if has_notice(year)]


def _check_year(year: int) -> None:
    if not has_notice(year):
        raise InputError("year_without_notice", f"{year}年没有生效的通知，不能核算。", field="year")
    if year > timezone.localdate().year:
        raise InputError("year_to_come", f"{year}年尚未开始，不能核算。", field="year")
