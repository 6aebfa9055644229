"""Who may read the audit trail."""

from __future__ import annotations

from django.db.models import QuerySet

from accounts.models import Role, User
from office.audit.models import Event


def visible_to(user: User) -> QuerySet[Event]:
    """All of it for an auditor, nothing for anybody else."""
    return Event.objects.all() if user.has_role(Role.AUDITOR) else Event.objects.none()
