"""Attendance on the spot: opened and closed by the unit, confirmed by each trainee, mended for a reason."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.errors import Conflict, Forbidden, InputError
from accounts.guard import require
from accounts.models import User
from accounts.texts import check_text
from courses.models import Attendance, CheckIn, TrainingClass
from courses.queries.attendance import class_days
from courses.states import ApplicationState
from office.audit.commands import record
from registry.queries.people import practitioner_of

# From scanning to confirming: long enough to sign in, too short to be passed on from home.
GOOD_FOR = timedelta(minutes=10)
LONGEST_REASON = 300


@transaction.atomic
def check_in_open(*, actor: User, training_class: TrainingClass) -> CheckIn:
    """Open today's check-in, or open it again; asked twice it is the same one.

    Raises Forbidden, Conflict `class_cancelled`, InputError `not_a_class_day` (field `day`).
    """
    require(actor, "courses.roster_hand_in", training_class)
    _check_held(training_class)
    today = timezone.localdate()
    if today not in class_days(training_class):
        raise InputError("not_a_class_day", "今天没有安排课程，上课当天才能开始签到。", "day")
    check_in, created = CheckIn.objects.select_for_update().get_or_create(
        training_class=training_class, day=today, defaults={"opened_by": actor}
    )
    if not created and check_in.closed_at is None:
        return check_in
    check_in.closed_at = None
    check_in.save()
    record(actor=actor, action="check_in.open", obj=check_in, day=today.isoformat())
    return check_in


@transaction.atomic
def check_in_close(*, actor: User, check_in: CheckIn) -> CheckIn:
    """Close a check-in; asked twice changes nothing. It can be opened again on its day."""
    require(actor, "courses.roster_hand_in", check_in.training_class)
    check_in = CheckIn.objects.select_for_update(of=("self",)).select_related("training_class").get(pk=check_in.pk)
    if check_in.closed_at is None:
        check_in.closed_at = timezone.now()
        check_in.save()
        record(actor=actor, action="check_in.close", obj=check_in, day=check_in.day.isoformat())
    return check_in


@transaction.atomic
def attend(*, actor: User, check_in: CheckIn, scanned_at: datetime) -> Attendance:
    """Confirm being there, having scanned the code at `scanned_at`. Asked twice it is the same record.

    Raises Forbidden (no practitioner), Conflict `class_cancelled`, `check_in_over`, `scan_too_old`.
    """
    person = practitioner_of(actor)
    if person is None:
        raise Forbidden("not_a_practitioner", "只有登记为专业技术人员的账号可以签到。")
    check_in = CheckIn.objects.select_for_update(of=("self",)).select_related("training_class").get(pk=check_in.pk)
    existing = Attendance.objects.filter(check_in=check_in, practitioner=person, removed_at=None).first()
    if existing is not None:
        return existing
    _check_held(check_in.training_class)
    if not is_open(check_in, timezone.localdate()):
        raise Conflict("check_in_over", "本次签到已结束。如确已到场，请联系培训单位在汇总表中补登。")
    if timezone.now() - scanned_at > GOOD_FOR:
        raise Conflict("scan_too_old", "扫码已超过10分钟，请重新扫描屏幕上的二维码。")
    attendance = Attendance.objects.create(check_in=check_in, practitioner=person)
    record(actor=actor, action="check_in.attend", obj=check_in, person=person.pk)
    return attendance


@transaction.atomic
def attendance_remove(*, actor: User, attendance: Attendance, reason: str) -> Attendance:
    """Count a person as not there on a day, for a reason. Raises Forbidden, InputError (field `reason`)."""
    require(actor, "courses.roster_hand_in", attendance.check_in.training_class)
    said = reason.strip()
    if not said:
        raise InputError("reason_missing", "请填写作废原因。", "reason")
    check_text(said, "reason", "作废原因", LONGEST_REASON)
    attendance = Attendance.objects.select_for_update(of=("self",)).select_related("check_in").get(pk=attendance.pk)
    if attendance.removed_at is None:
        attendance.removed_at, attendance.removed_by, attendance.reason = timezone.now(), actor, said
        attendance.save()
        record(
            actor=actor,
            action="check_in.remove",
            obj=attendance.check_in,
            reason=said,
            person=attendance.practitioner_id,
        )
    return attendance


@transaction.atomic
def attendance_exported(*, actor: User, training_class: TrainingClass, rows: int, form: str) -> None:
    """People's data left the portal: as a list, or with full ID numbers as the workbook of a roster (附件2)."""
    require(actor, "courses.roster_hand_in", training_class)
    record(actor=actor, action="check_in.export", obj=training_class, rows=rows, form=form)


def is_open(check_in: CheckIn, today: date) -> bool:
    """Whether people may check in now: on its day, until it is closed."""
    return check_in.closed_at is None and check_in.day == today


def _check_held(training_class: TrainingClass) -> None:
    if training_class.application.state != ApplicationState.APPROVED:
        raise Conflict("class_cancelled", "该培训班已取消。")
