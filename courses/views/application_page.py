"""How the pages of an application find one of the user's own units, and what each of them shows of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils import timezone

from courses.models import ApplicationPart, ClassApplication, TrainingClass
from courses.queries import applications
from courses.queries.applications import city_office_name, office_of, route_for
from courses.queries.conditions import conditions_of
from courses.queries.parts import Missing, is_empty, missing_in
from courses.states import ApplicationState, Route
from hours_rules.classes import MET, UNKNOWN, UNMET, Condition
from registry.models.people import Specialty, TitleLevel
from registry.views.own import user_of

WORK = "courses.own"
EMPTY, PARTIAL, DONE, MEND, MENDED = "draft", "pending", "done", "returned", "submitted"
LABELS = {EMPTY: "未填写", PARTIAL: "未填完", DONE: "已填写", MEND: "需修改", MENDED: "已修改"}
HINTS = {
    ApplicationPart.UNIT: "申请表所印的单位地址和联系方式。",
    ApplicationPart.CLASS: "名称、内容、地点、形式、培训对象和考核方式。",
    ApplicationPart.LECTURERS: "每位教师的姓名、单位和职称。",
    ApplicationPart.TIMETABLE: "每天的课程和起止时间，天数和学时由此得出。",
    ApplicationPart.ATTACHMENTS: "办班方案等随申请表提交的材料。",
}


def own_application(request: HttpRequest, pk: int) -> ClassApplication:
    """One of the applications of the user's units, with all its rows; 404 for any other."""
    mine = applications.of_units_of(user_of(request))
    return get_object_or_404(mine.prefetch_related("lecturers", "sessions__lecturer", "attachments", "steps"), pk=pk)


def part_url(application: ClassApplication, part: str) -> str:
    """The page on which a part is filled in."""
    return reverse(f"courses:application_{part}", args=[application.pk])


def page_of_application(application: ClassApplication) -> dict[str, Any]:
    """What every page of an application that may be changed shows beside its form."""
    found, missing = conditions_of(application), missing_in(application)
    return {
        "application": application,
        "route": Route(route_for(application)),
        **panel(application, found),
        "tasks": tasks(application, found, missing),
        "missing": missing,
        "ready": not missing and not any(condition.holds_up for condition in found),
        "returned": returned(application),
        "office": office_of(application),
    }


def page_of_handed_in(application: ClassApplication) -> dict[str, Any]:
    """What the page of an application shows that waits at an office or was decided."""
    last = list(application.steps.all())[-1]
    made = TrainingClass.objects.filter(application=application).first()
    city = application.route == Route.A or application.state == ApplicationState.ENDORSED
    return {
        "application": application,
        "blocks": facts(application),
        "days": days_of(application),
        "files": file_items(application),
        "office": office_of(application),
        "waiting_for": city_office_name() if city else office_of(application),
        "last": last,
        "links": _links(application, made if application.state == ApplicationState.APPROVED else None),
        "verdict": f"同意该培训班按{made.hours.normalize():f}学时认定" if made else "",
    }


def _links(application: ClassApplication, made: TrainingClass | None) -> list[dict[str, str]]:
    """What is fetched, and of an approved class where it goes on."""
    lines = [
        ("申请表（附件1）PDF", "application_pdf", application.pk),
        ("申请表（附件1）XLSX", "application_xlsx", application.pk),
    ]
    if made is not None:
        lines += [("现场签到", "attendance", made.pk), ("学时登记信息汇总表（附件2）", "roster", made.pk)]
    return [{"label": label, "url": reverse(f"courses:{name}", args=[pk])} for label, name, pk in lines]


def panel(application: ClassApplication, found: Sequence[Condition]) -> dict[str, Any]:
    """The panel 办班条件: each condition in words, with the page that decides it."""
    return {
        "conditions": [
            {
                "condition": condition,
                "tone": _tone(condition),
                "url": part_url(application, condition.part),
            }
            for condition in found
        ],
        "unmet": sum(condition.holds_up for condition in found),
        "late": any(condition.code == "working_days" and _is_late(condition) for condition in found),
    }


