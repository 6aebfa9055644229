"""Who may start a job again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import rules

from accounts.models import Role

if TYPE_CHECKING:
    from accounts.models import User
    from office.jobs.models import Job


@rules.predicate
def may_retry(user: User, job: Job) -> bool:
    """The one who asked for it, and the city office."""
    return job.requested_by_id == user.pk or user.has_role(Role.CITY)


rules.add_perm("jobs.retry", may_retry)
