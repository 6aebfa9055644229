"""A roster that is awaited: made when a class is approved."""

from __future__ import annotations

from uuid import uuid4

from django.utils import timezone

from accounts.models import User
from courses.models import Roster, RosterKind, TrainingClass
from courses.states import RosterState
from office.audit.commands import record


def roster_open(*, actor: User, training_class: TrainingClass) -> Roster:
    """Await the roster of an approved class (§三（二）). Asked for twice, it is one.

    A part of the approval: the caller has asked the guard, locked the application and holds the transaction.
    """
    roster, is_new = Roster.objects.get_or_create(
        training_class=training_class,
        defaults={
            "kind": RosterKind.CLASS,
            "token": uuid4(),
            "created_by": actor,
            "state": RosterState.AWAITED,
            "state_at": timezone.now(),
        },
    )
    if is_new:
        _opened(roster, actor)
    return roster


def history_open(*, actor: User, year: int) -> Roster:
    """Make room for a past year's ledger; a part of `history_upload`."""
    now = timezone.now()
    roster = Roster.objects.create(
        kind=RosterKind.HISTORY, year=year, token=uuid4(), created_by=actor, state=RosterState.AWAITED, state_at=now
    )
    _opened(roster, actor)
    return roster


def _opened(roster: Roster, actor: User) -> None:
    roster.steps.create(actor=actor, actor_name=actor.display_name, after=roster.state)
    record(actor=actor, action="roster.open", obj=roster, after=roster.state)
