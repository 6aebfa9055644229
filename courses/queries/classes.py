"""Approved classes: who may see which with its roster; the public list shows every class that is not cancelled."""

from __future__ import annotations

from django.db.models import QuerySet

from accounts.models import User
from courses.models import TrainingClass
from courses.queries import applications
from courses.states import ApplicationState


def visible_to(user: User) -> QuerySet[TrainingClass]:
    """Classes of the applications that the user may see."""
    return TrainingClass.objects.filter(application__in=applications.visible_to(user))


def announced() -> QuerySet[TrainingClass]:
    """What everybody may see: approved and not cancelled."""
    return TrainingClass.objects.filter(application__state=ApplicationState.APPROVED)
