"""What workers and beat run for the compliance room."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from compliance.commands import annual_check
from office.jobs.registry import JobRun, handler
from office.jobs.schedule import enqueue_period


@handler(annual_check.KIND, name="年度核算", result_template="compliance/_annual_check_result.html")
def run_annual_check(run: JobRun) -> dict[str, object]:
    """The job: resumes after the last bucket that an earlier attempt finished."""
    outcome = annual_check.annual_check_run(
        year=run.params["year"],
        progress=lambda done, total, found: run.progress(done, total, note=f"已核算{found.people}人"),
    )
    return outcome.as_dict()


@shared_task(name="compliance.tasks.nightly_annual_check")
def nightly_annual_check() -> None:
    """Asked for every ten minutes; one run per night and year, from two in the morning, caught up when beat was away."""
    now = timezone.localtime()
    if now.hour < 2:
        return
    for year in annual_check.years_due():
        enqueue_period(annual_check.KIND, f"{year}:{now.date().isoformat()}", {"year": year})
