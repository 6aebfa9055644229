"""An application in words, for the unit's pages and the office's: what it states, its days, files and conditions."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from courses.models import ApplicationPart, Attachment, ClassApplication
from hours_rules.classes import MET, UNKNOWN, UNMET, Condition
from registry.models.people import Specialty, TitleLevel

Lines = list[tuple[str, str]]


def part_url(application: ClassApplication, part: str) -> str:
    """The page on which a part is filled in."""
    return reverse(f"courses:application_{part}", args=[application.pk])


def facts(application: ClassApplication, *, change: bool = False) -> list[dict[str, Any]]:
    """The form's own lines as summaries, a block for each part; `change` links each block to its page."""
    contact = [("联系人", application.contact_name), ("联系电话", application.contact_phone)]
    blocks = [
        (ApplicationPart.UNIT, [*_unit(application), *contact]),
        (ApplicationPart.CLASS, [*_class(application), *_besides(application)]),
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


def form_lines(application: ClassApplication, days: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The lines of 附件1 in its order, then what the portal asks besides (§三, §四)."""
    first, last = (
        date_format(day, "Y年n月j日") if day else "" for day in (application.first_day, application.last_day)
    )
    rows = [
        *_unit(application),
        ("联系方式", f"{application.contact_name}　{application.contact_phone}".strip()),
        *_class(application),
        ("培训时间", f"{first}至{last}，共{application.day_count}天"),
        ("培训学时", f"{_a_day(days)}，共计{_figure(application.asked_hours)}学时"),
        *_besides(application),
    ]
    return [{"key": key, "value": value or "—"} for key, value in rows]


def days_of(application: ClassApplication) -> list[dict[str, Any]]:
    """The timetable day by day, each with the sum of its hours."""
    found: list[dict[str, Any]] = []
    for session in application.sessions.all():
        if not found or found[-1]["day"] != session.day:
            found.append({"day": session.day, "sessions": [], "hours": Decimal(0)})
        found[-1]["sessions"].append(session)
        found[-1]["hours"] += session.hours
    return found


def file_meta(file: Attachment) -> str:
    """Size and moment of a file."""
    return f"{filesizeformat(file.size)}，{timezone.localtime(file.added_at):%Y-%m-%d %H:%M}上传"


def file_items(application: ClassApplication) -> list[dict[str, Any]]:
    """The files as items of the evidence list, each with its preview."""
    return [
        {
            "pk": file.pk,
            "code": file.kind,
            "name": file.name,
            "url": reverse("courses:application_file", args=[application.pk, file.pk]),
            "preview_url": reverse("courses:file_preview", args=[application.pk, file.pk]),
            "kind": file.get_kind_display(),
            "meta": file_meta(file),
        }
        for file in application.attachments.all()
    ]


def panel(application: ClassApplication, found: Sequence[Condition]) -> dict[str, Any]:
    """The panel 办班条件: each condition in words, with the page that decides it.

    `unmet` counts what keeps the application from being handed in, `open` what an office looks at.
    """
    return {
        "conditions": [
            {"condition": condition, "tone": _tone(condition), "url": part_url(application, condition.part)}
            for condition in found
        ],
        "unmet": sum(condition.holds_up for condition in found),
        "open": sum(condition.state != MET for condition in found),
        "late": any(condition.code == "working_days" and _is_late(condition) for condition in found),
    }


def _tone(condition: Condition) -> str:
    if condition.state == UNKNOWN:
        return "draft"
    return "met" if condition.state == MET else "unmet" if condition.blocks else "returned"


def _is_late(condition: Condition) -> bool:
    return condition.state == UNMET and not condition.blocks


def _unit(application: ClassApplication) -> Lines:
    unit = application.organisation
    return [
        ("单位名称", application.unit_name or unit.name),
        ("组织机构代码", application.unit_code or unit.uscc or unit.old_code or ""),
        ("单位地址", application.unit_address),
    ]


def _class(application: ClassApplication) -> Lines:
    return [
        ("培训名称", application.title),
        ("培训地点", application.place),
        ("培训主要内容", application.content),
    ]


def _besides(application: ClassApplication) -> Lines:
    return [
        ("计划培训人数", f"{application.planned_number}人" if application.planned_number else ""),
        ("培训形式", application.get_delivery_display() if application.delivery else ""),
        ("自主办班", {True: "是", False: "否", None: ""}[application.is_self_run]),
        ("培训层次", "、".join(str(TitleLevel(code).label) for code in application.levels)),
        ("培训专业", "、".join(str(Specialty(code).label) for code in application.specialties)),
        ("考核方式", application.get_assessment_display() if application.assessment else ""),
        ("报名方式", application.registration),
    ]


def _a_day(days: Sequence[dict[str, Any]]) -> str:
    figures = sorted({day["hours"] for day in days})
    if not figures:
        return "—"
    span = _figure(figures[0]) if len(figures) == 1 else f"{_figure(figures[0])}至{_figure(figures[-1])}"
    return f"按每天{span}学时认定"


def _figure(hours: Decimal | None) -> str:
    return "" if hours is None else f"{hours.normalize():f}"
