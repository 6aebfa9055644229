"""The tables of legal moves of this room, and the functions that make a move; no other code sets a state.

The caller holds the row's lock (`select_for_update`) and the transaction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils import timezone

from accounts.errors import Conflict

if TYPE_CHECKING:
    from units.models import ProviderFiling, Qualification, UnitApplication


class ApplicationState(models.TextChoices):
    """Where a unit's application for registration stands."""

    SUBMITTED = "submitted", "待审核"
    ACCEPTED = "accepted", "已登记"
    RETURNED = "returned", "已退回"
    REFUSED = "refused", "不予登记"
    WITHDRAWN = "withdrawn", "已撤回"


APPLICATION_MOVES: dict[str, frozenset[str]] = {
    ApplicationState.SUBMITTED: frozenset(
        {
            ApplicationState.ACCEPTED,
            ApplicationState.RETURNED,
            ApplicationState.REFUSED,
            ApplicationState.WITHDRAWN,
        }
    ),
    ApplicationState.RETURNED: frozenset({ApplicationState.SUBMITTED, ApplicationState.WITHDRAWN}),
    ApplicationState.ACCEPTED: frozenset(),
    ApplicationState.REFUSED: frozenset(),
    ApplicationState.WITHDRAWN: frozenset(),
}


def check_move(application: UnitApplication, to: ApplicationState) -> None:
    """Raise Conflict (`state_moved`) when the table has no such move: it names the state, who made it and when."""
    if to in APPLICATION_MOVES[application.state]:
        return
    state = ApplicationState(application.state).label
    last = application.steps.order_by("-id").first()
    if last is None:
        raise Conflict("state_moved", f"本申请现为“{state}”，不能进行此操作。")
    when = timezone.localtime(last.at).strftime("%Y年%-m月%-d日 %H:%M")
    raise Conflict("state_moved", f"本申请已由{last.actor_name}于{when}变更为“{state}”，不能再进行此操作。")


def move(application: UnitApplication, to: ApplicationState, *, actor: Any, reason: str = "") -> None:
    """Move a locked application, with its history row. Raises what `check_move` raises."""
    check_move(application, to)
    before, application.state = application.state, to
    application.state_at = timezone.now()
    application.save()
    application.steps.create(actor=actor, actor_name=str(actor.display_name), before=before, after=to, reason=reason)


class PaperState(models.TextChoices):
    """Where a qualification or a filing stands. Whether it is valid on a day its dates say too."""

    PENDING = "pending", "待核验"
    CONFIRMED = "confirmed", "已核验"
    DECLINED = "declined", "未通过核验"
    REVOKED = "revoked", "已作废"


PAPER_MOVES: dict[str, frozenset[str]] = {
    PaperState.PENDING: frozenset({PaperState.CONFIRMED, PaperState.DECLINED, PaperState.REVOKED}),
    PaperState.CONFIRMED: frozenset({PaperState.REVOKED}),
    PaperState.DECLINED: frozenset(),
    PaperState.REVOKED: frozenset(),
}


def move_paper(paper: Qualification | ProviderFiling, to: PaperState, *, actor: Any, reason: str = "") -> None:
    """Move a locked paper, with who, when and why. Conflict (`state_moved`) when the table has no such move."""
    if to not in PAPER_MOVES[paper.state]:
        state = PaperState(paper.state).label
        by = f"（{paper.decided_by.display_name}）" if paper.decided_by else ""
        raise Conflict("state_moved", f"该记录现为“{state}”{by}，不能再进行此操作。")
    paper.state, paper.decided_at, paper.decided_by, paper.reason = to, timezone.now(), actor, reason
    paper.save()
