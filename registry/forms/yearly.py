"""What the pages of a year's settings read in."""

from __future__ import annotations

from typing import Any

from django import forms

from registry.commands.yearly import CourseInput
from registry.queries.yearly import Window, platforms_for


def _day(label: str) -> forms.DateField:
    return forms.DateField(
        label=label,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "short"}),
        error_messages={"required": f"请选择{label}。", "invalid": f"{label}不正确，例如2026-01-01。"},
    )


class WindowForm(forms.Form):
    """When activities of the year may be claimed."""

    opens_on = _day("开始日期")
    closes_on = _day("截止日期")
    reason = forms.CharField(label="依据", max_length=300, error_messages={"required": "请写明依据。"})

    @staticmethod
    def initial_of(window: Window) -> dict[str, Any]:
        """The window as it stands."""
        return {"opens_on": window.opens_on, "closes_on": window.closes_on, "reason": window.reason}


class CourseForm(forms.Form):
    """One prescribed course; categories and platforms are those of the year's notice."""

    code = forms.CharField(label="课程编号", max_length=40, error_messages={"required": "请填写课程编号。"})
    name = forms.CharField(label="课程名称", max_length=120, error_messages={"required": "请填写课程名称。"})
    category = forms.ChoiceField(
        label="科目",
        error_messages={"required": "请选择科目。", "invalid_choice": "请选择列表中的科目。"},
    )
    hours = forms.DecimalField(
        label="学时",
        max_digits=8,
        widget=forms.NumberInput({"step": "0.1", "min": "0.1", "class": "short"}),
        error_messages={"required": "请填写学时。", "invalid": "学时应为数字。", "max_digits": "学时过大，请核对。"},
    )
    platform = forms.ChoiceField(
        label="学习平台",
        error_messages={"required": "请选择学习平台。", "invalid_choice": "请选择列表中的平台。"},
    )
    is_active = forms.BooleanField(label="有效", required=False, initial=True)

    def __init__(self, *args: Any, year: int, names: dict[str, str], fixed_code: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        allowed = platforms_for(year)
        platforms = {code: name for places in allowed.values() for code, name in places.items()}
        self.fields["category"].choices = [(code, names[code]) for code in names]  # type: ignore[attr-defined]
        self.fields["platform"].choices = list(platforms.items())  # type: ignore[attr-defined]
        if fixed_code:
            self.fields["code"].widget.attrs["readonly"] = True
            self.fields["code"].help_text = "编号不能更改；有误的，请停用后另行添加。"

    def course(self) -> CourseInput:
        """What the command takes."""
        return CourseInput(**self.cleaned_data)
