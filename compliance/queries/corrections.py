"""Corrections of years already in use: whose they are to see, and which wait for a second person."""

from __future__ import annotations

from django.db.models import QuerySet

from accounts.guard import may
from accounts.models import User
from compliance.models import Correction, Trial
from compliance.states import CORRECTION_LIVE, CorrectionState
from hours_rules.types import Notice
from registry.queries.notices import years_judged
from registry.states import NoticeState


def visible_to(user: User) -> QuerySet[Correction]:
    """Every correction for the city office; nothing for others."""
    rows = Correction.objects.select_related("version", "trial", "job", "proposed_by", "decided_by")
    return rows if may(user, "compliance.correct") else rows.none()


def to_agree(user: User) -> QuerySet[Correction]:
    """Those that wait for somebody who may be this user."""
    return visible_to(user).filter(state=CorrectionState.PROPOSED).exclude(proposed_by=user)


def of_trial(trial: Trial) -> Correction | None:
    """The correction that was proposed on this trial."""
    return Correction.objects.filter(trial=trial).first()


def can_be_proposed(trial: Trial, notice: Notice) -> bool:
    """Whether the trial's draft would correct just the years that were tried, and nobody has proposed it yet."""
    if trial.version.state != NoticeState.DRAFT or Correction.objects.filter(trial=trial).exists():
        return False
    if Correction.objects.filter(version=trial.version, state__in=CORRECTION_LIVE).exists():
        return False
    return sorted(years_judged(notice)) == trial.years
