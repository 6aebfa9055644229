"""The parts of an application: what each holds, a stamp of it against lost updates, and what is not filled in yet."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.utils.crypto import salted_hmac

from courses.models import ApplicationPart, ClassApplication

UNIT_FIELDS = {"unit_address": "单位地址", "contact_name": "联系人", "contact_phone": "联系电话"}
CLASS_FIELDS = {
    "title": "培训名称",
    "content": "培训主要内容",
    "place": "培训地点",
    "delivery": "培训形式",
    "is_self_run": "是否自主办班",
    "levels": "培训层次",
    "specialties": "培训专业",
    "assessment": "考核方式",
    "planned_number": "计划培训人数",
    "registration": "报名方式",
}
LECTURER_FIELDS = {"name": "姓名", "unit": "单位", "title": "职称"}
_OPTIONAL = ("registration",)
_P = ApplicationPart


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that must be filled in before the application can be handed in."""

    part: ApplicationPart
    field: str
    words: str


def stamp_of(application: ClassApplication, part: ApplicationPart) -> str:
    """A fingerprint of what the part holds now: a form shown earlier and posted later brings back an older one."""
    text = json.dumps(values_of(application, part), default=str, ensure_ascii=False)
    return salted_hmac("courses.application_part", f"{application.pk}:{part}:{text}").hexdigest()[:20]


def values_of(application: ClassApplication, part: ApplicationPart) -> Any:
    """What the part holds, in plain values."""
    if part == _P.UNIT:
        return [getattr(application, name) for name in UNIT_FIELDS]
    if part == _P.CLASS:
        return [getattr(application, name) for name in CLASS_FIELDS]
    if part == _P.LECTURERS:
        return list(application.lecturers.order_by("order", "id").values_list("id", *LECTURER_FIELDS))
    if part == _P.TIMETABLE:
        columns = ("day", "starts", "ends", "hours", "topic", "lecturer_id")
        return sorted(
            ([str(value) for value in row] for row in application.sessions.values_list(*columns)),
        )
    return list(application.attachments.order_by("id").values_list("id", flat=True))


def missing_in(application: ClassApplication) -> list[Missing]:
    """What is not filled in yet, part by part. Attachments are conditions (`courses.queries.conditions`)."""
    found = [
        Missing(part, name, label)
        for part, fields in ((_P.UNIT, UNIT_FIELDS), (_P.CLASS, CLASS_FIELDS))
        for name, label in fields.items()
        if name not in _OPTIONAL and getattr(application, name) in ("", None, [])
    ]
    lecturers = list(application.lecturers.all())
    if not lecturers:
        found.append(Missing(_P.LECTURERS, "lecturers", "至少一名授课教师"))
    for number, lecturer in enumerate(lecturers, start=1):
        found += [
            Missing(_P.LECTURERS, "lecturers", f"第{number}名教师的{label}")
            for name, label in LECTURER_FIELDS.items()
            if not getattr(lecturer, name)
        ]
    sessions = list(application.sessions.all())
    if not sessions:
        found.append(Missing(_P.TIMETABLE, "timetable", "课程安排"))
    for number, session in enumerate(sessions, start=1):
        if not session.topic:
            found.append(Missing(_P.TIMETABLE, "timetable", f"第{number}行的课程内容"))
    return found


def is_empty(application: ClassApplication, part: ApplicationPart) -> bool:
    """Whether nothing at all stands in the part."""
    if part in (_P.UNIT, _P.CLASS):
        return all(value in ("", None, []) for value in values_of(application, part))
    rows: Any = {"lecturers": application.lecturers, "timetable": application.sessions}
    return not rows.get(part, application.attachments).all()
