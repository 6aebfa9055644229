"""What the pages of the annual review read in."""

from __future__ import annotations

from django import forms
from django.http import QueryDict

from accounts.forms import TextField
from compliance.commands.review_batches import MOST

PASS, FAIL, OPEN = "pass", "fail", "open"
DECISIONS = [(PASS, "审核通过"), (FAIL, "审核不通过"), (OPEN, "重新打开审核")]


class ReviewForm(forms.Form):
    """One decision on one person's year; whether a reason is needed is the command's affair."""

    decision = forms.ChoiceField(
        choices=DECISIONS,
        widget=forms.HiddenInput,
        error_messages={"required": "请选择审核结果。", "invalid_choice": "请选择列表中的审核结果。"},
    )
    expected = forms.CharField(widget=forms.HiddenInput, required=False, max_length=16)
    reason = TextField(
        label="审核意见",
        most=500,
        lines=True,
        required=False,
        help_text="审核不通过、重新打开时必填，本人会看到；请勿填写身份证号和手机号码。",
    )
    go_on = forms.BooleanField(label="办理后打开下一人", required=False, initial=True)


class BatchForm(forms.Form):
    """Whose year is passed: those named, or (`pick=all`) the `number` that the list held; a token makes it one job."""

    token = forms.UUIDField(widget=forms.HiddenInput)
    pick = forms.CharField(required=False, max_length=10)
    number = forms.IntegerField(required=False, min_value=1, max_value=MOST)
    people = forms.TypedMultipleChoiceField(coerce=int, required=False)

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        self.fields["people"].choices = [(pk, pk) for pk in ids_of(data, "people")]  # type: ignore[attr-defined]


def ids_of(data: QueryDict, name: str) -> list[str]:
    """The values of a name that can be ids, at most one page of a list and some."""
    return [pk for pk in data.getlist(name)[:200] if pk.isascii() and pk.isdecimal() and len(pk) < 19]
