"""The table of legal moves of an adjustment of one person's minimums, and the one function that makes a move.

Beside `registry.states`, which would grow beyond what one reads at a time. The caller holds the row's lock.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils import timezone

from accounts.errors import Conflict

if TYPE_CHECKING:
    from registry.models import Adjustment


class AdjustmentState(models.TextChoices):
    """Where an adjustment stands. Two people put one in force: who enters it, and who approves."""

    ENTERED = "entered", "待复核"
    APPROVED = "approved", "生效"
    DECLINED = "declined", "未予同意"
    WITHDRAWN = "withdrawn", "已撤回"
    REVOKED = "revoked", "已撤销"


ADJUSTMENT_MOVES: dict[str, frozenset[str]] = {
    AdjustmentState.ENTERED: frozenset(
        {AdjustmentState.APPROVED, AdjustmentState.DECLINED, AdjustmentState.WITHDRAWN},
    ),
    AdjustmentState.APPROVED: frozenset({AdjustmentState.REVOKED}),
    AdjustmentState.DECLINED: frozenset(),
    AdjustmentState.WITHDRAWN: frozenset(),
    AdjustmentState.REVOKED: frozenset(),
}
# There is at most one of these for a person and year.
ADJUSTMENT_LIVE = (AdjustmentState.ENTERED, AdjustmentState.APPROVED)


def move_adjustment(row: Adjustment, to: AdjustmentState, *, actor: Any, remark: str = "") -> None:
    """Move a locked adjustment, with who, when and why. Conflict (`state_moved`) names who was first and when."""
    if to not in ADJUSTMENT_MOVES[row.state]:
        raise Conflict("state_moved", f"这项调整{_settled(row)}，不能再进行此操作。")
    row.state = to
    if to == AdjustmentState.REVOKED:
        row.revoked_by, row.revoked_at, row.revoke_reason = actor, timezone.now(), remark
    else:
        row.decided_by, row.decided_at, row.remark = actor, timezone.now(), remark
    row.save()


def _settled(row: Adjustment) -> str:
    """已由王科长于2021年9月1日 10:00办理，现为“生效”: who was last, when, and what stands."""
    who, at = (row.revoked_by, row.revoked_at) if row.revoked_at else (row.decided_by, row.decided_at)
    label = AdjustmentState(row.state).label
    if who is None or at is None:
        return f"现为“{label}”"
    when = timezone.localtime(at).strftime("%Y年%-m月%-d日 %H:%M")
    return f"已由{who.display_name}于{when}办理，现为“{label}”"
