"""Class applications as an office works through them: what waits for whom, how long, and what comes next."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from django.db.models import Q, QuerySet, Value
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role, User
from accounts.queries import organisations_run, regions_reviewed
from courses.models import ClassApplication
from courses.states import ApplicationState, Route
from registry.queries.claims import MOST_COUNTED, Count, counted
from registry.queries.people import practitioner_of

NUMBER = re.compile(r"(?:PX)?(20\d{9})", re.IGNORECASE)
TODO, ELSEWHERE, ALL = "todo", "elsewhere", "all"
_S = ApplicationState
WAITING = (_S.SUBMITTED, _S.ENDORSED)


def queue(user: User) -> QuerySet[ClassApplication]:
    """What was handed in to the user's office, whatever became of it: all for the city, route B of the own region for a
    county. The own unit's are among it, to be read: who decides on them is somebody else."""
    handed_in = ~Q(state=_S.DRAFT)
    if user.has_role(Role.CITY):
        rows = ClassApplication.objects.filter(handed_in)
    else:
        rows = ClassApplication.objects.filter(handed_in, route=Route.B, region__in=regions_reviewed(user))
    return rows.select_related("organisation", "region")


def to_decide(user: User) -> QuerySet[ClassApplication]:
    """Those on which the user may decide now: the number on the dashboard and the list behind it."""
    return queue(user).filter(_turn_of(user)).exclude(organisation__in=own_units(user))


def own_units(user: User) -> set[int]:
    """Units on whose classes the user does not decide: those acted for, and the one where the user works."""
    person = practitioner_of(user)
    return organisations_run(user) | ({person.organisation_id} if person and person.organisation_id else set())


def _turn_of(user: User) -> Q:
    """Route B first lies with the office of its region, then with the city; route A with the city at once."""
    turn = Q(route=Route.B, state=_S.SUBMITTED, region__in=regions_reviewed(user))
    if user.has_role(Role.CITY):
        turn |= Q(route=Route.A, state=_S.SUBMITTED) | Q(state=_S.ENDORSED)
    return turn


def tabs(user: User) -> dict[str, tuple[str, Q]]:
    """The tabs of the queue: code → its words, and which applications stand in it."""
    waits_elsewhere = Q(state__in=WAITING) & ~_turn_of(user)
    elsewhere = "待属地审查" if user.has_role(Role.CITY) else "待市学时办核定"
    own = Q(organisation__in=own_units(user))
    decided = (_S.APPROVED, _S.RETURNED, _S.REFUSED, _S.CANCELLED)
    return {
        TODO: ("待办理", _turn_of(user) & ~own),
        ELSEWHERE: (elsewhere, waits_elsewhere),
        **{state.value: (str(state.label), Q(state=state)) for state in decided},
        ALL: ("全部", Q()),
    }


def counts_by_tab(rows: QuerySet[ClassApplication], user: User) -> dict[str, Count]:
    """How many of the rows stand in each tab, in one query that reads at most 200 of each."""
    parts = [
        rows.order_by().filter(which).annotate(tab=Value(code)).values_list("tab")[: MOST_COUNTED + 1]
        for code, (_, which) in tabs(user).items()
    ]
    found = Counter(code for (code,) in parts[0].union(*parts[1:], all=True))
    return {code: Count(found[code]) for code in tabs(user)}


def search(rows: QuerySet[ClassApplication], text: str) -> QuerySet[ClassApplication]:
    """By whole 受理编号 (without PX too), or by a part of the unit's name or of the title."""
    if number := NUMBER.fullmatch(text.strip()):
        return rows.filter(number=f"PX{number[1]}")
    return rows.filter(Q(unit_name__icontains=text) | Q(title__icontains=text))


def waiting_days(application: ClassApplication) -> int | None:
    """Calendar days (Shanghai) that an application has waited since it was handed in; None for one that does not."""
    if application.submitted_at is None or application.state not in WAITING:
        return None
    return (timezone.localdate() - timezone.localdate(application.submitted_at)).days


def next_after(rows: QuerySet[ClassApplication], application: ClassApplication) -> ClassApplication | None:
    """The one that follows in this list, oldest first; its first one when none follows. None when it is empty."""
    others = rows.exclude(pk=application.pk).order_by("submitted_at", "id")
    same_moment = Q(submitted_at=application.submitted_at, pk__gt=application.pk)
    return others.filter(Q(submitted_at__gt=application.submitted_at) | same_moment).first() or others.first()


def office_tasks(user: User) -> list[dict[str, Any]]:
    """What waits for an office on its home page."""
    city = user.has_role(Role.CITY)
    return [
        {
            "title": "培训班申请",
            "url": reverse("courses:review_queue"),
            "hint": "待核定学时的办班申请。" if city else "本地企业自主办班的申请，待审查。",
            "count": counted(to_decide(user)),
        }
    ]
