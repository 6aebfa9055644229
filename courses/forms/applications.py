"""The parts of a class application that are one form each. A draft may be incomplete, so nothing is required here."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms

from accounts.errors import InputError
from accounts.forms import TextField
from accounts.identity import check_telephone
from accounts.models import Organisation
from courses.commands.application_input import MOST_PEOPLE, ClassInput, UnitInput
from courses.models import Assessment, ClassApplication, Delivery
from registry.models.people import Specialty, TitleLevel

_PICK = {"invalid_choice": "请选择列表中的选项。", "invalid_list": "请选择列表中的选项。"}


class PartForm(forms.Form):
    """One part; `stamp` is what the part held when the page was shown (`courses.queries.parts.stamp_of`)."""

    stamp = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)


class UnitPartForm(PartForm):
    """What 附件1 prints of the unit beside its name and code."""

    unit_address = TextField(label="单位地址", most=120, required=False)
    contact_name = TextField(label="联系人", most=30, required=False)
    contact_phone = forms.CharField(
        label="联系电话", max_length=20, required=False, help_text="固定电话或手机号码，印在申请表“联系方式”一栏。"
    )

    def clean_contact_phone(self) -> str:
        """A landline or a mobile, when one is given."""
        text: str = self.cleaned_data["contact_phone"]
        try:
            return check_telephone(text, "contact_phone") if text else ""
        except InputError as error:
            raise forms.ValidationError(error.message, code=error.code) from error

    def unit(self) -> UnitInput:
        """What the command takes."""
        data = self.cleaned_data
        return UnitInput(data["unit_address"], data["contact_name"], data["contact_phone"])

    @staticmethod
    def initial_of(application: ClassApplication) -> dict[str, Any]:
        """What the part holds."""
        return {name: getattr(application, name) for name in ("unit_address", "contact_name", "contact_phone")}


class ClassPartForm(PartForm):
    """What the class is, whom it is for, and how it assesses (§三, §四)."""

    title = TextField(label="培训名称", most=100, required=False)
    content = TextField(
        label="培训主要内容",
        most=2000,
        lines=True,
        required=False,
        help_text="行业发展趋势、政策法规、技术规范和标准、新技术新工艺新材料等。",
    )
    place = TextField(label="培训地点", most=120, required=False, help_text="网络学习填写平台名称；面授填写详细地址。")
    delivery = forms.ChoiceField(
        label="培训形式", choices=Delivery.choices, required=False, widget=forms.RadioSelect, error_messages=_PICK
    )
    is_self_run = forms.TypedChoiceField(
        label="是否自主办班",
        choices=[("yes", "是，为本单位人员举办"), ("no", "否，面向其他单位人员")],
        coerce=lambda value: value == "yes",
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
        error_messages=_PICK,
    )
    levels = forms.MultipleChoiceField(
        label="培训层次",
        choices=TitleLevel.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="按学员的职称级别设置班次（四）。",
        error_messages=_PICK,
    )
    specialties = forms.MultipleChoiceField(
        label="培训专业",
        choices=Specialty.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages=_PICK,
    )
    assessment = forms.ChoiceField(
        label="考核方式",
        choices=Assessment.choices,
        required=False,
        widget=forms.RadioSelect,
        help_text="考核不合格的学员不列入学时登记汇总表。",
        error_messages=_PICK,
    )
    planned_number = forms.IntegerField(
        label="计划培训人数",
        required=False,
        min_value=1,
        max_value=MOST_PEOPLE,
        widget=forms.NumberInput({"class": "short", "inputmode": "numeric"}),
        error_messages={
            "invalid": "计划培训人数应为整数。",
            "min_value": f"计划培训人数应为1至{MOST_PEOPLE}。",
            "max_value": f"计划培训人数应为1至{MOST_PEOPLE}。",
        },
    )
    registration = TextField(
        label="报名方式（选填）",
        most=300,
        lines=True,
        required=False,
        help_text="核准后随培训班公布；请勿填写个人手机号码。",
    )

    def class_input(self) -> ClassInput:
        """What the command takes."""
        data = {name: value for name, value in self.cleaned_data.items() if name != "stamp"}
        return ClassInput(**{**data, "levels": tuple(data["levels"]), "specialties": tuple(data["specialties"])})

    @staticmethod
    def initial_of(application: ClassApplication) -> dict[str, Any]:
        """What the part holds."""
        names = [name for name in ClassPartForm.base_fields if name not in ("stamp", "is_self_run")]
        self_run = {True: "yes", False: "no", None: ""}[application.is_self_run]
        return {**{name: getattr(application, name) for name in names}, "is_self_run": self_run}


class NewForm(forms.Form):
    """For which unit; the `token` makes a form posted twice one draft."""

    token = forms.UUIDField(widget=forms.HiddenInput, error_messages={"required": "请重新打开页面后再试。"})
    unit = forms.ChoiceField(
        label="申请单位",
        widget=forms.RadioSelect,
        error_messages={"required": "请选择申请单位。", "invalid_choice": "请选择列表中的单位。"},
    )

    def __init__(self, *args: Any, units: Sequence[Organisation], **kwargs: Any) -> None:
        first = str(units[0].pk) if len(units) == 1 else None
        kwargs["initial"] = {"token": uuid.uuid4(), "unit": first, **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        self.units = {str(unit.pk): unit for unit in units}
        self.fields["unit"].choices = [(pk, unit.name) for pk, unit in self.units.items()]  # type: ignore[attr-defined]


class CopyForm(forms.Form):
    """A new application like an earlier one, whose timetable begins on another day."""

    token = forms.UUIDField(widget=forms.HiddenInput, error_messages={"required": "请重新打开页面后再试。"})
    first_day = forms.DateField(
        label="新的开班日期（选填）",
        required=False,
        help_text="填写后，原课程安排按相同的间隔移到新的日期；不填的，课程安排重新填写。",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "short"}),
        error_messages={"invalid": "开班日期不正确，例如2026-01-05。"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"token": uuid.uuid4(), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)


class HandInForm(forms.Form):
    """The promise, and why it is late when it is."""

    late_reason = TextField(
        label="逾期原因",
        most=300,
        lines=True,
        required=False,
        help_text="审核单位会看到，并决定是否受理；请勿填写身份证号和手机号码。",
    )
    declared = forms.BooleanField(
        label="我单位承诺所填内容和上传的材料真实、有效，并对其负责。",
        error_messages={"required": "请勾选承诺后再提交。"},
    )

    def __init__(self, *args: Any, late: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if late:
            self.fields["late_reason"].required = True
            self.fields["late_reason"].error_messages["required"] = "已不足规定的工作日，请写明逾期原因。"
        else:
            del self.fields["late_reason"]
