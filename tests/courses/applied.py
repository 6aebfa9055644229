"""Applications filled in and handed in through the commands, as a unit would do it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, time
from typing import Any

from accounts.models import Organisation, User
from courses.commands.application_files import attachment_add
from courses.commands.application_input import ClassInput, LecturerInput, SessionInput, UnitInput
from courses.commands.application_parts import class_part_save, lecturers_save, timetable_save, unit_part_save
from courses.commands.applications import application_draft, application_submit
from courses.models import AttachmentKind, ClassApplication
from tests.courses.made import TWO_DAYS
from tests.factories import AppointmentFactory
from tests.registry.people import upload
from tests.units.made import filed, qualified
from units.models import Bureau

UNIT = UnitInput("定海区虚构路8号", "林海", "0580-2000001")
CLASS = ClassInput(
    title="建设工程质量安全专题培训班",
    content="建筑施工质量安全管理、新技术新工艺推广应用。",
    place="舟山市定海区虚构路8号二楼会议室",
    delivery="mixed",
    is_self_run=False,
    levels=("junior", "middle"),
    specialties=("construction", "structure"),
    assessment="both",
    planned_number=60,
    registration="登录单位网站报名，额满为止",
)
LECTURERS = (
    LecturerInput("郑远航", "虚构大学建筑工程学院", "教授级高级工程师"),
    LecturerInput("方知微", "虚构设计院", "高级工程师（结构）"),
)


def lessons(days: Sequence[date] = TWO_DAYS) -> list[SessionInput]:
    """Two lessons of four hours on each day."""
    times = [(time(8, 30), time(11, 30), "质量安全法规"), (time(13, 30), time(16, 30), "事故案例分析")]
    return [SessionInput(day, starts, ends, topic=topic) for day in days for starts, ends, topic in times]


def begun(actor: User, unit: Organisation) -> ClassApplication:
    """An empty draft."""
    return application_draft(actor=actor, unit=unit, token=uuid.uuid4())


def filled(
    unit: Organisation,
    actor: User | None = None,
    *,
    days: Sequence[date] = TWO_DAYS,
    kinds: Sequence[str] = (AttachmentKind.CLASS_PLAN,),
    lecturers: Sequence[LecturerInput] = LECTURERS,
    **changes: Any,
) -> ClassApplication:
    """A draft with everything filled in; `changes` are of ClassInput."""
    actor = actor or AppointmentFactory(organiser=True, organisation=unit).user
    draft = begun(actor, unit)
    unit_part_save(actor=actor, application=draft, data=UNIT)
    class_part_save(actor=actor, application=draft, data=replace(CLASS, **changes))
    lecturers_save(actor=actor, application=draft, rows=lecturers)
    draft = timetable_save(actor=actor, application=draft, rows=lessons(days))
    for shade, kind in enumerate(kinds):
        attachment_add(actor=actor, application=draft, kind=kind, upload=upload("办班方案.png", shade))
    return ClassApplication.objects.select_related("organisation__region", "region", "created_by").get(pk=draft.pk)


ROUTE_B_FILES = (
    AttachmentKind.CLASS_PLAN,
    AttachmentKind.LETTER,
    AttachmentKind.QUALIFICATION,
    AttachmentKind.TRAINEE_LIST,
)


def qualify(unit: Organisation, **changes: Any) -> None:
    """A confirmed qualification of the first grade, valid in 2021, entered by the city office."""
    qualified(AppointmentFactory(city=True).user, unit, **changes)


def file_with_both(unit: Organisation) -> None:
    """The unit's filing with both bureaus."""
    city = AppointmentFactory(city=True).user
    for bureau in Bureau.values:
        filed(city, unit, bureau)


def handed_in(draft: ClassApplication, *, late_reason: str = "") -> ClassApplication:
    """Hand a draft in as the one who began it."""
    return application_submit(actor=draft.created_by, application=draft, late_reason=late_reason)
