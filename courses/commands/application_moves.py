"""What the commands of an application have in common: its row locked, what may be changed, and what follows from it."""

from __future__ import annotations

from uuid import UUID

from django.db import connection
from django.db.models import Count, Max, Min, Sum

from accounts.errors import Conflict, InputError
from accounts.guard import require
from accounts.models import Organisation, User
from courses.models import ApplicationPart, ClassApplication
from courses.queries.parts import stamp_of
from courses.states import ApplicationState
from hours_rules.classes import route_of
from office.audit.commands import record

EDITABLE = (ApplicationState.DRAFT, ApplicationState.RETURNED)


def locked(actor: User, permission: str, application: ClassApplication) -> ClassApplication:
    """The application's row as it stands now, locked, guarded before and after the wait."""
    require(actor, permission, application)
    rows = ClassApplication.objects.select_for_update(of=("self",))
    row = rows.select_related("organisation__region", "region", "created_by").get(pk=application.pk)
    require(actor, permission, row)
    return row


def editable(
    actor: User, application: ClassApplication, part: ApplicationPart, stamp: str | None = None
) -> ClassApplication:
    """The locked row of an application that may be changed, whose part is still what `stamp` says was shown.

    Raises InputError `not_editable`, Conflict `part_changed`. Without a stamp what stands there is replaced unseen.
    """
    row = locked(actor, "courses.application_write", application)
    if row.state not in EDITABLE:
        raise InputError("not_editable", f"申请{row.get_state_display()}，不能再修改。")
    if stamp is not None and stamp != stamp_of(row, part):
        raise Conflict(
            "part_changed",
            f"“{part.label}”已在另一个页面或由本单位其他人修改，本次填写没有保存。请刷新页面，核对后再改。",
        )
    return row


def changed(actor: User, row: ClassApplication, part: ApplicationPart) -> None:
    """Save the row with what follows from its parts, and tell the audit trail which part was changed."""
    follow(row)
    if row.state == ApplicationState.RETURNED and part not in row.mended_parts:
        row.mended_parts = [*row.mended_parts, part]
    row.save()
    record(actor=actor, action="class.save", obj=row, before=row.state, after=row.state, part=part.label)


def follow(row: ClassApplication) -> None:
    """Days and hours from the timetable; a draft's route and region from its unit."""
    found = row.sessions.aggregate(
        first=Min("day"), last=Max("day"), days=Count("day", distinct=True), hours=Sum("hours")
    )
    row.first_day, row.last_day, row.day_count = found["first"], found["last"], found["days"]
    row.asked_hours = found["hours"]
    if row.handed_in_at is None:
        row.route, row.region = route_of(row.organisation.business), row.organisation.region


def check_unit_open(unit: Organisation) -> None:
    """InputError `unit_closed`: a closed unit, or one merged into another, applies for nothing."""
    if unit.merged_into_id is not None:
        raise InputError("unit_closed", f"“{unit.name}”已并入其他单位，不能申请办班，请由并入后的单位申请。")
    if not unit.is_active:
        raise InputError("unit_closed", f"“{unit.name}”已停用，不能申请办班。")


def one_at_a_time(token: UUID) -> None:
    """Of a form posted twenty times at once each waits for the one before, until its transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"class:{token}"])
