"""The annual checks of a year: under way, come to their end, and what their ranges found."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, Sum

from accounts.models import User
from compliance.models import CheckRange
from office.jobs import queries as jobs
from office.jobs.models import Job
from office.jobs.states import UNDER_WAY, JobState
from registry.queries.notices import has_notice

KIND = "annual_check"
MOST_IDS = 1000  # that a job's result and `--json` name; the ranges keep them all
_LOOKED_BACK = 50


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
            "drift_ids": self.drift_ids[:MOST_IDS],
        }


@dataclass(frozen=True, slots=True)
class Progress:
    """Ranges done, of how many, and people looked at so far."""

    done: int
    total: int
    people: int


@dataclass(frozen=True, slots=True)
class Checks:
    """The annual checks of a year: the one under way, and the last one that came to its end."""

    running: Job | None
    last: Job | None


def checks_of(user: User, year: int) -> Checks:
    """Annual checks of a year that the user may see."""
    of_year = jobs.visible_to(user).filter(kind=KIND, params__year=year)
    running = of_year.filter(state__in=UNDER_WAY).order_by("-created_at").first()
    return Checks(running, of_year.filter(state=JobState.DONE).order_by("-finished_at").first())


def under_way(year: int, region: str = "") -> Job | None:
    """The check of the year (of one region's people, by its code) that waits or runs, or None."""
    asked = Job.objects.filter(kind=KIND, params__year=year, state__in=UNDER_WAY)
    of_place = asked.filter(params__region=region) if region else asked.exclude(params__has_key="region")
    return of_place.order_by("-created_at").first()


def progress_of(job: UUID) -> Progress:
    """How far a check is, whoever did it."""
    ranges = CheckRange.objects.filter(job=job).order_by()
    found = ranges.aggregate(done=Count("pk", filter=Q(done_at__isnull=False)), total=Count("pk"), people=Sum("people"))
    return Progress(found["done"], found["total"], found["people"] or 0)


def found_in(job: UUID, year: int) -> Outcome:
    """What the finished ranges found together, in the order of their people."""
    outcome = Outcome(year)
    for row in CheckRange.objects.filter(job=job, done_at__isnull=False).order_by("bucket"):
        outcome.people += row.people
        outcome.added += row.added
        outcome.drift += len(row.drift_ids)
        outcome.drift_ids += row.drift_ids
    return outcome


def workers_of(job: UUID) -> int:
    """How many processes shared a check."""
    return CheckRange.objects.filter(job=job).exclude(worker="").order_by().values("worker").distinct().count()


def drift_of(user: User, job_id: str) -> list[int]:
    """Ids of the people whose standing a check found different from the ledger; empty for a check one may not see."""
    job = jobs.visible_to(user).filter(kind=KIND, pk=job_id).first()
    return found_in(job.pk, job.params["year"]).drift_ids if job else []


def drifted(user: User, year: int) -> list[Job]:
    """The newest check that found drift, of this year and the last; no longer once a later whole check finds none."""
    found = []
    for one in (year, year - 1):
        done = jobs.visible_to(user).filter(kind=KIND, params__year=one, state=JobState.DONE)
        for job in done.order_by("-finished_at")[:_LOOKED_BACK] if has_notice(one) else ():
            if job.result.get("drift"):
                found.append(job)
                break
            if "region" not in job.params:
                break
    return found
