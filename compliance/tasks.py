"""What workers and beat run for the compliance room."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from compliance.commands.annual_check import Outcome, annual_check_run, years_due
from compliance.queries.standings import KIND
from office.jobs.registry import JobRun, handler
from office.jobs.schedule import enqueue_period


@handler(KIND, name="年度核算", result_template="compliance/_annual_check_result.html")
def run_annual_check(run: JobRun) -> dict[str, object]:
    """The job: goes on after the last bucket that an earlier attempt finished, with what that attempt found."""
    found = run.checkpoint.get("found")
    outcome = annual_check_run(
        year=run.params["year"],
        start=run.checkpoint.get("done", 0),
        outcome=Outcome(**found) if found else None,
        progress=lambda done, total, so_far: run.progress(
            done,
            total,
            note=f"已核算{so_far.people}人",
            checkpoint={"done": done, "found": so_far.as_dict()},
        ),
    )
    return outcome.as_dict()


@shared_task(name="compliance.tasks.nightly_annual_check")
def nightly_annual_check() -> None:
    """Asked for every ten minutes; one run per night and year from two in the morning, caught up when beat was away."""
    now = timezone.localtime()
    if now.hour < 2:
        return
    for year in years_due():
        enqueue_period(KIND, f"{year}:{now.date().isoformat()}", {"year": year})