def _tone(condition: Condition) -> str:
    if condition.state == UNKNOWN:
        return "draft"
    return "met" if condition.state == MET else "unmet" if condition.blocks else "returned"


def _is_late(condition: Condition) -> bool:
    return condition.state == UNMET and not condition.blocks


def tasks(
    application: ClassApplication, found: Iterable[Condition], missing: Sequence[Missing]
) -> list[dict[str, Any]]:
    """The parts of the form as a task list."""
    unmet = {condition.part for condition in found if condition.state == UNMET and condition.blocks}
    asked = set(returned(application).get("parts", ()))
    lines = []
    for part in ApplicationPart:
        if part in asked:
            state = MENDED if part in application.mended_parts else MEND
        elif is_empty(application, part):
            state = EMPTY
        elif any(one.part == part for one in missing):
            state = PARTIAL
        else:
            state = MEND if part in unmet else DONE
        lines.append(
            {
                "title": part.label,
                "url": part_url(application, part),
                "hint": HINTS[part],
                "state": state,
                "label": LABELS[state],
            }
        )
    return lines


def returned(application: ClassApplication) -> dict[str, Any]:
    """Who sent it back, why, and which parts are to be mended; empty when it was not."""
    if application.state != ApplicationState.RETURNED:
        return {}
    last = [step for step in application.steps.all() if step.after == ApplicationState.RETURNED][-1]
    return {"reason": last.reason, "parts": last.parts, "by": last.actor_name, "at": last.at}


def facts(application: ClassApplication, *, change: bool = False) -> list[dict[str, Any]]:
    """The form's own lines as summaries, a block for each part; `change` links each block to its page."""
    blocks = [
        (ApplicationPart.UNIT, _unit(application)),
        (ApplicationPart.CLASS, _class(application)),
    ]
    return [
        {
            "title": part.label,
            "rows": [
                {"key": key, "value": value or "—", **({"url": part_url(application, part)} if change else {})}
                for key, value in rows
            ],
        }
        for part, rows in blocks
    ]


def _unit(application: ClassApplication) -> list[tuple[str, str]]:
    unit = application.organisation
    return [
        ("单位名称", application.unit_name or unit.name),
        ("组织机构代码", application.unit_code or unit.uscc or unit.old_code or ""),
        ("单位地址", application.unit_address),
        ("联系人", application.contact_name),
        ("联系电话", application.contact_phone),
    ]


def _class(application: ClassApplication) -> list[tuple[str, str]]:
    self_run = {True: "是", False: "否", None: ""}[application.is_self_run]
    number = f"{application.planned_number}人" if application.planned_number else ""
    return [
        ("培训名称", application.title),
        ("培训主要内容", application.content),
        ("培训地点", application.place),
        ("培训形式", application.get_delivery_display() if application.delivery else ""),
        ("自主办班", self_run),
        ("培训层次", "、".join(str(TitleLevel(code).label) for code in application.levels)),
        ("培训专业", "、".join(str(Specialty(code).label) for code in application.specialties)),
        ("考核方式", application.get_assessment_display() if application.assessment else ""),
        ("计划培训人数", number),
        ("报名方式", application.registration),
    ]


def file_items(application: ClassApplication) -> list[dict[str, Any]]:
    """The files as items of the evidence list."""
    return [
        {
            "pk": file.pk,
            "code": file.kind,
            "name": file.name,
            "url": reverse("courses:application_file", args=[application.pk, file.pk]),
            "kind": file.get_kind_display(),
            "meta": f"{filesizeformat(file.size)}，{timezone.localtime(file.added_at):%Y-%m-%d %H:%M}上传",
        }
        for file in application.attachments.all()
    ]


def days_of(application: ClassApplication) -> list[dict[str, Any]]:
    """The timetable day by day, each with its hours."""
    found: list[dict[str, Any]] = []
    for session in application.sessions.all():
        if not found or found[-1]["day"] != session.day:
            found.append({"day": session.day, "sessions": [], "hours": Decimal(0)})
        found[-1]["sessions"].append(session)
        found[-1]["hours"] += session.hours
    return found
