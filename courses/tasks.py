"""What workers and beat run for the courses room."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from accounts.models import User
from courses.commands.rosters.crediting import roster_credited
from courses.commands.rosters.deciding import CONFIRM
from courses.commands.rosters.reminding import REMIND, rosters_reminded
from courses.commands.rosters.uploads import CHECK, roster_checked
from office.jobs.registry import JobRun, handler
from office.jobs.schedule import enqueue_period

ROSTER_RESULT = "courses/rosters/_job_result.html"


@handler(CHECK, name="核对学时登记汇总表", result_template=ROSTER_RESULT)
def check_roster_file(run: JobRun) -> dict[str, object]:
    """Read a roster's workbook and check every row; what it writes it writes at once, so a next attempt starts anew."""
    row = roster_checked(
        pk=run.params["roster"],
        actor=User.objects.get(pk=run.params["actor"]),
        progress=lambda done, total, note: run.progress(done, total, note=note),
    )
    return {"roster": row.pk}


@handler(CONFIRM, name="登记培训班学时", result_template=ROSTER_RESULT)
def credit_roster(run: JobRun) -> dict[str, object]:
    """Credit everybody on a roster in one transaction."""
    return roster_credited(
        pk=run.params["roster"],
        actor=User.objects.get(pk=run.params["actor"]),
        progress=lambda done, total, note: run.progress(done, total, note=note),
    )


@handler(REMIND, name="提醒报送学时登记汇总表")
def remind_rosters(run: JobRun) -> dict[str, object]:
    """Tell the units whose rosters are due within two days."""
    return {"told": rosters_reminded(progress=run.progress)}


@shared_task(name="courses.tasks.daily_roster_reminders")
def daily_roster_reminders() -> None:
    """Asked for every ten minutes; one run per day from eight in the morning, caught up when beat was away."""
    now = timezone.localtime()
    if now.hour >= 8:
        period = now.date().isoformat()
        enqueue_period(REMIND, period, {"period": period})
