"""Self-registration of a practitioner (自助注册)."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from typing import Any, TypeVar

from django import forms

from accounts.errors import InputError
from accounts.forms import TextField
from accounts.identity import check_id_number, check_phone, normalise
from accounts.models import Region
from accounts.texts import check_name
from registry.commands.people import PersonInput
from registry.forms.links import UnitField
from registry.models import Specialty, TitleLevel

Checked = TypeVar("Checked")
_CHARACTER = "[\u3400-\u9fff\U00020000-\U0003ffff]"
_BETWEEN_CHARACTERS = re.compile(rf"(?<={_CHARACTER})[ \u3000]+(?={_CHARACTER})")
PASSWORD_HINT = "至少10个字符，不能全是数字，不能与姓名、手机号码相近。"  # noqa: S105 - a hint, not a password


def _said(label: str, **more: str) -> dict[str, str]:
    """What Django's own refusals say, with the field's name in them; never what was typed."""
    return {
        "required": f"请填写{label}。",
        "max_length": f"{label}过长，请核对。",
        "null_characters_not_allowed": f"{label}中有无法识别的字符，请重新填写。",
        **more,
    }


class SignUpForm(forms.Form):
    """Who one is, how one signs in, and where one works."""

    name = TextField(label="姓名", most=50, error_messages={"required": "请填写姓名。"})
    id_number = forms.CharField(
        label="身份证号",
        max_length=40,
        help_text="18位；加密保存，页面上只显示前6位和后4位。",
        error_messages=_said("身份证号"),
    )
    phone = forms.CharField(
        label="手机号码",
        max_length=30,
        help_text="可用来登录；加密保存，页面上只显示前3位和后4位。",
        error_messages=_said("手机号码"),
    )
    email = forms.EmailField(
        label="电子邮箱（选填）",
        required=False,
        max_length=254,
        help_text="忘记密码时，重设链接发到这个邮箱。",
        error_messages=_said("电子邮箱", invalid="电子邮箱格式不正确，例如name@example.com。"),
    )
    username = forms.CharField(
        label="用户名（选填）",
        required=False,
        max_length=40,
        help_text="不填则用手机号码登录。",
        error_messages=_said("用户名"),
    )
    password1 = forms.CharField(
        label="密码",
        strip=False,
        max_length=128,
        widget=forms.PasswordInput,
        help_text=PASSWORD_HINT,
        error_messages=_said("密码", required="请设置密码。"),
    )
    password2 = forms.CharField(
        label="再输一次密码",
        strip=False,
        max_length=128,
        widget=forms.PasswordInput,
        error_messages=_said("密码", required="请再输一次密码。"),
    )
    specialty = forms.ChoiceField(
        label="专业",
        choices=[("", "请选择"), *Specialty.choices],
        error_messages={"required": "请选择专业。", "invalid_choice": "请选择列表中的专业。"},
    )
    specialty_other = TextField(
        label="其他专业名称",
        required=False,
        most=30,
        help_text="上面选“其他”时填写。",
    )
    title_level = forms.ChoiceField(
        label="职称级别",
        choices=TitleLevel.choices,
        initial=TitleLevel.NONE,
        error_messages={"required": "请选择职称级别。", "invalid_choice": "请选择列表中的职称级别。"},
    )
    title = TextField(
        label="职称（选填）",
        required=False,
        most=30,
        help_text="例如：工程师、高级工程师、正高级工程师。",
    )
    organisation = UnitField(
        label="工作单位",
        required=False,
        error_messages=_said("工作单位"),
        help_text="输入单位名称或统一社会信用代码，从提示中选择。没有单位的请留空，改选下面的县（区）。",
    )
    region = forms.ModelChoiceField(
        label="所在县（区）",
        queryset=Region.objects.all(),
        required=False,
        empty_label="有单位的不用选",
        help_text="没有单位的人员由所选县（区）的住建部门审核。",
        error_messages={"invalid_choice": "请选择列表中的县（区）。"},
    )
    agree = forms.BooleanField(
        label="我已阅读并同意上述个人信息保存和使用说明",
        error_messages={"required": "请阅读个人信息说明并勾选同意。"},
    )

    county_known = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, hint in {
            "name": "name",
            "id_number": "off",
            "phone": "tel",
            "email": "email",
            "username": "username",
            "password1": "new-password",
            "password2": "new-password",
        }.items():
            self.fields[name].widget.attrs["autocomplete"] = hint
        self.fields["phone"].widget.input_type = "tel"

    def clean_name(self) -> str:
        """The name without the spaces that people type between two Chinese characters."""
        name = _BETWEEN_CHARACTERS.sub("", self.cleaned_data["name"])
        _checked(check_name, name)
        return name

    def clean_id_number(self) -> str:
        """Judged by check digit and birth date; an unknown county is only remembered."""
        checked = _checked(check_id_number, self.cleaned_data["id_number"])
        self.county_known = checked.county_known
        return checked.number

    def clean_phone(self) -> str:
        """A mobile number."""
        return _checked(check_phone, self.cleaned_data["phone"])

    def clean_username(self) -> str:
        """A name of one's own, never phone or ID number (it is not encrypted). Empty → one that nobody guesses."""
        name = normalise(self.cleaned_data["username"])
        if not name:
            return f"u{secrets.token_hex(6)}"
        if sum(letter.isdigit() for letter in name) > 10:
            raise forms.ValidationError(
                "用户名不要使用手机号码或身份证号；留空即可用手机号码登录。",
                code="username_personal",
            )
        return name

    def clean(self) -> dict[str, Any]:
        """What two fields together must say."""
        data: dict[str, Any] = super().clean() or {}
        first, second = data.get("password1"), data.get("password2")
        if first and second and first != second:
            self.add_error("password2", forms.ValidationError("两次输入的密码不一致。", code="password_mismatch"))
        if data.get("specialty") == Specialty.OTHER and not data.get("specialty_other"):
            self.add_error("specialty_other", forms.ValidationError("请写明专业名称。", code="specialty_other_missing"))
        if "organisation" in data and data["organisation"] is None and "region" in data and data["region"] is None:
            self.add_error("region", forms.ValidationError("没有单位的，请选择所在县（区）。", code="region_missing"))
        return data

    def person(self) -> PersonInput:
        """What the command takes. A written-in specialty counts only beside 其他."""
        data = self.cleaned_data
        other = data["specialty_other"] if data["specialty"] == Specialty.OTHER else ""
        return PersonInput(
            name=data["name"],
            id_number=data["id_number"],
            phone=data["phone"],
            specialty=data["specialty"],
            specialty_other=other,
            title=data["title"],
            title_level=data["title_level"],
            organisation=data["organisation"],
            region=data["region"],
        )


def _checked(check: Callable[[str], Checked], text: str) -> Checked:
    """What `check` makes of the text; its InputError becomes the error of the field being cleaned."""
    try:
        return check(text)
    except InputError as error:
        raise forms.ValidationError(error.message, code=error.code) from error
