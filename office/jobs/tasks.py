"""What Celery runs: both tasks only look at the rows."""

from __future__ import annotations

from celery import shared_task

from office.jobs import commands


@shared_task(name="office.jobs.tasks.run_job")
def run_job(job_id: str) -> None:
    """One attempt at one job."""
    commands.run(job_id)


@shared_task(name="office.jobs.tasks.sweep", expires=300)
def sweep() -> int:
    """By beat: queue again what lost its worker."""
    return commands.sweep()
