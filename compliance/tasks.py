"""What workers and beat run for the compliance room."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from accounts.models import Region, User
from compliance.commands.annual_check import years_due
from compliance.commands.certificate_bundles import KIND as BUNDLE
from compliance.commands.certificate_bundles import bundle_make
from compliance.commands.certificate_files import bundles_expire
from compliance.commands.check_ranges import HELP, annual_check_help, annual_check_shared
from compliance.commands.corrections import KIND as CORRECTION
from compliance.commands.corrections import correction_post
from compliance.commands.draft_trials import KIND as WHAT_IF
from compliance.commands.draft_trials import trial_run, trials_expire
from compliance.commands.reminders import reminders_scheduled
from compliance.commands.reminding import reminders_send
from compliance.commands.review_batches import AT_ONCE, pass_some, summary
from compliance.commands.review_batches import KIND as BATCH
from compliance.commands.review_digest import KIND as DIGEST
from compliance.commands.review_digest import review_digest
from compliance.models import Correction, Trial
from compliance.queries.checks import KIND, workers_of
from compliance.queries.reminders import KIND as REMINDERS
from office.jobs.models import Job
from office.jobs.registry import JobRun, handler
from office.jobs.schedule import enqueue_period
from office.jobs.states import JobState


@handler(KIND, name="年度核算", result_template="compliance/_annual_check_result.html")
def run_annual_check(run: JobRun) -> dict[str, object]:
    """The job: shares its ranges with whoever helps, and goes on with those that earlier attempts left."""
    code = run.params.get("region")
    outcome = annual_check_shared(
        job=run.pk,
        year=run.params["year"],
        region=Region.objects.get(code=code) if code else None,
        progress=lambda so_far: run.progress(so_far.done, so_far.total, note=f"已核算{so_far.people}人"),
    )
    return outcome.as_dict() | {"region": code or "", "workers": workers_of(run.pk)}


@shared_task(name=HELP)
def help_annual_check(job: str) -> None:
    """Take ranges of a check that another worker holds."""
    annual_check_help(job=UUID(job))


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


@handler(BUNDLE, name="批量签发学时证明", result_template="compliance/certificates/_bundle_result.html")
def make_bundle(run: JobRun) -> dict[str, object]:
    """Issue each person's certificate, each with the job's place in the list, then put them into one zip."""
    return bundle_make(
        job=run.pk,
        people=run.params["people"],
        results=list(run.checkpoint.get("results", [])),
        progress=lambda done, total, checkpoint: run.progress(
            done, total, note=f"已办理{done}人", checkpoint=checkpoint
        ),
    )


@shared_task(name="compliance.tasks.expire_bundles")
def expire_bundles() -> int:
    """By beat: delete zips whose time is over."""
    return bundles_expire()


@handler(WHAT_IF, name="试算新标准", result_template="compliance/draft_trials/_result.html")
def run_trial(run: JobRun) -> dict[str, object]:
    """What a draft would make of its years; each bucket's checkpoint stands exactly when its rows do."""
    trial = Trial.objects.select_related("version").get(pk=run.params["trial"])
    return trial_run(
        trial=trial,
        start=run.checkpoint.get("done", 0),
        progress=lambda done, total, year: run.progress(done, total, note=f"{year}年度", checkpoint={"done": done}),
    )


@handler(CORRECTION, name="按更正后的标准重新登记", result_template="compliance/corrections/_result.html")
def post_correction(run: JobRun) -> dict[str, object]:
    """Post what two people agreed to; each bucket's checkpoint stands exactly when its lines do."""
    rows = Correction.objects.select_related("version", "decided_by")
    return correction_post(
        correction=rows.get(pk=run.params["correction"]),
        start=run.checkpoint.get("done", 0),
        progress=lambda done, total, year: run.progress(done, total, note=f"{year}年度", checkpoint={"done": done}),
    )


@shared_task(name="compliance.tasks.expire_trials")
def expire_trials() -> int:
    """By beat: throw away trials whose time is over."""
    return trials_expire()


@handler(REMINDERS, name="达标提醒", result_template="compliance/reminders/_result.html")
def send_reminders(run: JobRun) -> dict[str, object]:
    """Send a step of the reminders; the checkpoint stands exactly when a lot of messages does."""
    sent = reminders_send(
        year=run.params["year"],
        days=run.params["days"],
        checkpoint=run.checkpoint,
        progress=lambda done, total, checkpoint: run.progress(
            done, total, note=f"已提醒{checkpoint['people']}人、{checkpoint['units']}个单位", checkpoint=checkpoint
        ),
    )
    return {**run.params, "people": sent.people, "units": sent.units, "administrators": sent.administrators}


@shared_task(name="compliance.tasks.daily_reminders")
def daily_reminders() -> None:
    """Asked for every ten minutes; a step is sent once, on its day from nine in the morning or within a week."""
    now = timezone.localtime()
    if now.hour >= 9:
        reminders_scheduled(day=now.date())
