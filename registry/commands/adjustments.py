"""One person's minimums for one year (**D**): entered with authority and reason, approved by a second person, revoked.

All of it is the city office's, and never one's own. What is approved or revoked refreshes the person's standing in the
same transaction, under the locks of `standing`, so the verdict and what stands beside it never part.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.errors import Conflict, InputError
from accounts.guard import require
from accounts.models import Region, User
from accounts.texts import check_text
from hours_rules.types import Notice
from office.audit.commands import record
from office.messages.commands import send
from registry.adjustment_states import ADJUSTMENT_LIVE, AdjustmentState, move_adjustment
from registry.commands.claim_input import checked_reason
from registry.commands.standing import lock_people, refresh_people
from registry.models import Adjustment, Practitioner
from registry.queries.notices import has_notice, notice_of_year
from registry.queries.second_looks import others_who_review
from registry.queries.years import adjustment_in_words


@dataclass(frozen=True, slots=True)
class AdjustmentInput:
    """The minimums asked for, by category or "total" in hours (a figure not named stays the notice's), and why."""

    year: int
    minimums: Mapping[str, Decimal]
    authority: str
    reason: str


@transaction.atomic
def adjustment_enter(*, actor: User, practitioner: Practitioner, data: AdjustmentInput) -> Adjustment:
    """Ask a second person to adjust somebody's minimums. The same thing asked for twice is asked for once.

    Raises Forbidden (one's own), Conflict `adjustment_live` (another one waits or is in force), and InputError:
    `year_without_notice`, `year_to_come`, `minimum_wrong` (field `minimum_` + the figure), `nothing_adjusted`,
    `authority_missing`, `reason_missing`.
    """
    require(actor, "registry.adjustment_enter", practitioner)
    figures = _checked_figures(data)
    authority, reason = _checked_authority(data.authority), checked_reason(data.reason, needed=True)
    lock_people([practitioner.pk])
    live = Adjustment.objects.filter(practitioner=practitioner, year=data.year, state__in=ADJUSTMENT_LIVE).first()
    if live is not None:
        same = (live.minimums, live.authority, live.reason, live.entered_by_id) == (
            *(figures, authority, reason),
            actor.pk,
        )
        if same and live.state == AdjustmentState.ENTERED:
            return live
        raise Conflict("adjustment_live", _live_already(live))
    row = Adjustment.objects.create(
        practitioner=practitioner,
        year=data.year,
        authority=authority,
        reason=reason,
        entered_by=actor,
        **{f"minimum_{name}": hours for name, hours in figures.items()},
    )
    _record(actor, "adjustment.enter", row, before="", reason=reason)
    _tell_second_person(row)
    return row


@transaction.atomic
def adjustment_approve(*, actor: User, adjustment: Adjustment) -> Adjustment:
    """Put it in force, as somebody else than who entered it; the standing is refreshed, and the person told.

    Raises Forbidden (one's own), Conflict `second_person` and `state_moved`.
    """
    row = _locked(actor, "registry.adjustment_decide", adjustment)
    if row.state == AdjustmentState.APPROVED and row.decided_by_id == actor.pk:
        return row
    _check_second(actor, row)
    before = row.state
    move_adjustment(row, AdjustmentState.APPROVED, actor=actor)
    _record(actor, "adjustment.approve", row, before=before, reason=row.reason)
    refresh_people([row.practitioner_id], row.year)
    figures = adjustment_in_words(row, notice_of_year(row.year))
    _tell_person(row, "adjustment.approved", figures=figures, authority=row.authority, reason=row.reason)
    return row


@transaction.atomic
def adjustment_decline(*, actor: User, adjustment: Adjustment, reason: str) -> Adjustment:
    """The second person does not agree; who entered it is told why. Raises as `adjustment_approve` does."""
    row = _locked(actor, "registry.adjustment_decide", adjustment)
    reason = checked_reason(reason, needed=True)
    if row.state == AdjustmentState.DECLINED and row.decided_by_id == actor.pk:
        return row
    _check_second(actor, row)
    before = row.state
    move_adjustment(row, AdjustmentState.DECLINED, actor=actor, remark=reason)
    _record(actor, "adjustment.decline", row, before=before, reason=reason)
    key, link = f"adjustment:{row.pk}:declined", _address(row)
    name = actor.display_name
    send(to=row.entered_by, kind="adjustment.declined", key=key, link=link, year=row.year, actor=name, reason=reason)
    return row


@transaction.atomic
def adjustment_withdraw(*, actor: User, adjustment: Adjustment) -> Adjustment:
    """Who entered it takes it back before anybody decided. Asked for twice, once is done."""
    row = _locked(actor, "registry.adjustment_withdraw", adjustment)
    if row.state != AdjustmentState.WITHDRAWN:
        before = row.state
        move_adjustment(row, AdjustmentState.WITHDRAWN, actor=actor)
        _record(actor, "adjustment.withdraw", row, before=before, reason="")
    return row


@transaction.atomic
def adjustment_revoke(*, actor: User, adjustment: Adjustment, reason: str) -> Adjustment:
    """End what is in force: the notice's minimums hold again, the standing is refreshed, and the person told."""
    row = _locked(actor, "registry.adjustment_decide", adjustment)
    reason = checked_reason(reason, needed=True)
    if row.state == AdjustmentState.REVOKED and row.revoked_by_id == actor.pk:
        return row
    before = row.state
    move_adjustment(row, AdjustmentState.REVOKED, actor=actor, remark=reason)
    _record(actor, "adjustment.revoke", row, before=before, reason=reason)
    refresh_people([row.practitioner_id], row.year)
    _tell_person(row, "adjustment.revoked", reason=reason)
    return row


def _checked_figures(data: AdjustmentInput) -> dict[str, Decimal]:
    """What is really adjusted: a figure that equals the notice's is none."""
    if not has_notice(data.year):
        raise InputError("year_without_notice", f"{data.year}年没有生效的通知，不能调整。", "year")
    if data.year > timezone.localdate().year:
        raise InputError("year_to_come", f"{data.year}年尚未开始，不能调整。", "year")
    notice = notice_of_year(data.year)
    for name, hours in data.minimums.items():
        _check_figure(notice, name, hours)
    found = {name: hours for name, hours in data.minimums.items() if hours != notice.minimums[name]}
    if not found:
        raise InputError("nothing_adjusted", "请至少调低一项最低学时。", "minimum_total")
    return found


def _check_figure(notice: Notice, name: str, hours: Decimal) -> None:
    field, most = f"minimum_{name}", notice.minimums[name]
    if not hours.is_finite() or hours < 0 or hours * 10 % 1:
        raise InputError("minimum_wrong", "最低学时应为不小于0的数字，最多一位小数。", field)
    if hours > most:
        raise InputError("minimum_wrong", f"不能高于通知规定的{most.normalize():f}学时。", field)


def _checked_authority(text: str) -> str:
    said = text.strip()
    if not said:
        raise InputError("authority_missing", "请写明所依据的文件。", "authority")
    check_text(said, "authority", "依据", Adjustment._meta.get_field("authority").max_length)
    return said


def _check_second(actor: User, row: Adjustment) -> None:
    if row.entered_by_id == actor.pk:
        raise Conflict("second_person", "须由提出人以外的另一人复核。")


def _locked(actor: User, permission: str, adjustment: Adjustment) -> Adjustment:
    """The person first, as everybody does who touches a standing, and then the row."""
    require(actor, permission, adjustment)
    lock_people([adjustment.practitioner_id])
    rows = Adjustment.objects.select_for_update(of=("self",))
    return rows.select_related("practitioner__user", "entered_by", "decided_by", "revoked_by").get(pk=adjustment.pk)


def _live_already(live: Adjustment) -> str:
    if live.state == AdjustmentState.APPROVED:
        return "此人该年度已有生效的调整，须先撤销，再提出新的调整。"
    return f"此人该年度已有{live.entered_by.display_name}提出的调整待复核。"


def _record(actor: User, action: str, row: Adjustment, *, before: str, reason: str) -> None:
    more: dict[str, Any] = {"year": row.year, "authority": row.authority, "person": row.practitioner_id}
    record(actor=actor, action=action, obj=row, before=before, after=row.state, reason=reason, **more)


def _address(row: Adjustment) -> str:
    return reverse("registry:adjustment", args=[row.pk])


def _tell_second_person(row: Adjustment) -> None:
    for user in others_who_review(Region.objects.get(is_city=True), [row.entered_by]):
        if user.pk != row.practitioner.user_id:
            key, actor = f"adjustment:{row.pk}:entered", row.entered_by.display_name
            send(to=user, kind="adjustment.entered", key=key, link=_address(row), year=row.year, actor=actor)


def _tell_person(row: Adjustment, kind: str, **params: object) -> None:
    if row.practitioner.user is not None:
        link = reverse("registry:ledger_year", args=[row.year])
        send(to=row.practitioner.user, kind=kind, key=f"{kind}:{row.pk}", link=link, year=row.year, **params)
