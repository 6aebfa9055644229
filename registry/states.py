"""The one table of legal moves of a claim, and the one function that makes a move.

No other code assigns `Claim.state`. A move writes the state, its history row and its reason together; the caller holds
the row's lock (`select_for_update`) and the transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils import timezone

from accounts.errors import Conflict

if TYPE_CHECKING:
    from accounts.models import Region
    from registry.models import Claim, Invitation, JoinRequest, NoticeVersion, SecondLook, UnitLink


class ClaimState(models.TextChoices):
    """Where a claim stands."""

    DRAFT = "draft", "草稿"
    SUBMITTED = "submitted", "待审核"
    ACCEPTED = "accepted", "已认定"
    RETURNED = "returned", "已退回"
    REFUSED = "refused", "不予认定"
    WITHDRAWN = "withdrawn", "已撤回"
    REVERSED = "reversed", "已撤销认定"


CLAIM_MOVES: dict[str, frozenset[str]] = {
    ClaimState.DRAFT: frozenset({ClaimState.SUBMITTED, ClaimState.WITHDRAWN}),
    ClaimState.SUBMITTED: frozenset(
        {ClaimState.ACCEPTED, ClaimState.RETURNED, ClaimState.REFUSED, ClaimState.WITHDRAWN},
    ),
    ClaimState.RETURNED: frozenset({ClaimState.SUBMITTED, ClaimState.WITHDRAWN}),
    ClaimState.ACCEPTED: frozenset({ClaimState.REVERSED}),
    ClaimState.REFUSED: frozenset(),
    ClaimState.WITHDRAWN: frozenset(),
    ClaimState.REVERSED: frozenset(),
}
EDITABLE = frozenset({ClaimState.DRAFT, ClaimState.RETURNED})
# A claim in these states takes its days: it is asked for, or was granted.
HOLDS_DAYS = frozenset({ClaimState.SUBMITTED, ClaimState.ACCEPTED})
DECIDED = frozenset({ClaimState.ACCEPTED, ClaimState.RETURNED, ClaimState.REFUSED})


def check_move(claim: Claim, to: ClaimState) -> None:
    """Raise Conflict (`state_moved`) when the table has no such move: it names the state, who made it and when."""
    if to not in CLAIM_MOVES[claim.state]:
        raise Conflict("state_moved", _already(claim))


def move(
    claim: Claim, to: ClaimState, *, actor: Any, reason: str = "", findings: Sequence[dict[str, str]] = ()
) -> None:
    """Move a locked claim to `to`, with its history row and the findings it is moved in spite of.

    Raises what `check_move` raises.
    """
    check_move(claim, to)
    before, claim.state = claim.state, to
    claim.state_at = timezone.now()
    claim.save()
    claim.steps.create(
        actor=actor,
        actor_name=str(actor.display_name),
        before=before,
        after=to,
        reason=reason,
        findings=list(findings),
    )


def hand_over(claim: Claim, region: Region, *, actor: Any, reason: str) -> None:
    """Give a locked claim that waits to another office, with its history row. Conflict once it is decided."""
    if claim.state != ClaimState.SUBMITTED:
        raise Conflict("state_moved", _already(claim))
    before, claim.region = claim.region, region
    claim.save()
    claim.steps.create(
        actor=actor,
        actor_name=str(actor.display_name),
        before=claim.state,
        after=claim.state,
        moved_from=before,
        moved_to=region,
        reason=reason,
    )


def _already(claim: Claim) -> str:
    last = claim.steps.order_by("-id").first()
    state = ClaimState(claim.state).label
    if last is None:
        return f"本申报现为“{state}”，不能进行此操作。"
    when = timezone.localtime(last.at).strftime("%Y年%-m月%-d日 %H:%M")
    return f"本申报已由{last.actor_name}于{when}变更为“{state}”，不能再进行此操作。"


class SecondLookState(models.TextChoices):
    """Where a second look stands. Who disagrees decides nothing: a third person upholds or dismisses it."""

    OPEN = "open", "待复核"
    AGREED = "agreed", "复核一致"
    DISAGREED = "disagreed", "有异议，待裁定"
    UPHELD = "upheld", "异议成立，已撤销认定"
    DISMISSED = "dismissed", "异议不成立，维持认定"
    LAPSED = "lapsed", "认定已另行撤销"


LOOK_MOVES: dict[str, frozenset[str]] = {
    SecondLookState.OPEN: frozenset(
        {SecondLookState.AGREED, SecondLookState.DISAGREED, SecondLookState.LAPSED},
    ),
    SecondLookState.DISAGREED: frozenset({SecondLookState.UPHELD, SecondLookState.DISMISSED}),
    SecondLookState.AGREED: frozenset(),
    SecondLookState.UPHELD: frozenset(),
    SecondLookState.DISMISSED: frozenset(),
    SecondLookState.LAPSED: frozenset(),
}


LOOK_UNFINISHED = frozenset({SecondLookState.OPEN, SecondLookState.DISAGREED})


def move_look(look: SecondLook, to: SecondLookState, *, actor: Any, text: str = "") -> None:
    """Move a locked look, with who, when and what they said. Conflict (`state_moved`) names who was first and when."""
    if to not in LOOK_MOVES[look.state]:
        raise Conflict("state_moved", f"本件抽查{_looked(look)}，不能再进行此操作。")
    look.state = to
    if to in (SecondLookState.AGREED, SecondLookState.DISAGREED):
        look.looked_by, look.looked_at, look.opinion = actor, timezone.now(), text
    elif to in (SecondLookState.UPHELD, SecondLookState.DISMISSED):
        look.decided_by, look.decided_at, look.decision = actor, timezone.now(), text
    look.save()


def _looked(look: SecondLook) -> str:
    """已由王科长于2021年9月1日 10:00办理，现为“复核一致”: who was last, when, and what stands."""
    who, at = (look.decided_by, look.decided_at) if look.decided_at else (look.looked_by, look.looked_at)
    label = SecondLookState(look.state).label
    if who is None or at is None:
        return f"现为“{label}”"
    when = timezone.localtime(at).strftime("%Y年%-m月%-d日 %H:%M")
    return f"已由{who.display_name}于{when}办理，现为“{label}”"


class NoticeState(models.TextChoices):
    """Where a version of a notice stands. Two people put one in force: who proposes, and who agrees."""

    DRAFT = "draft", "草稿"
    PROPOSED = "proposed", "待复核"
    IN_FORCE = "in_force", "生效"
    REPLACED = "replaced", "已被替换"
    DISCARDED = "discarded", "已废弃"


NOTICE_MOVES: dict[str, frozenset[str]] = {
    NoticeState.DRAFT: frozenset({NoticeState.PROPOSED, NoticeState.DISCARDED}),
    NoticeState.PROPOSED: frozenset({NoticeState.IN_FORCE, NoticeState.DRAFT, NoticeState.DISCARDED}),
    NoticeState.IN_FORCE: frozenset({NoticeState.REPLACED}),
    NoticeState.REPLACED: frozenset(),
    NoticeState.DISCARDED: frozenset(),
}


def move_notice(version: NoticeVersion, to: NoticeState) -> None:
    """Move a locked version. Conflict (`state_moved`) when the table has no such move. The caller saves and records."""
    if to not in NOTICE_MOVES[version.state]:
        raise Conflict("state_moved", f"该版本现为“{NoticeState(version.state).label}”，不能进行此操作。")
    version.state = to


class UnitLinkState(models.TextChoices):
    """Where the link of a person to one unit stands."""

    PENDING = "pending", "待确认"
    CONFIRMED = "confirmed", "在册"
    DECLINED = "declined", "未予确认"
    WITHDRAWN = "withdrawn", "已撤回"
    ENDED = "ended", "已离开"


UNIT_LINK_MOVES: dict[str, frozenset[str]] = {
    UnitLinkState.PENDING: frozenset({UnitLinkState.CONFIRMED, UnitLinkState.DECLINED, UnitLinkState.WITHDRAWN}),
    UnitLinkState.CONFIRMED: frozenset({UnitLinkState.ENDED}),
    UnitLinkState.DECLINED: frozenset(),
    UnitLinkState.WITHDRAWN: frozenset(),
    UnitLinkState.ENDED: frozenset(),
}


def move_link(link: UnitLink, to: UnitLinkState, *, actor: Any, reason: str = "") -> None:
    """Move a locked link, with who, when and why. Conflict (`state_moved`) when the table has no such move."""
    if to not in UNIT_LINK_MOVES[link.state]:
        raise Conflict("state_moved", f"{link.practitioner.name}与该单位的关系现为“{_settled(link)}。")
    today = timezone.localdate()
    if to == UnitLinkState.CONFIRMED:
        link.started_on = today
    if to == UnitLinkState.ENDED:
        link.ended_on = today
    link.state, link.decided_at, link.decided_by, link.reason = to, timezone.now(), actor, reason
    link.save()


class InvitationState(models.TextChoices):
    """Where a unit's invitation stands. Whether one that was sent has expired its date says."""

    SENT = "sent", "待接受"
    ACCEPTED = "accepted", "已接受"
    WITHDRAWN = "withdrawn", "已撤回"


