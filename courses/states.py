"""The tables of legal moves of this room, and the functions that make a move; no other code sets a state.

The caller holds the row's lock (`select_for_update`) and the transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NoReturn

from django.db import models
from django.utils import timezone

from accounts.errors import Conflict

if TYPE_CHECKING:
    from courses.models import ClassApplication, Roster


class Route(models.TextChoices):
    """Which way of §三 an application goes: it follows from the unit's business."""

    A = "a", "市学时办审核（三（一））"
    B = "b", "属地审查、市学时办核定（三（二））"


class ApplicationState(models.TextChoices):
    """Where a class application (附件1) stands."""

    DRAFT = "draft", "草稿"
    SUBMITTED = "submitted", "待审核"
    ENDORSED = "endorsed", "属地已审查同意"
    APPROVED = "approved", "已核准"
    RETURNED = "returned", "已退回"
    REFUSED = "refused", "不予核准"
    CANCELLED = "cancelled", "已取消"


_A = ApplicationState
_DECIDED = {_A.APPROVED, _A.RETURNED, _A.REFUSED}
APPLICATION_MOVES: dict[str, dict[str, frozenset[str]]] = {
    Route.A: {
        _A.DRAFT: frozenset({_A.SUBMITTED}),
        _A.SUBMITTED: frozenset(_DECIDED),
        _A.ENDORSED: frozenset(),
        _A.RETURNED: frozenset({_A.SUBMITTED}),
        _A.APPROVED: frozenset({_A.CANCELLED}),
        _A.REFUSED: frozenset(),
        _A.CANCELLED: frozenset(),
    },
    Route.B: {
        _A.DRAFT: frozenset({_A.SUBMITTED}),
        _A.SUBMITTED: frozenset({_A.ENDORSED, _A.RETURNED, _A.REFUSED}),
        _A.ENDORSED: frozenset(_DECIDED),
        _A.RETURNED: frozenset({_A.SUBMITTED}),
        _A.APPROVED: frozenset({_A.CANCELLED}),
        _A.REFUSED: frozenset(),
        _A.CANCELLED: frozenset(),
    },
}


class RosterState(models.TextChoices):
    """Where a roster (附件2) stands."""

    AWAITED = "awaited", "待报送"
    CHECKING = "checking", "核对中"
    IN_ERROR = "in_error", "有错误"
    READY = "ready", "可提交"
    SUBMITTED = "submitted", "待确认"
    CONFIRMED = "confirmed", "已确认"
    RETURNED = "returned", "已退回"
    REVERSED = "reversed", "已撤销"


_R = RosterState
ROSTER_MOVES: dict[str, frozenset[str]] = {
    _R.AWAITED: frozenset({_R.CHECKING}),
    _R.CHECKING: frozenset({_R.IN_ERROR, _R.READY}),
    _R.IN_ERROR: frozenset({_R.CHECKING}),
    _R.READY: frozenset({_R.CHECKING, _R.SUBMITTED}),
    _R.SUBMITTED: frozenset({_R.CONFIRMED, _R.RETURNED}),
    _R.CONFIRMED: frozenset({_R.REVERSED}),
    _R.RETURNED: frozenset({_R.CHECKING}),
    _R.REVERSED: frozenset({_R.CHECKING}),
}


def check_application(application: ClassApplication, to: ApplicationState) -> None:
    """Raise Conflict (`state_moved`) when the application's route has no such move: it names who moved it and when."""
    if to not in APPLICATION_MOVES[application.route][application.state]:
        refuse_moved(application)


def refuse_moved(application: ClassApplication) -> NoReturn:
    """Raise Conflict (`state_moved`): who moved the application, when, and where it stands now."""
    _raise_moved("本申请", ApplicationState(application.state).label, application.steps.order_by("-id").first())


def move_application(
    application: ClassApplication, to: ApplicationState, *, actor: Any, reason: str = "", parts: Sequence[str] = ()
) -> None:
    """Move a locked application, with its history row; a return may name the `parts` (ApplicationPart) to mend.

    Raises what `check_application` raises.
    """
    check_application(application, to)
    before, application.state = application.state, to
    application.state_at = timezone.now()
    application.save()
    application.steps.create(
        actor=actor, actor_name=str(actor.display_name), before=before, after=to, reason=reason, parts=list(parts)
    )


def check_roster(roster: Roster, to: RosterState) -> None:
    """Raise Conflict (`state_moved`) when the table has no such move: it names who moved the roster and when."""
    if to not in ROSTER_MOVES[roster.state]:
        _raise_moved("本汇总表", RosterState(roster.state).label, roster.steps.order_by("-id").first())


def move_roster(roster: Roster, to: RosterState, *, actor: Any, reason: str = "") -> None:
    """Move a locked roster, with its history row. Raises what `check_roster` raises."""
    check_roster(roster, to)
    before, roster.state = roster.state, to
    roster.state_at = timezone.now()
    roster.save()
    roster.steps.create(actor=actor, actor_name=str(actor.display_name), before=before, after=to, reason=reason)


def _raise_moved(what: str, state: str, last: Any) -> NoReturn:
    if last is None:
        raise Conflict("state_moved", f"{what}现为“{state}”，不能进行此操作。")
    when = timezone.localtime(last.at).strftime("%Y年%-m月%-d日 %H:%M")
    raise Conflict("state_moved", f"{what}已由{last.actor_name}于{when}变更为“{state}”，不能再进行此操作。")
