"""Made-up class applications and approved classes in any state, with lecturers, a timetable and a class plan."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from accounts.models import Business, Organisation, OrganisationKind, User
from courses.commands.decisions import class_approve, class_cancel, class_endorse, class_refuse, class_return
from courses.models import (
    Assessment,
    Attachment,
    AttachmentKind,
    ClassApplication,
    Delivery,
    TrainingClass,
)
from courses.states import ApplicationState, Route, move_application
from tests.factories import AppointmentFactory, OrganisationFactory
from tests.registry.people import png

TWO_DAYS = (date(2021, 10, 11), date(2021, 10, 12))
REASON = "课程安排与申请表不一致"
_S = ApplicationState
WAYS: dict[str, dict[str, tuple[ApplicationState, ...]]] = {
    Route.A: {
        _S.SUBMITTED: (_S.SUBMITTED,),
        _S.APPROVED: (_S.SUBMITTED, _S.APPROVED),
        _S.RETURNED: (_S.SUBMITTED, _S.RETURNED),
        _S.REFUSED: (_S.SUBMITTED, _S.REFUSED),
        _S.CANCELLED: (_S.SUBMITTED, _S.APPROVED, _S.CANCELLED),
    },
    Route.B: {
        _S.SUBMITTED: (_S.SUBMITTED,),
        _S.ENDORSED: (_S.SUBMITTED, _S.ENDORSED),
        _S.APPROVED: (_S.SUBMITTED, _S.ENDORSED, _S.APPROVED),
        _S.RETURNED: (_S.SUBMITTED, _S.RETURNED),
        _S.REFUSED: (_S.SUBMITTED, _S.REFUSED),
        _S.CANCELLED: (_S.SUBMITTED, _S.ENDORSED, _S.APPROVED, _S.CANCELLED),
    },
}


def course_unit(**changes: Any) -> Organisation:
    """A training school: route A."""
    return OrganisationFactory(**{"kind": OrganisationKind.TRAINING, "business": Business.OTHER, **changes})


def firm(**changes: Any) -> Organisation:
    """A building enterprise: route B."""
    return OrganisationFactory(**{"business": Business.CONSTRUCTION, **changes})


def class_application(
    state: ApplicationState = ApplicationState.SUBMITTED,
    route: Route = Route.A,
    *,
    organisation: Organisation | None = None,
    applicant: User | None = None,
    days: Sequence[date] = TWO_DAYS,
    hours_a_day: Decimal = Decimal(8),
    office: User | None = None,
    county: User | None = None,
    **changes: Any,
) -> ClassApplication:
    """An application of a unit in `state`: eight hours on each of `days`, one lecturer, a class plan attached.

    A unit of the route is made unless given; `applicant` files for it, `county` endorses, `office` decides (made when
    the state asks for them). `changes` are columns of the application.
    """
    unit = organisation or (course_unit() if route == Route.A else firm())
    actor = applicant or AppointmentFactory(organiser=True, organisation=unit).user
    application = _draft(unit, actor, route, days, hours_a_day * len(days), changes)
    _fill(application, actor, days, hours_a_day)
    if state == ApplicationState.DRAFT:
        return application
    for to in WAYS[route][state]:
        if to == ApplicationState.SUBMITTED:
            _hand_in(application, actor)
        else:
            application = decided(to, application, office=office, county=county)
    return application


def decided(
    to: ApplicationState, application: ClassApplication, *, office: User | None = None, county: User | None = None
) -> ClassApplication:
    """The application after an office decided `to`, through the command; an office is made where none is given."""
    by_county = application.route == Route.B and application.state == ApplicationState.SUBMITTED
    actor = (county or _county_of(application.organisation)) if by_county else (office or _city())
    if to == ApplicationState.ENDORSED:
        return class_endorse(actor=actor, application=application, reason="符合办班要求")
    if to == ApplicationState.APPROVED:
        return class_approve(actor=actor, application=application, hours=application.asked_hours).application
    command = {
        ApplicationState.RETURNED: class_return,
        ApplicationState.REFUSED: class_refuse,
        ApplicationState.CANCELLED: class_cancel,
    }[to]
    return command(actor=actor, application=application, reason=REASON)


def training_class(*, state: ApplicationState = ApplicationState.APPROVED, **how: Any) -> TrainingClass:
    """An approved class with the roster it awaits; `how` as for `class_application`."""
    application = class_application(state, **how)
    return TrainingClass.objects.select_related("application", "organisation", "roster").get(application=application)


def attached(
    application: ClassApplication, kind: AttachmentKind = AttachmentKind.CLASS_PLAN, shade: int = 0
) -> Attachment:
    """A picture that goes with the form."""
    content = png(shade)
    return Attachment.objects.create(
        application=application,
        kind=kind,
        file=ContentFile(content, name=f"{uuid.uuid4().hex}.png"),
        name=f"{AttachmentKind(kind).label}.png",
        media_type="image/png",
        size=len(content),
        sha256=bytes(32),
        added_by=application.created_by,
    )


def _draft(
    unit: Organisation, actor: User, route: Route, days: Sequence[date], asked: Decimal, changes: dict[str, Any]
) -> ClassApplication:
    facts = {
        "title": "建设工程质量安全专题培训班",
        "content": "建筑施工质量安全管理、新技术新工艺推广应用、施工现场标准化。",
        "place": "舟山市定海区虚构路8号二楼会议室",
        "delivery": Delivery.FACE_TO_FACE,
        "is_self_run": route == Route.B,
        "levels": ["junior", "middle"],
        "specialties": ["construction", "structure"],
        "assessment": Assessment.BOTH,
        "planned_number": 60,
        "registration": "登录单位网站报名，额满为止",
        "contact_name": "林海",
        "contact_phone": "0580-2000001",
    }
    return ClassApplication.objects.create(
        **{
            **facts,
            "token": uuid.uuid4(),
            "organisation": unit,
            "created_by": actor,
            "state_at": timezone.now(),
            "route": route,
            "region": unit.region,
            "first_day": min(days),
            "last_day": max(days),
            "day_count": len(set(days)),
            "asked_hours": asked,
            **changes,
        }
    )


def _fill(application: ClassApplication, actor: User, days: Sequence[date], hours: Decimal) -> None:
    lecturer = application.lecturers.create(name="郑远航", unit="虚构大学建筑工程学院", title="教授级高级工程师")
    half = hours / 2
    for day in days:
        application.sessions.create(
            day=day, starts=time(8, 30), ends=time(11, 30), hours=half, topic="质量安全法规", lecturer=lecturer
        )
        application.sessions.create(
            day=day, starts=time(13, 30), ends=time(16, 30), hours=hours - half, topic="事故案例分析", lecturer=lecturer
        )
    attached(application, shade=application.pk)


def _hand_in(application: ClassApplication, actor: User) -> None:
    unit, now = application.organisation, timezone.now()
    application.number = f"PX{timezone.localdate().year}{application.pk:07d}"
    application.handed_in_at = application.submitted_at = now
    application.unit_name, application.unit_address = unit.name, unit.address
    application.unit_code = unit.uscc or unit.old_code or ""
    move_application(application, ApplicationState.SUBMITTED, actor=actor)


def _county_of(unit: Organisation) -> User:
    if unit.region.is_city:
        return _city()
    return AppointmentFactory(region=unit.region).user


def _city() -> User:
    return AppointmentFactory(city=True).user


def following(first: date, days: int = 2) -> list[date]:
    """So many days from the first."""
    return [first + timedelta(days=n) for n in range(days)]
