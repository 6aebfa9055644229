"""Approved classes: who may see which with its roster; the public list shows every class that is not cancelled."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import Role, User
from accounts.queries import regions_reviewed
from courses.models import TrainingClass
from courses.queries import applications
from courses.states import ApplicationState, RosterState, Route
from hours_rules import Activity, credit
from hours_rules.types import Credit
from registry.queries.notices import notice_on

LATE = "late"
NOT_HANDED_IN = (
    RosterState.AWAITED,
    RosterState.CHECKING,
    RosterState.IN_ERROR,
    RosterState.READY,
    RosterState.RETURNED,
)


def visible_to(user: User) -> QuerySet[TrainingClass]:
    """Classes of the applications that the user may see."""
    return TrainingClass.objects.filter(application__in=applications.visible_to(user))


def announced() -> QuerySet[TrainingClass]:
    """What everybody may see: approved and not cancelled."""
    return approved().filter(application__state=ApplicationState.APPROVED)


def approved() -> QuerySet[TrainingClass]:
    """Every class that was ever approved, with what the public pages show; of a cancelled one they say so."""
    return TrainingClass.objects.select_related("application", "organisation__region")


def credit_of(one: TrainingClass) -> Credit:
    """What everybody who passes is credited (§二（二）2(3)). RuleError when the notice grants nothing for it."""
    return credit(activity_of(one), notice_on(one.last_day))


def activity_of(one: TrainingClass) -> Activity:
    """The class as `hours_rules` takes it: the office's figure, and the days of its timetable."""
    return Activity("training_class", hours=Decimal(one.hours), days=one.day_count)


def register(user: User) -> QuerySet[TrainingClass]:
    """The office's approved classes: all for the city, route B of the own region for a county."""
    rows = TrainingClass.objects.select_related("application", "organisation__region", "roster")
    if user.has_role(Role.CITY):
        return rows
    return rows.filter(application__route=Route.B, application__region__in=regions_reviewed(user))


def roster_tabs() -> dict[str, tuple[str, Q]]:
    """Classes by the state of the roster they await: code → words, and which. `late` is over and due, not handed in."""
    standing = Q(application__state=ApplicationState.APPROVED)
    waits = Q(roster__state__in=NOT_HANDED_IN) & standing
    return {
        "all": ("全部", Q()),
        "awaited": ("待报送", waits),
        LATE: ("逾期未报", waits & Q(last_day__lt=overdue_since())),
        "submitted": ("待确认", Q(roster__state=RosterState.SUBMITTED)),
        "confirmed": ("已确认", Q(roster__state=RosterState.CONFIRMED)),
        "reversed": ("已撤销", Q(roster__state=RosterState.REVERSED)),
        "cancelled": ("已取消", Q(application__state=ApplicationState.CANCELLED)),
    }


def is_overdue(one: TrainingClass) -> bool:
    """Whether its roster should have been handed in by now, and was not."""
    stands = one.application.state == ApplicationState.APPROVED
    return stands and one.roster.state in NOT_HANDED_IN and one.last_day < overdue_since()


def overdue_since() -> date:
    """Classes that ended before this day should have had their roster handed in by now."""
    today = timezone.localdate()
    return today - timedelta(days=notice_on(today).class_rules.roster_days)
