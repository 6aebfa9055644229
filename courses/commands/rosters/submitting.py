"""A checked roster handed in to the city office (§三（二）): by whom, when, late or not, with its 受理编号."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction
from django.utils import timezone

from accounts.errors import InputError
from accounts.identity import check_telephone
from accounts.models import User
from accounts.texts import check_name, check_text
from courses.commands.rosters.days import hold_days
from courses.commands.rosters.moves import judged_again, locked, moved
from courses.commands.rosters.rechecking import recheck
from courses.models import Roster, RowVerdict
from courses.queries.deadlines import deadline_of, is_late
from courses.states import RosterState, check_roster
from office.audit.commands import record

MOST_REASON = 300


@dataclass(frozen=True, slots=True)
class HandIn:
    """What the form asks for besides the rows: 填报人, 联系电话, 填报日期; why late; warnings looked at."""

    filler: str
    phone: str
    filled_on: date
    late_reason: str = ""
    acknowledged: bool = False


def roster_submit(*, actor: User, roster: Roster, data: HandIn) -> Roster:
    """Hand a roster in; asked for twice, the first time stands. The days of the people known are held from now on.

    All rows are checked once more: when something has become wrong since, the roster is in error and says where.

    Raises Forbidden, Conflict (`state_moved`, `class_cancelled`), InputError: `too_early` before the class is over,
    `late_reason_missing` after its last day (field `late_reason`), `warnings_unseen` (field `acknowledged`),
    `rows_changed`, and for `filler`, `phone`, `filled_on`.
    """
    if (handed_in := _handed_in(actor, roster, data)) is None:
        raise InputError("rows_changed", "核对之后情况有变，有的行已有错误，请查看后更正。")
    return handed_in


@transaction.atomic
def _handed_in(actor: User, roster: Roster, data: HandIn) -> Roster | None:
    roster = locked(actor, "courses.roster_write", roster)
    if roster.state == RosterState.SUBMITTED:
        return roster
    check_roster(roster, RosterState.SUBMITTED)
    _check_open(roster)
    if recheck(roster):
        judged_again(roster, RosterState.IN_ERROR, actor=actor)
        return None
    _fill(roster, data)
    roster.submitted_by, roster.submitted_at = actor, timezone.now()
    roster.confirmed_by = roster.confirmed_at = None
    roster.number = roster.number or _next_number()
    told = moved(roster, RosterState.SUBMITTED, actor=actor)
    record(action="roster.submit", rows=roster.counts["rows"], **told)
    hold_days(roster)
    return roster


def _check_open(roster: Roster) -> None:
    if roster.training_class is None:
        return
    opens = timezone.localtime(deadline_of(roster.training_class).opens_at)
    if timezone.now() < opens:
        raise InputError("too_early", f"培训班{opens:%Y年%-m月%-d日 %H:%M}结束，结束后方可报送。")


def _fill(roster: Roster, data: HandIn) -> None:
    """What is asked for besides the rows, each refused with its field."""
    filler = " ".join(data.filler.split())
    if not filler:
        raise InputError("filler_missing", "请填写填报人。", "filler")
    check_name(filler, "filler", "填报人")
    if data.filled_on > timezone.localdate():
        raise InputError("filled_in_future", "填报日期不能晚于今天。", "filled_on")
    if roster.training_class is not None and data.filled_on < roster.training_class.first_day:
        raise InputError("filled_too_early", "填报日期不能早于开班日期。", "filled_on")
    seen = data.acknowledged or not (roster.counts[RowVerdict.WARNED.value] or roster.counts["file"])
    if not seen:
        raise InputError("warnings_unseen", "有提示事项，请核对后勾选“已逐项核对提示事项”。", "acknowledged")
    roster.filler, roster.filler_phone = filler, check_telephone(data.phone, "phone")
    roster.filled_on = data.filled_on
    roster.is_late, roster.late_reason = is_late(roster), _late_reason(roster, data)


def _late_reason(roster: Roster, data: HandIn) -> str:
    if not is_late(roster):
        return ""
    reason = data.late_reason.strip() or roster.late_reason
    if not reason:
        raise InputError("late_reason_missing", "已超过报送期限，请写明逾期原因。", "late_reason")
    check_text(reason, "late_reason", "逾期原因", MOST_REASON, lines=True)
    return reason


def _next_number() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('courses_roster_number')")
        (serial,) = cursor.fetchone()
    return f"HZ{timezone.localdate().year}{serial:07d}"
