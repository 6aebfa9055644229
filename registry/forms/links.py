"""A person's unit as they type it, and what the pages of joining and leaving one read in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.urls import reverse_lazy

from accounts.models import Organisation, Region
from registry.queries.people import unit_called, units_like


class UnitField(forms.CharField):
    """The unit meant by what was typed: its name, its code, or the only one whose name has these words.

    Offers units while one types (htmx, `list="units"`). Cleans to an Organisation, or None for an empty text.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 100, **kwargs})
        self.widget.attrs.update(
            {
                "autocomplete": "off",
                "list": "units",
                "hx-get": reverse_lazy("registry:sign_up_units"),
                "hx-trigger": "input changed delay:300ms",
                "hx-target": "#units",
            }
        )

    def clean(self, value: Any) -> Organisation | None:
        """Errors `unit_unknown` and `unit_ambiguous`, the latter with up to five names."""
        text: str = super().clean(value)
        if not text:
            return None
        if exact := unit_called(text):
            return exact
        found = units_like(text, limit=5)
        if len(found) == 1:
            return found[0]
        if not found:
            raise forms.ValidationError(
                "没有找到这家单位。请核对单位全称；单位尚未登记的，请先办理单位登记，或联系属地住建部门。",
                code="unit_unknown",
            )
        names = "、".join(unit.name for unit in found)
        raise forms.ValidationError(f"有多家单位与所填名称相符，请写全称：{names}。", code="unit_ambiguous")


class AskForm(forms.Form):
    """The unit one wants to be taken into."""

    organisation = UnitField(
        label="单位名称或统一社会信用代码",
        error_messages={
            "required": "请填写要加入的单位。",
            "null_characters_not_allowed": "单位名称中有无法识别的字符。",
        },
        help_text="输入后从提示中选择；单位或属地住建部门确认后生效。",
    )


class LeaveForm(forms.Form):
    """Where one is reviewed without a unit."""

    region = forms.ModelChoiceField(
        label="离开后由哪里审核",
        queryset=Region.objects.all(),
        empty_label="请选择县（区）",
        help_text="没有单位期间，新提交的申报由所选县（区）的住建部门审核。",
        error_messages={"required": "请选择县（区）。", "invalid_choice": "请选择列表中的县（区）。"},
    )


class CodeForm(forms.Form):
    """The code that came by SMS."""

    code = forms.CharField(
        label="短信验证码",
        max_length=20,
        widget=forms.TextInput({"autocomplete": "one-time-code", "inputmode": "numeric", "class": "short"}),
        error_messages={"required": "请输入短信验证码。"},
    )
