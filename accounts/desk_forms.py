"""What the system administrator's desk reads in."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.lists import ListFilter, SearchFilter
from accounts.models import Appointment, CityOffice, Organisation, Region, Role, User

PERSONAL_TYPED = "请勿在此输入完整的手机号码或身份证号，可改用姓名或用户名。"


class AccountFilter(ListFilter):
    """By name or user name, by role held today, by whether the account is open."""

    q = SearchFilter(label="姓名或用户名", method="find")
    role = django_filters.ChoiceFilter(label="现任角色", choices=Role.choices, empty_label="全部角色", method="of_role")
    state = django_filters.ChoiceFilter(
        label="状态",
        choices=[("open", "使用中"), ("closed", "已停用")],
        empty_label="全部",
        method="of_state",
    )

    class Meta:
        model = User
        fields: list[str] = []

    def find(self, users: QuerySet[User], _name: str, value: str) -> QuerySet[User]:
        """A beginning of the user name or of the name."""
        return users.filter(Q(username__startswith=value.lower()) | Q(display_name__startswith=value))

    def of_role(self, users: QuerySet[User], _name: str, value: str) -> QuerySet[User]:
        """Who holds the role today."""
        today = timezone.localdate()
        held = Appointment.objects.filter(user=OuterRef("pk"), role=value, valid_from__lte=today)
        return users.filter(Exists(held.exclude(valid_to__lt=today)))

    def of_state(self, users: QuerySet[User], _name: str, value: str) -> QuerySet[User]:
        """Open or closed."""
        return users.filter(is_active=value == "open")


class AccountForm(forms.Form):
    """A new account; its password is set through a one-time link."""

    username = forms.CharField(
        label="用户名",
        max_length=40,
        help_text="3至40个字符，以字母或汉字开头。",
        error_messages={"required": "请填写用户名。"},
    )
    display_name = forms.CharField(label="姓名", max_length=50, error_messages={"required": "请填写姓名。"})
    email = forms.EmailField(
        label="电子邮箱（选填）",
        required=False,
        error_messages={"invalid": "电子邮箱格式不正确，例如name@example.com。"},
    )
    phone = forms.CharField(label="手机号码（选填）", required=False, max_length=30, help_text="可用来登录；加密保存。")


class ChangeForm(forms.Form):
    """Name and e-mail address of an account."""

    display_name = forms.CharField(label="姓名", max_length=50, error_messages={"required": "请填写姓名。"})
    email = forms.EmailField(
        label="电子邮箱",
        required=False,
        error_messages={"invalid": "电子邮箱格式不正确，例如name@example.com。"},
    )


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(
        label="理由",
        max_length=300,
        widget=forms.Textarea({"rows": 2}),
        error_messages={"required": "请写明理由。", "max_length": "理由不能超过300字。"},
    )


def _day(label: str, *, required: bool = True, hint: str = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        help_text=hint,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "short"}),
        error_messages={"required": f"请选择{label}。", "invalid": f"{label}不正确，例如2026-01-01。"},
    )


class AppointmentForm(forms.Form):
    """A role, its region or unit, from–to."""

    role = forms.ChoiceField(
        label="角色", choices=[("", "请选择"), *Role.choices], error_messages={"required": "请选择角色。"}
    )
    region = forms.ModelChoiceField(
        label="地区",
        queryset=Region.objects.all(),
        required=False,
        empty_label="不适用",
        help_text="县（区）住建局选所在县（区），市学时办选市本级。",
    )
    organisation = forms.CharField(
        label="单位",
        required=False,
        max_length=100,
        help_text="单位管理员、培训承办单位填单位全称或统一社会信用代码。",
    )
    office = forms.TypedChoiceField(
        label="办公室",
        choices=[("", "不适用"), *CityOffice.choices],
        required=False,
        empty_value=None,
        coerce=CityOffice,
        help_text="仅任命“市学时办”角色时选择，不选为市学时办；印在其审核的培训班申请表上。",
    )
    valid_from = _day("开始日期")
    valid_to = _day("截止日期（选填）", required=False, hint="不填为长期。")

    def clean_organisation(self) -> Organisation | None:
        """The unit of exactly this name or code."""
        text: str = self.cleaned_data["organisation"].strip()
        if not text:
            return None
        found = Organisation.objects.filter(
            Q(name=text) | Q(uscc=text.upper()) | Q(old_code=text.upper()), is_active=True
        )
        unit = found.first()
        if unit is None:
            raise forms.ValidationError("没有找到这个单位，请填写登记的全称或代码。", code="unit_unknown")
        return unit

    def appointment(self) -> dict[str, Any]:
        """What the command takes."""
        return {**self.cleaned_data, "role": Role(self.cleaned_data["role"])}


class OfficeForm(ReasonForm):
    """For which of the city's two offices."""

    office = forms.TypedChoiceField(
        label="办公室", choices=CityOffice.choices, coerce=CityOffice, error_messages={"required": "请选择办公室。"}
    )
    field_order = ("office", "reason")


class EndForm(ReasonForm):
    """The last day of an appointment."""

    last_day = _day("截止日期")
    field_order = ("last_day", "reason")


class HandOverForm(ReasonForm):
    """Who takes over, and from which day."""

    to = forms.CharField(label="接任人的用户名", max_length=40, error_messages={"required": "请填写接任人的用户名。"})
    first_day = _day("接任日期", hint="原任职在前一日结束。")
    field_order = ("to", "first_day", "reason")

    def clean_to(self) -> User:
        """The open account of this user name."""
        user = User.objects.filter(username=self.cleaned_data["to"].strip().lower(), is_active=True).first()
        if user is None:
            raise forms.ValidationError("没有这个账号，或账号已停用。", code="user_unknown")
        return user
