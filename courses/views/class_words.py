"""How pages speak of an approved class: for whom, when, and how far it has come."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format

from courses.models import TrainingClass
from courses.states import ApplicationState
from hours_rules.types import LegalBasis
from registry.models.people import Specialty, TitleLevel
from registry.queries.notices import notice_on


def levels(training_class: TrainingClass) -> str:
    """The levels of title it is meant for."""
    return "、".join(str(TitleLevel(code).label) for code in training_class.application.levels)


def specialties(training_class: TrainingClass) -> str:
    """The specialties it is meant for."""
    return "、".join(str(Specialty(code).label) for code in training_class.application.specialties)


def days(training_class: TrainingClass) -> str:
    """From when to when, and on how many days it teaches."""
    first, last = (date_format(day, "Y年n月j日") for day in (training_class.first_day, training_class.last_day))
    span = first if first == last else f"{first}至{last}"
    return f"{span}，共{training_class.day_count}天"


def stage(training_class: TrainingClass) -> dict[str, str]:
    """How far it has come today, as a status tag: its state for the colour, its words."""
    today: date = timezone.localdate()
    if training_class.application.state == ApplicationState.CANCELLED:
        return {"state": "cancelled", "label": "已取消"}
    if today < training_class.first_day:
        return {"state": "open", "label": f"距开班{(training_class.first_day - today).days}天"}
    if today <= training_class.last_day:
        left = (training_class.last_day - today).days
        return {"state": "done", "label": f"进行中，还有{left}天" if left else "进行中，今日结束"}
    return {"state": "draft", "label": "已结束"}


def facts(training_class: TrainingClass) -> list[dict[str, Any]]:
    """What everybody may know of a class; nothing of persons."""
    application = training_class.application
    rows = [
        ("培训单位", application.unit_name),
        ("培训时间", days(training_class)),
        ("培训地点", application.place),
        ("培训形式", _delivery(training_class)),
        ("培训层次", levels(training_class)),
        ("培训专业", specialties(training_class)),
        ("考核方式", application.get_assessment_display()),
        ("计划培训人数", f"{application.planned_number}人" if application.planned_number else ""),
        ("培训主要内容", application.content),
    ]
    return [{"key": key, "value": value or "—"} for key, value in rows]


def legal_bases(training_class: TrainingClass) -> tuple[LegalBasis, ...]:
    """The documents that the notice of its last day rests on."""
    return notice_on(training_class.last_day).legal_bases


def _delivery(training_class: TrainingClass) -> str:
    application = training_class.application
    return f"{application.get_delivery_display()}{'（自主办班）' if application.is_self_run else ''}"
