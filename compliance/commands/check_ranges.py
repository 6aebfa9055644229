"""An annual check shared: its ranges claimed one by one by any number of workers, its result put together from them.

One worker holds the job (its lease, its progress, its end); the others are woken up to help and need no row of their
own: a range is claimed by locking it and finished in the transaction that refreshes it. Whoever is killed leaves no
trace of the range under way, so a check started again goes on with what is left and comes to the same result, once.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable
from uuid import UUID

import structlog
from celery import current_app
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import Region
from compliance.commands.annual_check import check_bucket, check_year
from compliance.models import CheckRange
from compliance.queries.checks import Outcome, Progress, found_in, progress_of
from office.jobs.models import Job
from office.jobs.states import JobState
from office.messages.commands import send_many
from registry.commands.standing import buckets
from registry.queries.second_looks import others_who_review

log = structlog.get_logger(__name__)
HELP = "compliance.tasks.help_annual_check"
_LOOK_AGAIN_SECONDS = 0.1


def annual_check_shared(
    *, job: UUID, year: int, region: Region | None = None, progress: Callable[[Progress], None]
) -> Outcome:
    """Do the check of a job together with whoever helps, and tell the city office when anything had drifted.

    `progress` is told in the transaction of each range that this worker takes; raising there undoes the range.
    """
    check_year(year)
    ranges = [CheckRange(job_id=job, bucket=bucket) for bucket in buckets()]
    CheckRange.objects.bulk_create(ranges, ignore_conflicts=True)
    wake_helpers(job, min(len(ranges) - 1, settings.ANNUAL_CHECK_HELPERS))

    while True:
        while take_range(job=job, year=year, region=region, finished=lambda: progress(progress_of(job))):
            pass
        so_far = progress_of(job)
        if so_far.done == so_far.total:
            break
        time.sleep(_LOOK_AGAIN_SECONDS)  # another worker is at the last ranges: or was, and leaves them to us
    outcome = found_in(job, year)
    with transaction.atomic():
        progress(so_far)
        _tell_of_drift(job, outcome, region)
    return outcome


def annual_check_help(*, job: UUID) -> int:
    """Take ranges of a check that another worker holds, until none is free; how many were taken."""
    taken = 0
    while True:
        row = Job.objects.filter(pk=job, state=JobState.RUNNING, lease_until__gte=timezone.now()).first()
        if row is None:  # it is finished, or lost its worker: who takes it up next wakes helpers anew
            return taken
        region = Region.objects.get(code=row.params["region"]) if "region" in row.params else None
        if not take_range(job=job, year=row.params["year"], region=region):
            return taken
        taken += 1


@transaction.atomic
def take_range(
    *, job: UUID, year: int, region: Region | None = None, finished: Callable[[], None] | None = None
) -> bool:
    """Claim the next free range and do it, in one transaction; False when none is free."""
    free = CheckRange.objects.select_for_update(skip_locked=True).filter(job=job, done_at=None)
    row = free.order_by("bucket").first()
    if row is None:
        return False
    row.people, found = check_bucket(row.bucket, year, region)
    row.added, row.drift_ids = found.added, list(found.changed_ids)
    row.done_at, row.worker = timezone.now(), f"{socket.gethostname()}:{os.getpid()}"[:80]
    row.save()
    if finished is not None:
        finished()
    return True


def wake_helpers(job: UUID, number: int) -> None:
    """Ask so many workers to help. Never raises: the one that holds the job finishes it alone if need be."""
    for _ in range(number):
        try:
            current_app.send_task(HELP, args=[str(job)], retry=False)
        except Exception as error:
            log.warning("broker_unavailable", job=str(job), error=type(error).__name__)
            return


def _tell_of_drift(job: UUID, outcome: Outcome, region: Region | None) -> None:
    """The people of the city office, once for each check that found any."""
    if not outcome.drift:
        return
    said = {"year": outcome.year, "drift": outcome.drift, "where": f"（{region.name}）" if region else ""}
    staff = others_who_review(Region.objects.get(is_city=True), [])
    send_many(
        to=dict.fromkeys(staff, said),
        kind="annual_check.drift",
        key=f"annual_check:{job}:drift",
        link=reverse("jobs:detail", args=[job]),
    )
