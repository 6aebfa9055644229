"""How the pages of an application find one of the user's own units, and what each of them shows around it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from courses.models import ApplicationPart, ClassApplication, TrainingClass
from courses.queries import applications
from courses.queries.applications import city_office_name, office_of, route_for
from courses.queries.conditions import conditions_of
from courses.queries.parts import Missing, is_empty, missing_in
from courses.states import ApplicationState, Route
from courses.views.application_words import days_of, facts, file_items, panel, part_url
from hours_rules.classes import UNMET, Condition
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
