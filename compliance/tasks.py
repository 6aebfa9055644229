"""What workers and beat run for the compliance room."""

from __future__ import annotations

from datetime import timedelta

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from compliance.commands.annual_check import Outcome, annual_check_run, years_due
from compliance.commands.review_batches import AT_ONCE, pass_some, summary
from compliance.commands.review_batches import KIND as BATCH
from compliance.commands.review_digest import KIND as DIGEST
from compliance.commands.review_digest import review_digest
from compliance.queries.standings import KIND
from office.jobs.models import Job
from office.jobs.registry import JobRun, handler
from office.jobs.schedule import enqueue_period
from office.jobs.states import JobState


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


@handler(BATCH, name="批量通过年度审核", result_template="compliance/_batch_result.html")
def pass_batch(run: JobRun) -> dict[str, object]:
    """Pass many people's year, some dozens a transaction; the checkpoint stands exactly when they do."""
    ids, results = run.params["people"], list(run.checkpoint.get("results", []))
    while len(results) < len(ids):
        with transaction.atomic():
            results += pass_some(
                actor=User.objects.get(pk=run.params["actor"]),
                year=run.params["year"],
                practitioners=ids[len(results) : len(results) + AT_ONCE],
                reason=run.params["reason"],
            )
            run.progress(len(results), len(ids), checkpoint={"results": results})
    left = [result for result in results if result[2] != "done"]
    return {"year": run.params["year"], **summary(results), "results": results, "not_done": left[:500]}


@handler(DIGEST, name="年度审核变动汇总")
def send_digest(run: JobRun) -> dict[str, object]:
    """Tell each office what fell open since the last digest; the first one looks a day back."""
    before = Job.objects.filter(kind=DIGEST, state=JobState.DONE).order_by("-created_at").first()
    since = before.created_at if before else timezone.now() - timedelta(days=1)
    return {"消息": review_digest(since=since, key=f"{DIGEST}:{run.params['day']}")}


@shared_task(name="compliance.tasks.morning_review_digest")
def morning_review_digest() -> None:
    """Asked for every ten minutes; one run each day from seven in the morning."""
    now = timezone.localtime()
    if now.hour >= 7:
        day = now.date().isoformat()
        enqueue_period(DIGEST, day, {"day": day})
