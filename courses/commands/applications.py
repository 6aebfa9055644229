"""A class application (附件1) from a draft to its hand-in, and handed in again when it came back.

Every command locks the application's row first; asking twice for the same thing answers the same thing. What is filled
in is saved by `application_parts`, the files by `application_files`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.errors import InputError
from accounts.guard import require
from accounts.models import Organisation, User
from accounts.texts import check_text
from courses.commands.application_moves import check_unit_open, follow, locked, one_at_a_time
from courses.models import ClassApplication, Session
from courses.queries.applications import office_of
from courses.queries.conditions import conditions_of
from courses.queries.parts import CLASS_FIELDS, UNIT_FIELDS, missing_in
from courses.states import ApplicationState, check_application, move_application
from hours_rules.classes import is_late, route_of
from office.audit.commands import record
from office.messages.commands import send
from registry.commands.files import discard


@transaction.atomic
def application_draft(*, actor: User, unit: Organisation, token: UUID) -> ClassApplication:
    """Start an application with what the register knows of the unit. The same `token` answers the same draft.

    Raises Forbidden, InputError `unit_closed`.
    """
    require(actor, "courses.application_file", unit)
    known = _known(actor, token)
    if known is not None:
        return known
    draft = _new(actor, unit, token)
    draft.unit_address, draft.contact_name, draft.contact_phone = unit.address, unit.contact_name, unit.phone
    draft.save(force_insert=True)
    record(actor=actor, action="class.draft", obj=draft, after=draft.state)
    return draft


@transaction.atomic
def application_copy(
    *, actor: User, application: ClassApplication, token: UUID, first_day: date | None = None
) -> ClassApplication:
    """A new draft with what an earlier application states, without its files and its decision.

    The timetable comes along, moved so that it begins on `first_day`; without one it is left out: its days are past.
    """
    require(actor, "courses.application_write", application)
    known = _known(actor, token)
    if known is not None:
        return known
    unit = Organisation.objects.select_related("region").get(pk=application.organisation_id)
    draft = _new(actor, unit, token)
    for name in (*UNIT_FIELDS, *CLASS_FIELDS):
        setattr(draft, name, getattr(application, name))
    draft.save(force_insert=True)
    _copy_rows(application, draft, first_day)
    follow(draft)
    draft.save()
    record(actor=actor, action="class.copy", obj=draft, after=draft.state, source=str(application))
    return draft


@transaction.atomic
def application_delete(*, actor: User, application: ClassApplication) -> None:
    """Delete a draft that was never handed in, with its files. InputError `not_editable` for any other."""
    row = locked(actor, "courses.application_write", application)
    if row.state != ApplicationState.DRAFT:
        raise InputError("not_editable", f"申请{row.get_state_display()}，不能删除。")
    paths = [str(attachment.file.name) for attachment in row.attachments.all()]
    record(actor=actor, action="class.delete", obj=row, before=row.state)
    row.attachments.all().delete()
    row.delete()
    transaction.on_commit(lambda: _discard(paths))


@transaction.atomic
def application_submit(*, actor: User, application: ClassApplication, late_reason: str = "") -> ClassApplication:
    """Hand an application in, for the first time or mended; gives it its 受理编号 and fixes route and region.

    Raises InputError: `unit_closed`, `incomplete` naming what is not filled in, `conditions_unmet` naming what of §三
    does not hold, `late_reason_missing` (field `late_reason`) when the ten working days are not kept; Conflict
    `state_moved`.
    """
    row = locked(actor, "courses.application_write", application)
    if row.state == ApplicationState.SUBMITTED:
        return row
    check_application(row, ApplicationState.SUBMITTED)
    before, unit = row.state, row.organisation
    check_unit_open(unit)
    follow(row)
    _check_complete(row)
    _judge(row, late_reason.strip())
    row.unit_name, row.unit_code = unit.name, unit.uscc or unit.old_code or ""
    row.submitted_at = timezone.now()
    row.handed_in_at = row.handed_in_at or row.submitted_at
    row.number = row.number or _next_number()
    row.mended_parts = []
    move_application(row, ApplicationState.SUBMITTED, actor=actor)
    action = "class.submit" if before == ApplicationState.DRAFT else "class.resubmit"
    record(actor=actor, action=action, obj=row, before=before, after=row.state, reason=row.late_reason)
    _tell(actor, row)
    return row


def _discard(paths: Iterable[str]) -> None:
    for path in paths:
        discard(path)


def _known(actor: User, token: UUID) -> ClassApplication | None:
    one_at_a_time(token)
    known = ClassApplication.objects.select_related("organisation").filter(token=token).first()
    if known is not None:
        require(actor, "courses.application_write", known)
    return known


def _new(actor: User, unit: Organisation, token: UUID) -> ClassApplication:
    check_unit_open(unit)
    return ClassApplication(
        token=token,
        organisation=unit,
        created_by=actor,
        state_at=timezone.now(),
        route=route_of(unit.business),
        region=unit.region,
    )


def _copy_rows(source: ClassApplication, draft: ClassApplication, first_day: date | None) -> None:
    new: dict[int | None, int] = {}
    for lecturer in source.lecturers.all():
        old, lecturer.pk, lecturer.application = lecturer.pk, None, draft
        lecturer.save(force_insert=True)
        new[old] = lecturer.pk
    if first_day is None or source.first_day is None:
        return
    moved = first_day - source.first_day
    sessions: list[Session] = list(source.sessions.all())
    for session in sessions:
        session.pk, session.application, session.day = None, draft, session.day + moved
        session.lecturer_id = new.get(session.lecturer_id)
    Session.objects.bulk_create(sessions)


def _check_complete(row: ClassApplication) -> None:
    missing = missing_in(row)
    if missing:
        words = "、".join(dict.fromkeys(one.words for one in missing))
        raise InputError("incomplete", f"还没有填写：{words}。")


def _judge(row: ClassApplication, late_reason: str) -> None:
    """Hold it against §三; late is allowed with a reason."""
    found = conditions_of(row)
    unmet = [f"{condition.name}：{condition.words}" for condition in found if condition.holds_up]
    if unmet:
        raise InputError("conditions_unmet", "\n".join(["不符合办班条件，暂不能提交：", *unmet]))
    row.is_late = is_late(found)
    if row.is_late and not late_reason:
        raise InputError("late_reason_missing", "已不足规定的工作日，请写明逾期原因。", "late_reason")
    check_text(late_reason, "late_reason", "逾期原因", 300, lines=True)
    row.late_reason = late_reason if row.is_late else ""


def _tell(actor: User, row: ClassApplication) -> None:
    step = row.steps.order_by("-id").values_list("pk", flat=True)[0]
    send(
        to=actor,
        kind="class.submitted",
        key=f"class-application:{row.pk}:{step}",
        link=reverse("courses:application_detail", args=[row.pk]),
        number=row.number or "",
        subject=row.title,
        office=office_of(row),
        late="申请已不足规定的工作日，是否受理由审核单位决定。" if row.is_late else "",
    )


def _next_number() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('courses_application_number')")
        (serial,) = cursor.fetchone()
    return f"PX{timezone.localdate().year}{serial:07d}"
