"""What spans rooms and is run by workers and beat: the nightly verification of the audit chain, and who hears of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from celery import shared_task
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from accounts.queries import holders_of
from office.audit.commands.notes import verification_noted
from office.audit.verification import Report, verify
from office.jobs.registry import JobRun, handler
from office.jobs.schedule import enqueue_period
from office.messages.commands import send

KIND = "audit_verify"
TOO_LONG = timedelta(hours=1)  # sealing runs every minute: an event open for longer means that nothing runs


@handler(KIND, name="审计链校验", result_template="audit/_verify_result.html")
def run_audit_verification(run: JobRun) -> dict[str, object]:
    """The job: recompute the chain, note what was found, and alert when something is wrong."""

    def tell(report: Report, total: int) -> None:
        done = [report.seals, report.events]
        run.progress(report.seals, total, note=f"已校验{report.events}条记录", checkpoint={"done": done})

    seals, events = run.checkpoint.get("done", (0, 0))
    report = verify(progress=tell, done=(seals, events))
    with transaction.atomic():
        verification_noted(actor=None, report=report)
        _alert(report, run.params["period"])
    return report.as_dict()


@shared_task(name="zsjxjy.tasks.nightly_audit_verification")
def nightly_audit_verification() -> None:
    """Asked for every ten minutes; one run per night from three in the morning, caught up when beat was away."""
    now = timezone.localtime()
    if now.hour >= 3:
        period = now.date().isoformat()
        enqueue_period(KIND, period, {"period": period})


def _alert(report: Report, period: str) -> None:
    """Tell auditors and system administrators; one message for each verification, however often it is attempted."""
    when = _words(timezone.now())
    oldest = report.oldest_unsealed
    if report.problem is not None:
        kind, params = "audit.broken", {"when": when, "problem": str(report.problem)}
    elif oldest is not None and timezone.now() - oldest > TOO_LONG:
        kind, params = "audit.unsealed", {"when": when, "number": str(report.unsealed), "oldest": _words(oldest)}
    else:
        return
    for user in holders_of(Role.AUDITOR, Role.SYSADMIN):
        link = reverse("audit:list") if user.has_role(Role.AUDITOR) else ""
        send(to=user, kind=kind, key=f"{kind}:{period}", link=link, **params)


def _words(moment: datetime) -> str:
    return timezone.localtime(moment).strftime("%Y年%-m月%-d日 %H:%M")
