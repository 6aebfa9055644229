"""What Celery runs for the messages room: both tasks only look at the rows of the outbox."""

from __future__ import annotations

from celery import shared_task

from office.messages.commands import delivering


@shared_task(name="office.messages.tasks.deliver")
def deliver(ids: list[str]) -> None:
    """One attempt at each of these deliveries."""
    for delivery_id in ids:
        delivering.deliver(delivery_id)


@shared_task(name="office.messages.tasks.sweep", expires=300)
def sweep() -> int:
    """By beat: settle what lost its worker, ring again for what is due."""
    return delivering.sweep()
