"""What beat runs for the audit room."""

from __future__ import annotations

from celery import shared_task
from django.conf import settings

from office.audit.commands.seals import seal


@shared_task(name="office.audit.tasks.seal_events", expires=settings.AUDIT_SEAL_SECONDS)
def seal_events() -> int:
    """Every AUDIT_SEAL_SECONDS: seal what is new. Of two at once, one does it; a missed turn is made up by the next."""
    return len(seal())
