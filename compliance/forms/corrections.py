"""What the pages of corrections read in."""

from __future__ import annotations

from django import forms

from accounts.forms import TextField

AGREE, REFUSE, WITHDRAW = "agree", "refuse", "withdraw"


class CorrectionForm(forms.Form):
    """By which authority and why years already in use are corrected."""

    authority = TextField(
        label="依据",
        most=300,
        help_text="更正所依据的文件名称和文号；写入台账的冲销理由，并通知有关人员。",
        error_messages={"required": "请写明所依据的文件。"},
    )
    reason = TextField(
        label="理由",
        most=500,
        lines=True,
        help_text="请勿填写身份证号和手机号码。",
        error_messages={"required": "请写明理由。"},
    )


class ActForm(forms.Form):
    """What is done about a correction; the command says whether it needs a reason."""

    act = forms.ChoiceField(choices=[(act, act) for act in (AGREE, REFUSE, WITHDRAW)])
    reason = TextField(label="理由", most=500, lines=True, required=False)
