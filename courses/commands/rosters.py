"""The roster (附件2) that an approved class awaits."""

from __future__ import annotations

import uuid

from django.utils import timezone

from accounts.models import User
from courses.models import Roster, TrainingClass


def roster_open(*, actor: User, training_class: TrainingClass) -> Roster:
    """Let a class await its roster. A part of approving the class: the caller has asked the guard and holds the
    transaction; asked for twice, the first roster stands."""
    roster, _ = Roster.objects.get_or_create(
        training_class=training_class,
        defaults={"token": uuid.uuid4(), "created_by": actor, "state_at": timezone.now()},
    )
    return roster
