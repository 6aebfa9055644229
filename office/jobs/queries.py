"""Jobs as their requesters and the city office see them."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from accounts.models import Role, User
from office.jobs.models import Job


def visible_to(user: User) -> QuerySet[Job]:
    """One's own; all for the city office and the system administrator (a job's row holds no personal data)."""
    if user.has_role(Role.CITY, Role.SYSADMIN):
        return Job.objects.all()
    return Job.objects.filter(Q(requested_by=user))
