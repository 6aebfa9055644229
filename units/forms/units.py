"""What is stated of a unit: in its application, and when an office changes it."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms

from accounts.commands.organisations import OrganisationInput
from accounts.errors import InputError
from accounts.forms import PASSWORD_HINT, TextField
from accounts.identity import check_org_code, check_phone, check_telephone, check_uscc
from accounts.models import Business, OrganisationKind, Region
from accounts.texts import check_name
from units.commands.application_input import AccountInput

_NULL = "null_characters_not_allowed"


def _said(label: str) -> dict[str, str]:
    return {
        "required": f"请填写{label}。",
        "max_length": f"{label}过长，请核对。",
        _NULL: f"{label}中有无法识别的字符，请重新填写。",
    }


def _picked(label: str) -> dict[str, str]:
    return {"required": f"请选择{label}。", "invalid_choice": f"请选择列表中的{label}。"}


class UnitForm(forms.Form):
    """The unit itself. Codes and telephone are judged as the command judges them, so that one round tells all."""

    name = TextField(
        label="单位名称", most=100, help_text="与营业执照或法人证书一致。", error_messages=_said("单位名称")
    )
    uscc = forms.CharField(
        label="统一社会信用代码", max_length=40, required=False, help_text="18位。", error_messages=_said("代码")
    )
    old_code = forms.CharField(
        label="组织机构代码（选填）",
        max_length=20,
        required=False,
        help_text="9位；尚未换发统一社会信用代码的单位填写。",
        error_messages=_said("代码"),
    )
    kind = forms.ChoiceField(
        label="单位性质", choices=[("", "请选择"), *OrganisationKind.choices], error_messages=_picked("单位性质")
    )
    business = forms.ChoiceField(
        label="业务类别",
        choices=[("", "请选择"), *Business.choices],
        help_text="建筑施工企业和工程设计单位自主办班须先经属地住建部门审查（三（二））。",
        error_messages=_picked("业务类别"),
    )
    region = forms.ModelChoiceField(
        label="属地",
        queryset=Region.objects.all(),
        empty_label="请选择",
        help_text="市属单位选市本级，其他单位选所在县（区）。",
        error_messages=_picked("属地"),
    )
    address = TextField(label="单位地址", most=120, error_messages=_said("单位地址"))
    contact_name = TextField(label="联系人", most=30, error_messages=_said("联系人"))
    phone = forms.CharField(
        label="联系电话", max_length=20, help_text="固定电话或手机号码。", error_messages=_said("联系电话")
    )

    def clean_uscc(self) -> str:
        """A USCC, when one is given."""
        text: str = self.cleaned_data["uscc"]
        return _checked(check_uscc, text) if text else ""

    def clean_old_code(self) -> str:
        """An old code, when one is given."""
        text: str = self.cleaned_data["old_code"]
        return _checked(check_org_code, text) if text else ""

    def clean_phone(self) -> str:
        """A landline or a mobile."""
        return _checked(check_telephone, self.cleaned_data["phone"])

    def clean(self) -> dict[str, Any]:
        """One of the two codes must be there."""
        data: dict[str, Any] = super().clean() or {}
        if "uscc" in data and "old_code" in data and not data["uscc"] and not data["old_code"]:
            message = "请填写统一社会信用代码；尚未换发的填组织机构代码。"
            self.add_error("uscc", forms.ValidationError(message, code="code_missing"))
        return data

    def unit(self) -> OrganisationInput:
        """What the command takes."""
        data = self.cleaned_data
        return OrganisationInput(
            name=data["name"],
            kind=OrganisationKind(data["kind"]),
            region=data["region"],
            uscc=data["uscc"],
            old_code=data["old_code"],
            business=Business(data["business"]),
            address=data["address"],
            contact_name=data["contact_name"],
            phone=data["phone"],
        )

    @staticmethod
    def initial_of(unit: Any) -> dict[str, Any]:
        """What a unit or an application states now."""
        names = ("name", "uscc", "old_code", "kind", "business", "region", "address", "contact_name", "phone")
        return {name: getattr(unit, name) for name in names}


class ApplyForm(UnitForm):
    """An application; `token` makes a form posted twice one application."""

    token = forms.UUIDField(widget=forms.HiddenInput, error_messages={"required": "请重新打开申请页面后填写。"})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"token": uuid.uuid4(), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)


class VisitorApplyForm(ApplyForm):
    """An application of somebody without an account: who they are, and how they will sign in."""

    applicant_name = TextField(label="申请人姓名", most=50, error_messages=_said("姓名"))
    mobile = forms.CharField(
        label="申请人手机号码",
        max_length=30,
        help_text="可用来登录；加密保存。",
        error_messages=_said("手机号码"),
        widget=forms.TextInput({"type": "tel", "autocomplete": "tel"}),
    )
    username = forms.CharField(
        label="用户名",
        max_length=40,
        help_text="3至40个字符，以字母或汉字开头。",
        error_messages=_said("用户名"),
        widget=forms.TextInput({"autocomplete": "username"}),
    )
    password1 = forms.CharField(
        label="密码",
        strip=False,
        max_length=128,
        help_text=PASSWORD_HINT,
        error_messages={**_said("密码"), "required": "请设置密码。"},
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )
    password2 = forms.CharField(
        label="再输一次密码",
        strip=False,
        max_length=128,
        error_messages={**_said("密码"), "required": "请再输一次密码。"},
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )
    ACCOUNT = ("applicant_name", "mobile", "username", "password1", "password2")

    def clean_applicant_name(self) -> str:
        """A person's name."""
        name: str = self.cleaned_data["applicant_name"]
        _checked(check_name, name)
        return name

    def clean_mobile(self) -> str:
        """A mobile number."""
        return _checked(check_phone, self.cleaned_data["mobile"])

    def clean(self) -> dict[str, Any]:
        """Both passwords are the same."""
        data = super().clean()
        first, second = data.get("password1"), data.get("password2")
        if first and second and first != second:
            self.add_error("password2", forms.ValidationError("两次输入的密码不一致。", code="password_mismatch"))
        return data

    def account(self) -> AccountInput:
        """What the command takes."""
        data = self.cleaned_data
        return AccountInput(data["applicant_name"], data["mobile"], data["username"], data["password1"])


class ChangeForm(UnitForm):
    """Changed facts of a registered unit, and why."""

    reason = TextField(label="变更理由", most=500, lines=True, error_messages={"required": "请写明理由。"})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("address", "contact_name", "phone"):
            self.fields[name].required = False

    def clean_phone(self) -> str:
        """A landline or a mobile, when one is given."""
        text: str = self.cleaned_data["phone"]
        return _checked(check_telephone, text) if text else ""


class OtherUnitForm(forms.Form):
    """The record to merge, by its whole name or code; open or closed."""

    other = forms.CharField(
        label="要并入的单位",
        max_length=100,
        help_text="填写另一条记录的单位全称或代码。",
        error_messages={**_said("要并入的单位"), "required": "请填写要并入的单位全称或代码。"},
    )


def _checked(check: Any, text: str) -> str:
    """What `check` makes of the text; its InputError becomes the error of the field being cleaned."""
    try:
        checked = check(text)
    except InputError as error:
        raise forms.ValidationError(error.message, code=error.code) from error
    return str(checked)
