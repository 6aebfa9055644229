"""What the decision page shows of an application: the lines of 附件1, its timetable by day, its files."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.formats import date_format

from courses.models import Attachment, ClassApplication
from registry.models.people import Specialty, TitleLevel


def form_lines(application: ClassApplication, days: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The lines of 附件1 in its order, then what the portal asks besides (§三, §四)."""
    first, last = (
        date_format(day, "Y年n月j日") if day else "" for day in (application.first_day, application.last_day)
    )
    rows = [
        ("单位名称", application.unit_name),
        ("组织机构代码", application.unit_code),
        ("单位地址", application.unit_address),
        ("联系方式", f"{application.contact_name}　{application.contact_phone}".strip()),
        ("培训名称", application.title),
        ("培训地点", application.place),
        ("培训主要内容", application.content),
        ("培训时间", f"{first}至{last}，共{application.day_count}天"),
        ("培训学时", f"{_a_day(days)}，共计{_figure(application.asked_hours)}学时"),
        ("计划培训人数", f"{application.planned_number}人" if application.planned_number else ""),
        ("培训形式", application.get_delivery_display()),
        ("自主办班", "是" if application.is_self_run else "否"),
        ("培训层次", "、".join(str(TitleLevel(code).label) for code in application.levels)),
        ("培训专业", "、".join(str(Specialty(code).label) for code in application.specialties)),
        ("考核方式", application.get_assessment_display()),
        ("报名方式", application.registration),
    ]
    return [{"key": key, "value": value or "—"} for key, value in rows]


def days_of(application: ClassApplication) -> list[dict[str, Any]]:
    """The timetable day by day, each with the sum of its hours."""
    found: dict[Any, dict[str, Any]] = {}
    for session in application.sessions.all():
        day = found.setdefault(session.day, {"day": session.day, "sessions": [], "hours": Decimal(0)})
        day["sessions"].append(session)
        day["hours"] += session.hours
    return list(found.values())


def file_meta(file: Attachment) -> str:
    """Size and moment of a file."""
    return f"{filesizeformat(file.size)}，{date_format(timezone.localtime(file.added_at), 'Y-m-d H:i')}上传"


def _a_day(days: list[dict[str, Any]]) -> str:
    figures = sorted({day["hours"] for day in days})
    if not figures:
        return "—"
    span = _figure(figures[0]) if len(figures) == 1 else f"{_figure(figures[0])}至{_figure(figures[-1])}"
    return f"按每天{span}学时认定"


def _figure(hours: Decimal | None) -> str:
    return "" if hours is None else f"{hours.normalize():f}"
