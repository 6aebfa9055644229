"""Lecturers and timetable: any number of rows on one page, with or without JavaScript.

The rows are named `rows-0-…`, `rows-1-…`; `rows` says how many the page showed. A row left empty, or taken away, is one
that says nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

from django import forms
from django.http import QueryDict

from accounts.errors import DomainError
from accounts.forms import TextField
from courses.commands.application_input import MOST_SESSIONS, LecturerInput, SessionInput
from courses.models import ClassApplication
from hours_rules.classes import taught_hours
from hours_rules.types import ClassRules

MOST_ROWS = MOST_SESSIONS + 10
_INVALID_TIME = {"invalid": "时间不正确，例如08:30。"}
Row = TypeVar("Row", bound="RowForm")


class RowForm(forms.Form):
    """One row; `number` as its page counts it."""

    def __init__(self, data: QueryDict | None = None, *, index: int, initial: dict[str, Any] | None = None) -> None:
        self.index, self.number = index, index + 1
        super().__init__(data, prefix=f"rows-{index}", initial=initial)


class LecturerRow(RowForm):
    """One lecturer."""

    pk = forms.IntegerField(required=False, widget=forms.HiddenInput)
    name = TextField(label="姓名", most=50, required=False)
    unit = TextField(label="单位", most=100, required=False)
    title = TextField(label="职称", most=30, required=False, widget=forms.TextInput({"list": "lecturer-titles"}))

    def lecturer(self) -> LecturerInput:
        """What the command takes."""
        data = self.cleaned_data
        return LecturerInput(data["name"], data["unit"], data["title"], data["pk"])


class SessionRow(RowForm):
    """One line of the timetable; the initial `worked_out` are the hours of its times, where they are known."""

    day = forms.DateField(
        label="日期",
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": "日期不正确，例如2026-01-05。"},
    )
    starts = forms.TimeField(
        label="开始",
        required=False,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        error_messages=_INVALID_TIME,
    )
    ends = forms.TimeField(
        label="结束",
        required=False,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        error_messages=_INVALID_TIME,
    )
    topic = TextField(label="课程内容", most=120, required=False)
    lecturer = forms.TypedChoiceField(
        label="授课教师",
        required=False,
        coerce=int,
        empty_value=None,
        error_messages={"invalid_choice": "请选择已填写的授课教师。"},
    )
    hours = forms.DecimalField(
        label="学时",
        required=False,
        max_digits=5,
        decimal_places=1,
        widget=forms.NumberInput({"step": "0.1", "min": "0.1", "inputmode": "decimal"}),
        error_messages={
            "invalid": "学时应为数字。",
            "max_decimal_places": "学时最多一位小数。",
            "max_digits": "学时过大，请核对。",
            "max_whole_digits": "学时过大，请核对。",
        },
    )

    def __init__(
        self, data: QueryDict | None = None, *, lecturers: Sequence[tuple[int, str]] = (), **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        self.fields["lecturer"].choices = [("", "未定"), *lecturers]  # type: ignore[attr-defined]
        if worked_out := self.initial.get("worked_out"):
            self.fields["hours"].help_text = f"折算{worked_out.normalize():f}学时"

    def session(self) -> SessionInput:
        """What the command takes."""
        return SessionInput(**self.cleaned_data, row=self.index)


def typed(form: type[Row], data: QueryDict, **more: Any) -> list[Row]:
    """The rows of a page that was sent, without the one whose 删除 was pressed."""
    count = data.get("rows", "")
    shown = min(int(count), MOST_ROWS) if count.isascii() and count.isdigit() and len(count) < 6 else 0
    gone = data.get("remove", "")
    return [form(data, index=index, **more) for index in range(shown) if str(index) != gone]


def lecturer_rows(application: ClassApplication, *, blank: int) -> list[LecturerRow]:
    """The lecturers as rows, with some blank ones behind."""
    there = [
        {"pk": one.pk, "name": one.name, "unit": one.unit, "title": one.title} for one in application.lecturers.all()
    ]
    return [LecturerRow(index=index, initial=initial) for index, initial in enumerate([*there, *({},) * blank])]


def session_rows(application: ClassApplication, rules: ClassRules, *, blank: int) -> list[SessionRow]:
    """The timetable as rows. Hours stand in their field only where they are not what the times come to."""
    lecturers = lecturers_of(application)
    there = []
    for one in application.sessions.all():
        taught = taught_hours(one.starts, one.ends, rules) if one.starts and one.ends else None
        there.append(
            {
                "day": one.day,
                "starts": one.starts,
                "ends": one.ends,
                "topic": one.topic,
                "lecturer": one.lecturer_id,
                "hours": None if one.hours == taught else one.hours.normalize(),
                "worked_out": taught,
            }
        )
    rows = [*there, *({},) * blank]
    return [SessionRow(index=index, initial=initial, lecturers=lecturers) for index, initial in enumerate(rows)]


def lecturers_of(application: ClassApplication) -> list[tuple[int, str]]:
    """The lecturers to choose from; one without a name yet is told by the number of their row."""
    there = application.lecturers.all()
    return [(one.pk, one.name or f"第{number}名教师") for number, one in enumerate(there, start=1)]


def refuse(rows: Sequence[RowForm], error: DomainError) -> str:
    """Put a command's refusal on the row and field it names; the message itself when no row has that field."""
    by_name: Mapping[str, tuple[RowForm, str]] = {
        row.add_prefix(name): (row, name) for row in rows for name in row.fields
    }
    if error.field not in by_name:
        return error.message
    row, name = by_name[error.field]
    message = error.message.removeprefix(f"第{row.number}行：")  # the page says the row itself
    row.add_error(name, forms.ValidationError(message, code=error.code))
    return ""


class RepeatForm(forms.Form):
    """Copy the lessons of one day to another, or to each day of a period."""

    source = forms.TypedChoiceField(
        label="把这一天的课程",
        coerce=date.fromisoformat,
        error_messages={"required": "请选择要复制的日期。", "invalid_choice": "请选择列表中的日期。"},
    )
    first = forms.DateField(
        label="复制到",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"required": "请选择复制到哪一天。", "invalid": "日期不正确，例如2026-01-05。"},
    )
    last = forms.DateField(
        label="直到（选填）",
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": "日期不正确，例如2026-01-05。"},
    )

    def __init__(self, *args: Any, days: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(day.isoformat(), f"{day.year}年{day.month}月{day.day}日") for day in days]
        self.fields["source"].choices = choices  # type: ignore[attr-defined]
