"""Forms of the accounts room. Labels and errors are what an office would write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm, PasswordResetForm, SetPasswordForm

from accounts.commands.users import check_password_rules, password_change
from accounts.errors import DomainError, InputError
from accounts.texts import check_text

if TYPE_CHECKING:
    from accounts.models import User

PASSWORD_HINT = "至少10个字符，不能全是数字，不能过于常见，不能与姓名、用户名或手机号码相近。"  # noqa: S105 - a hint


def add_domain_error(form: forms.BaseForm, error: DomainError) -> None:
    """Put a command's refusal on the field it names, or above the form when the form has no such field."""
    field = error.field if error.field in form.fields else None
    form.add_error(field, forms.ValidationError(error.message, code=error.code))


class TextField(forms.CharField):
    """Text that a command will judge: the same codes and messages here, so that one round tells every mistake.

    `most` characters; `lines` and `number` as in `accounts.texts.check_text`.
    """

    def __init__(self, *, most: int, lines: bool = False, number: bool = False, **kwargs: Any) -> None:
        if lines:
            kwargs.setdefault("widget", forms.Textarea({"rows": 3}))
        super().__init__(max_length=most, **kwargs)
        self.lines, self.number = lines, number
        self.validators = [self._judge]

    def _judge(self, text: str) -> None:
        label = str(self.label).removesuffix("（选填）")
        try:
            check_text(text, "", label, self.max_length, lines=self.lines, number=self.number)
        except InputError as error:
            raise forms.ValidationError(error.message, code=error.code) from error


def _ask(form: forms.BaseForm, name: str, label: str) -> None:
    form.fields[name].label = label
    form.fields[name].error_messages["required"] = f"请填写{label}。"


class SignInForm(AuthenticationForm):
    """Sign-in by user name or phone."""

    error_messages = {
        "invalid_login": "用户名（手机号码）或密码不正确，请重新输入。连续输错5次将锁定15分钟。",
        "inactive": "该账号已停用，请联系系统管理员。",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _ask(self, "username", "用户名或手机号码")
        _ask(self, "password", "密码")


class _NewPasswordMixin:
    """Labels, hint and rules of a new password given twice; saved through the command."""

    user: User

    def name_fields(self) -> None:
        """Called when the fields stand."""
        _ask(self, "new_password1", "新密码")  # type: ignore[arg-type]
        _ask(self, "new_password2", "再输一次新密码")  # type: ignore[arg-type]
        fields = self.fields  # type: ignore[attr-defined]
        fields["new_password1"].help_text = PASSWORD_HINT
        fields["new_password2"].help_text = ""
        fields["new_password2"].error_messages["required"] = "请再输一次新密码。"

    def validate_password_for_user(self, user: User, _field: str = "") -> None:
        """The rules of the command, shown at the first of the two fields."""
        password = self.cleaned_data.get("new_password2")  # type: ignore[attr-defined]
        if password:
            try:
                check_password_rules(password, user, "new_password1")
            except InputError as error:
                add_domain_error(self, error)  # type: ignore[arg-type]

    def save(self, commit: bool = True) -> User:  # noqa: ARG002
        """Through the one door; `commit` is Django's and always true here."""
        password = self.cleaned_data["new_password1"]  # type: ignore[attr-defined]
        return password_change(actor=self.user, user=self.user, password=password)


class ChangePasswordForm(_NewPasswordMixin, PasswordChangeForm):
    """Old password, new one twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name_fields()
        _ask(self, "old_password", "现在的密码")
        self.error_messages = {**self.error_messages, "password_incorrect": "现在的密码不正确，请重新输入。"}


class NewPasswordForm(_NewPasswordMixin, SetPasswordForm):  # type: ignore[type-arg]
    """A new password twice, behind a one-time link."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name_fields()


class ResetRequestForm(PasswordResetForm):
    """The e-mail address that a reset link goes to."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _ask(self, "email", "注册时填写的电子邮箱")
        self.fields["email"].error_messages["invalid"] = "电子邮箱格式不正确，例如name@example.com。"


class CodeForm(forms.Form):
    """A code of the authenticator app; with `recovery`, a recovery code will do too."""

    code = forms.CharField(label="验证码", max_length=20, error_messages={"required": "请输入验证码。"})

    def __init__(self, *args: Any, recovery: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hint = "打开手机上的身份验证器，输入6位数字。"
        self.fields["code"].help_text = f"{hint}手机不在身边的，可输入一个备用恢复码。" if recovery else hint
        attrs = {"autocomplete": "one-time-code", "autofocus": True, "class": "short"}
        self.fields["code"].widget.attrs.update(attrs if recovery else {**attrs, "inputmode": "numeric"})
