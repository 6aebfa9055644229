"""Decisions on people: that they belong to a unit, or are who they signed up as."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms

from accounts.forms import TextField


class DecideForm(forms.Form):
    """One decision on the people ticked; all but a confirmation want their reason."""

    CONFIRM, DECLINE, END = "confirm", "decline", "end"
    DONE: ClassVar[dict[str, str]] = {CONFIRM: "已确认", DECLINE: "未予确认", END: "已终止关系"}

    decision = forms.ChoiceField(
        choices=[(CONFIRM, "确认"), (DECLINE, "不予确认"), (END, "终止关系")],
        error_messages={"required": "请选择办理结果。", "invalid_choice": "请选择列表中的办理结果。"},
    )
    reason = TextField(
        label="理由",
        most=300,
        lines=True,
        required=False,
        help_text="不予确认和终止关系时必填，本人会看到；请勿填写身份证号和手机号码。",
    )

    def clean(self) -> dict[str, Any]:
        """A reason where one is needed, before the first of many is decided."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("decision") in (self.DECLINE, self.END) and "reason" in data and not data["reason"]:
            self.add_error("reason", forms.ValidationError("请写明理由。", code="reason_missing"))
        return data


class JoinForm(forms.Form):
    """Whether a sign-up is the person it claims to be."""

    ACCEPT, DECLINE = "accept", "decline"

    decision = forms.ChoiceField(
        choices=[(ACCEPT, "是同一人，关联"), (DECLINE, "不是同一人，不通过")],
        widget=forms.HiddenInput,
        error_messages={"required": "请选择核对结果。", "invalid_choice": "请选择列表中的核对结果。"},
    )
    reason = TextField(
        label="核对意见",
        most=300,
        lines=True,
        required=False,
        help_text="不通过时必填，注册人会收到；请勿填写身份证号和手机号码。",
    )
