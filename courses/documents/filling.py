"""What 附件1 says of an application: taken from the tables, in the words it prints."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal

from django.utils import timezone

from courses.documents.papers import (
    ApplicationForm,
    ClassPlan,
    Endorsement,
    LecturerLine,
    LessonLine,
    OfficeOpinion,
)
from courses.documents.roster import NO, YES
from courses.models import ClassApplication, Session, TrainingClass
from courses.states import ApplicationState
from hours_rules.types import Notice
from registry.models import Specialty, TitleLevel
from registry.queries.notices import notice_on

_S = ApplicationState
_STANDING: dict[str, str] = {
    _S.DRAFT: "草稿，未提交",
    _S.RETURNED: "已退回，待补正",
    _S.REFUSED: "不予核准",
    _S.CANCELLED: "已取消",
}
# What was agreed to: no longer printed once the class is cancelled.
_ENDORSED = frozenset({_S.ENDORSED, _S.APPROVED})
ACTIVITY = "training_class"


def notice_of(application: ClassApplication) -> Notice:
    """The notice by which the form is printed: the one of the last day, of today while there is none."""
    return notice_on(application.last_day or timezone.localdate())


def application_form(application: ClassApplication, notice: Notice) -> ApplicationForm:
    """附件1 as it stands: the office's box is filled in while the approval holds."""
    unit, draft = application.organisation, application.state == _S.DRAFT
    sessions = list(application.sessions.select_related("lecturer"))
    approved = _approved(application)
    return ApplicationForm(
        unit=application.unit_name or unit.name,
        code=application.unit_code or unit.uscc or unit.old_code or "",
        address=unit.address if draft and not application.unit_address else application.unit_address,
        contact="\u3000".join(part for part in (application.contact_name, application.contact_phone) if part),
        title=application.title,
        place=application.place,
        content=application.content,
        first_day=application.first_day,
        last_day=application.last_day,
        days=application.day_count or None,
        daily_hours=_daily(sessions),
        hours=application.asked_hours or None,
        planned=application.planned_number,
        opinion=_opinion(approved) if approved else None,
        plan=_plan(application, sessions, notice if approved else None),
        number=application.number or "",
        standing=_STANDING.get(application.state, ""),
    )


def _approved(application: ClassApplication) -> TrainingClass | None:
    if application.state != _S.APPROVED:
        return None
    return TrainingClass.objects.get(application=application)


def _opinion(approved: TrainingClass) -> OfficeOpinion:
    day = timezone.localdate(approved.approved_at)
    return OfficeOpinion(approved.hours, approved.approved_by_name, approved.get_office_display(), day)


def _daily(sessions: list[Session]) -> tuple[Decimal, ...]:
    by_day: dict[date, Decimal] = defaultdict(Decimal)
    for session in sessions:
        by_day[session.day] += session.hours
    return tuple(by_day[day] for day in sorted(by_day))


def _plan(application: ClassApplication, sessions: list[Session], notice: Notice | None) -> ClassPlan:
    return ClassPlan(
        facts=_facts(application, notice),
        lecturers=tuple(LecturerLine(each.name, each.unit, each.title) for each in application.lecturers.all()),
        lessons=tuple(
            LessonLine(
                each.day, each.starts, each.ends, each.topic, each.lecturer.name if each.lecturer else "", each.hours
            )
            for each in sessions
        ),
        endorsement=_endorsement(application),
    )


def _facts(application: ClassApplication, notice: Notice | None) -> tuple[tuple[str, str], ...]:
    """What is known of how the class is held; `notice` when it is approved, for the bases of its hours."""
    run = application.is_self_run
    facts = (
        ("培训形式", application.get_delivery_display()),
        ("自主办班", "" if run is None else YES if run else NO),
        ("培训对象", "、".join(str(TitleLevel(level).label) for level in application.levels)),
        ("专业", "、".join(str(Specialty(each).label) for each in application.specialties)),
        ("考核方式", application.get_assessment_display()),
        ("报名方式", application.registration),
        ("认定依据", _bases(notice) if notice else ""),
    )
    return tuple((name, str(told)) for name, told in facts if told)


def _bases(notice: Notice) -> str:
    own = f"{notice.id}{notice.activities[ACTIVITY].clause}"
    return "；".join((own, *(f"{each.number}《{each.title}》" for each in notice.legal_bases)))


def _endorsement(application: ClassApplication) -> Endorsement | None:
    if application.state not in _ENDORSED:
        return None
    step = application.steps.filter(after=_S.ENDORSED).order_by("-id").first()
    if step is None:
        return None
    return Endorsement(application.region.office_name, step.actor_name, timezone.localdate(step.at), step.reason)
