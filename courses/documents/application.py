"""附件1 as a PDF: the form on A4, then the class plan on a page of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from courses.documents import words
from courses.documents.papers import ApplicationForm, ClassPlan, Endorsement, LessonLine, OfficeOpinion
from hours_rules.types import Notice
from office.documents.pdf import render

TEMPLATE = Path(__file__).parent / "templates" / "application.typ"
LABELS = {
    "unit": "单位名称",
    "code": "组织机构\n代\u3000码",
    "address": "单位地址",
    "contact": "联系方式",
    "title": "培训名称",
    "place": "培训地点",
    "content": "培训主要内容",
    "period": "培训时间",
    "hours": "培训学时",
    "planned": "计划培\n训人数",
}
LECTURER_COLUMNS = ("姓名", "单位", "职称")
LESSON_COLUMNS = ("日期", "时间", "课程内容", "授课教师", "学时")
ENDORSED = "经审查，同意该单位自主举办本培训班。"


def as_pdf(form: ApplicationForm, notice: Notice) -> bytes:
    """The printed form; typed text stays text, blanks stay blank."""
    return render(TEMPLATE, page(form, notice))


def page(form: ApplicationForm, notice: Notice) -> dict[str, Any]:
    """Everything that stands on the pages, in the words they print."""
    return {
        "form_title": words.TITLE_1,
        "labels": LABELS | {"opinion": words.opinion_label(notice)},
        "number": f"受理编号：{form.number}" if form.number else "",
        "unit": form.unit,
        "code": form.code,
        "address": form.address,
        "contact": form.contact,
        "title": form.title,
        "place": form.place,
        "content": form.content,
        "period": words.period(form.first_day, form.last_day, form.days),
        "hours": words.hours_asked(form.daily_hours, form.hours),
        "planned": "" if form.planned is None else str(form.planned),
        "opinion": opinion(form.opinion),
        "stamped": words.day(None),
        "notes": words.notes(notice),
        "plan": None if form.plan.is_empty else _plan(form.plan),
        "footer": footer(form),
    }


def opinion(given: OfficeOpinion | None) -> dict[str, str]:
    """The office's box: the sentence, who examined, whose seal, the day."""
    return {
        "agreed": words.agreed(given.hours if given else None),
        "reviewer": given.reviewer if given else "",
        "office": given.office if given else "",
        "day": words.day(given.on if given else None),
    }


def endorsement(given: Endorsement) -> dict[str, str]:
    """The county bureau's box on the class plan."""
    return {
        "words": "\n".join(part for part in (ENDORSED, given.remark) if part),
        "reviewer": given.reviewer,
        "office": given.office,
        "day": words.day(given.on),
    }


def lesson(line: LessonLine) -> tuple[str, ...]:
    """A line of the timetable."""
    times = f"{line.starts:%H:%M}-{line.ends:%H:%M}" if line.starts and line.ends else "不限"
    return (words.day(line.on), times, line.topic, line.lecturer, words.figure(line.hours))


def footer(form: ApplicationForm) -> str:
    """What the foot of each page says of the form."""
    return "\u3000".join(part for part in (form.number, form.standing) if part)


def _plan(plan: ClassPlan) -> dict[str, Any]:
    return {
        "title": words.PLAN_TITLE,
        "facts": plan.facts,
        "lecturer_columns": LECTURER_COLUMNS,
        "lecturers": [(each.name, each.unit, each.title) for each in plan.lecturers],
        "lesson_columns": LESSON_COLUMNS,
        "lessons": [lesson(each) for each in plan.lessons],
        "endorsement": endorsement(plan.endorsement) if plan.endorsement else None,
    }
