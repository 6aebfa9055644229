"""Qualifications and filings as their pages read them in, and decisions with their reason."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils import timezone

from accounts.forms import TextField
from registry.forms.evidence import ACCEPT
from units.commands.filings import FilingInput
from units.commands.qualifications import QualificationInput
from units.models import Bureau
from units.queries.papers import grades_on


def _day(label: str, *, required: bool = True, hint: str = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        help_text=hint,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "short"}),
        error_messages={"required": f"请选择{label}。", "invalid": f"{label}不正确，例如2026-01-01。"},
    )


class _PaperForm(forms.Form):
    """The proof, and a token that makes a form posted twice one paper."""

    token = forms.UUIDField(widget=forms.HiddenInput, error_messages={"required": "请重新打开页面后填写。"})
    file = forms.FileField(
        label="证明材料",
        required=False,
        allow_empty_file=True,
        help_text="PDF、OFD、JPG或PNG，不超过20MB。",
        widget=forms.FileInput({"accept": ACCEPT}),
        error_messages={"invalid": "没有收到文件，请重新选择后上传。"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"token": uuid.uuid4(), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)


class QualificationForm(_PaperForm):
    """What a certificate of qualification states."""

    name = TextField(label="资质名称", most=60, error_messages={"required": "请填写资质名称。"})
    grade = forms.ChoiceField(
        label="等级", error_messages={"required": "请选择等级。", "invalid_choice": "请选择列表中的资质等级。"}
    )
    number = TextField(label="证书编号", most=60, number=True, error_messages={"required": "请填写证书编号。"})
    valid_from = _day("有效期起")
    valid_to = _day("有效期至（选填）", required=False, hint="证书没有截止日期的不填。")
    field_order = ("name", "grade", "number", "valid_from", "valid_to", "file")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        grades = [(grade, grade) for grade in grades_on(timezone.localdate())]
        self.fields["grade"].choices = [("", "请选择"), *grades]  # type: ignore[attr-defined]

    def qualification(self) -> QualificationInput:
        """What the command takes."""
        data = self.cleaned_data
        return QualificationInput(data["name"], data["grade"], data["number"], data["valid_from"], data["valid_to"])


class FilingForm(_PaperForm):
    """One filing as a provider of face-to-face classes."""

    bureau = forms.ChoiceField(
        label="备案部门",
        choices=[("", "请选择"), *Bureau.choices],
        error_messages={"required": "请选择备案部门。", "invalid_choice": "请选择列表中的备案部门。"},
    )
    number = TextField(label="备案号", most=60, number=True, error_messages={"required": "请填写备案号。"})
    filed_on = _day("备案日期")
    valid_to = _day("有效期至（选填）", required=False, hint="备案没有截止日期的不填。")
    field_order = ("bureau", "number", "filed_on", "valid_to", "file")

    def filing(self) -> FilingInput:
        """What the command takes."""
        data = self.cleaned_data
        return FilingInput(data["bureau"], data["number"], data["filed_on"], data["valid_to"])


class ReasonForm(forms.Form):
    """Why; whether a reason is needed is the command's affair."""

    reason = TextField(label="理由", most=300, lines=True, required=False, help_text="请勿填写身份证号和手机号码。")


ACCEPTED, RETURNED, REFUSED = "accept", "return", "refuse"


class DecisionForm(forms.Form):
    """One decision on one application."""

    decision = forms.ChoiceField(
        choices=[(ACCEPTED, "准予登记"), (RETURNED, "退回补正"), (REFUSED, "不予登记")],
        widget=forms.HiddenInput,
        error_messages={"required": "请选择审核结果。", "invalid_choice": "请选择列表中的审核结果。"},
    )
    reason = TextField(
        label="审核意见",
        most=500,
        lines=True,
        required=False,
        help_text="退回和不予登记时必填，申请人会看到；请勿填写身份证号和手机号码。",
    )


class PaperDecisionForm(ReasonForm):
    """Confirm, decline or revoke a qualification."""

    decision = forms.ChoiceField(
        choices=[("confirm", "核验通过"), ("decline", "不通过"), ("revoke", "作废")],
        error_messages={"required": "请选择核验结果。", "invalid_choice": "请选择列表中的核验结果。"},
    )
