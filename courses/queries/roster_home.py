"""What waits for somebody because of a roster: every number is the length of the list behind its link."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role, User
from accounts.queries import organisations_run
from courses.models import Roster, RosterKind
from courses.queries import rosters
from courses.queries.deadlines import OPEN_STATES, due_on
from courses.states import ApplicationState, RosterState

SHOWN = 5
WANTED = (*OPEN_STATES, RosterState.RETURNED, RosterState.REVERSED)


def unit_roster_tasks(user: User) -> list[dict[str, Any]]:
    """Rosters of the own unit's classes that are over and wait to be handed in, the most urgent first."""
    units = organisations_run(user, Role.ORGANISER, Role.EMPLOYER_ADMIN)
    if not units:
        return []
    mine = Roster.objects.filter(
        Q(training_class__last_day__lte=timezone.localdate()) | ~Q(state__in=OPEN_STATES),
        training_class__organisation__in=units,
        training_class__application__state=ApplicationState.APPROVED,
        state__in=WANTED,
    )
    found = mine.select_related("training_class").order_by("training_class__last_day", "pk")[:SHOWN]
    return [_wanted(roster) for roster in found]


def office_roster_tasks(user: User) -> list[dict[str, Any]]:
    """For the city office: rosters to confirm, and paper copies that did not come; nothing for others."""
    if not user.has_role(Role.CITY):
        return []
    listed, handed_in = reverse("courses:roster_list"), rosters.handed_in(user)
    paper = handed_in.filter(kind=RosterKind.CLASS, paper_received_on=None)
    return [
        {
            "title": "待确认的学时登记汇总表",
            "url": f"{listed}?state={RosterState.SUBMITTED}&sort=oldest",
            "hint": "培训单位报送的汇总表（附件2）和往年台账，确认后登记学时。",
            "count": handed_in.filter(state=RosterState.SUBMITTED).count(),
        },
        {
            "title": "未收到纸质盖章件的汇总表",
            "url": f"{listed}?paper=missing",
            "hint": "收到纸质件后登记收到日期。",
            "count": paper.count(),
        },
    ]


def _wanted(roster: Roster) -> dict[str, Any]:
    held = roster.training_class
    title = held.title if held else ""
    return {
        "title": f"学时登记汇总表：{title}",
        "url": reverse("courses:roster", args=[held.pk if held else 0]),
        "hint": _hint(roster),
        "state": roster.state,
        "label": roster.get_state_display(),
    }


def _hint(roster: Roster) -> str:
    if roster.state == RosterState.RETURNED:
        return "市学时办退回，请更正后重新报送。"
    if roster.state == RosterState.REVERSED:
        return "登记已撤销，更正后可以重新报送。"
    due = due_on(roster.training_class.last_day) if roster.training_class else timezone.localdate()
    left = (due - timezone.localdate()).days
    when = f"还有{left}天（{due.month}月{due.day}日前）" if left >= 0 else f"已逾期{-left}天"
    wrong = "有错误须更正，" if roster.state == RosterState.IN_ERROR else ""
    return f"{wrong}报送市学时办{when}。"