INVITATION_MOVES: dict[str, frozenset[str]] = {
    InvitationState.SENT: frozenset({InvitationState.ACCEPTED, InvitationState.WITHDRAWN}),
    InvitationState.ACCEPTED: frozenset(),
    InvitationState.WITHDRAWN: frozenset(),
}


def check_invitation(invitation: Invitation) -> None:
    """Raise Conflict (`state_moved`) for an invitation that is settled."""
    if not INVITATION_MOVES[invitation.state]:
        state = InvitationState(invitation.state).label
        raise Conflict("state_moved", f"给{invitation.name}的邀请现为“{state}”，不能再进行此操作。")


def move_invitation(invitation: Invitation, to: InvitationState) -> None:
    """Move a locked invitation; phone and e-mail are kept no longer. Raises what `check_invitation` raises."""
    check_invitation(invitation)
    invitation.state, invitation.settled_at = to, timezone.now()
    invitation.phone, invitation.email, invitation.data_key = "", "", b""
    invitation.save()


class JoinState(models.TextChoices):
    """Where a sign-up stands whose ID number a roster had brought in before."""

    PENDING = "pending", "待核对"
    JOINED = "joined", "已核对"
    DECLINED = "declined", "核对未通过"
    WITHDRAWN = "withdrawn", "已撤回"


JOIN_MOVES: dict[str, frozenset[str]] = {
    JoinState.PENDING: frozenset({JoinState.JOINED, JoinState.DECLINED, JoinState.WITHDRAWN}),
    JoinState.JOINED: frozenset(),
    JoinState.DECLINED: frozenset(),
    JoinState.WITHDRAWN: frozenset(),
}


def move_join(join: JoinRequest, to: JoinState, *, actor: Any, reason: str = "") -> None:
    """Move a locked request, with who, when and why. Conflict (`state_moved`) when the table has no such move."""
    if to not in JOIN_MOVES[join.state]:
        raise Conflict("state_moved", f"该注册现为“{_settled(join)}，不能再进行此操作。")
    join.state, join.decided_at, join.decided_by, join.reason = to, timezone.now(), actor, reason
    join.save()


def _settled(row: UnitLink | JoinRequest) -> str:
    """已离开”（张某，2021年9月1日 10:00）: the state, who made it and when."""
    label = row.get_state_display()
    if row.decided_at is None or row.decided_by is None:
        return f"{label}”"
    when = timezone.localtime(row.decided_at).strftime("%Y年%-m月%-d日 %H:%M")
    return f"{label}”（{row.decided_by.display_name}，{when}）"
