"""What the pages of the working days read in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

LIKE = "2027-01-01 放假 元旦\n2027-01-02 放假 元旦\n2027-01-09 上班 调休"


class YearForm(forms.Form):
    """A year's arrangement, one special day a line."""

    year = forms.IntegerField(
        label="年份",
        min_value=2018,
        max_value=2099,
        error_messages={"required": "请填写年份。", "invalid": "年份应为四位数字。"},
    )
    source = forms.CharField(
        label="依据",
        max_length=120,
        help_text="放假安排通知的名称或文号。",
        error_messages={"required": "请写明依据，例如国务院办公厅通知的文号。"},
    )
    text = forms.CharField(
        label="放假和调休上班的日期",
        widget=forms.Textarea({"rows": 14, "class": "code", "placeholder": LIKE}),
        help_text="每行一天：日期、放假或上班、说明。平常的周末不用填写。",
        error_messages={"required": "请逐行填写放假和调休上班的日期。"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].widget.attrs["class"] = "short"


class DayForm(forms.Form):
    """One day set right."""

    day = forms.DateField(
        label="日期",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "short"}),
        error_messages={"required": "请选择日期。", "invalid": "日期不正确，例如2026-10-08。"},
    )
    is_working = forms.TypedChoiceField(
        label="当天",
        choices=[("0", "放假"), ("1", "上班")],
        coerce=lambda value: value == "1",
        error_messages={"required": "请选择放假或上班。"},
    )
    name = forms.CharField(label="说明（选填）", max_length=40, required=False)
    reason = forms.CharField(
        label="更正依据",
        max_length=300,
        error_messages={"required": "请写明依据。"},
    )

    def __init__(self, *args: Any, year: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.year = year

    def clean_day(self) -> Any:
        """A day of the year whose page this is."""
        day = self.cleaned_data["day"]
        if day.year != self.year:
            raise forms.ValidationError(f"请选择{self.year}年的日期。", code="other_year")
        return day


def next_year_wanted() -> int:
    """The year that an empty form offers."""
    return timezone.localdate().year + 1
