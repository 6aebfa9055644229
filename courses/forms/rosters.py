"""What the pages of rosters read in: a workbook, one row, the hand-in, the office's decisions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils import timezone

from accounts.forms import TextField
from courses.commands.rosters.mending import SECRET
from courses.commands.rosters.submitting import MOST_REASON, HandIn
from courses.roster.columns import TITLES

# The columns of a row that are mended; 序号, 培训单位 and 培训班名称 are the class's.
MENDED = ("name", "sex", "employer", "id_number", "series", "level", "title", "hours", "phone", "municipal")
CHOICES = {
    "sex": ("男", "女"),
    "level": ("无职称", "员级", "初级", "中级", "高级"),
    "municipal": ("是", "否"),
}
HINTS = {
    "employer": "单位全称；没有单位的填“无单位”。",
    "series": "例如“工程”“建筑施工”；无职称的可不填。",
    "title": "例如“工程师”；无职称的可不填。",
}
NO_PERSONAL = "请勿填写身份证号和手机号码。"


class RosterUploadForm(forms.Form):
    """A workbook of 附件2."""

    file = forms.FileField(
        label="学时登记信息汇总表（附件2）",
        allow_empty_file=True,
        widget=forms.ClearableFileInput({"accept": ".xlsx,.xls,.ods"}),
        error_messages={"required": "请选择文件。", "invalid": "没有收到文件，请重新选择后上传。"},
    )

    def __init__(self, *args: Any, megabytes: int, rows: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = f".xlsx、.xls 或 .ods 表格，不超过{megabytes}MB、{rows}行。"


class HistoryUploadForm(RosterUploadForm):
    """An old ledger in the layout of 附件2, and the year it is of."""

    year = forms.IntegerField(
        label="台账年度",
        widget=forms.NumberInput({"class": "short"}),
        help_text="一个文件只含一个年度；2021年以前的学时未按本通知折算，只留存备查。",
        error_messages={"required": "请填写年度。", "invalid": "年度应为四位数字，例如2019。"},
    )
    field_order = ["year", "file"]


class RowForm(forms.Form):
    """One person of a roster. What does not hold is judged by the check, not here: the row then says what is wrong."""

    def __init__(self, *args: Any, masks: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key in MENDED:
            self.fields[key] = _row_field(key, masks.get(key, ""), (self.initial or {}).get(key, ""))

    def values(self) -> dict[str, str]:
        """By keys of columns, as typed."""
        return {key: self.cleaned_data[key] for key in MENDED}


class HandInForm(forms.Form):
    """填报人, 联系电话 and 填报日期 of 附件2; why late, and that the warnings were looked at, where these are asked."""

    filler = TextField(label="填报人", most=50, error_messages={"required": "请填写填报人。"})
    phone = forms.CharField(label="联系电话", max_length=40, error_messages={"required": "请填写联系电话。"})
    filled_on = forms.DateField(
        label="填报日期",
        widget=forms.DateInput({"type": "date", "class": "short"}, format="%Y-%m-%d"),
        error_messages={"required": "请填写填报日期。", "invalid": "日期格式应为2021-04-26。"},
    )
    late_reason = TextField(label="逾期原因", most=MOST_REASON, lines=True, required=False, help_text=NO_PERSONAL)
    acknowledged = forms.BooleanField(label="已逐项核对提示事项，情况属实", required=False)

    def __init__(self, *args: Any, late: bool, warned: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not late:
            del self.fields["late_reason"]
        if not warned:
            del self.fields["acknowledged"]

    def data_given(self) -> HandIn:
        """What the command takes."""
        return HandIn(**self.cleaned_data)


class ReasonForm(forms.Form):
    """Why a roster is returned or reversed."""

    reason = TextField(label="理由", most=500, lines=True, required=False, help_text=f"培训单位会看到；{NO_PERSONAL}")


class PaperForm(forms.Form):
    """The day on which the stamped paper copy came."""

    received_on = forms.DateField(
        label="纸质盖章件收到日期",
        widget=forms.DateInput({"type": "date", "class": "short"}, format="%Y-%m-%d"),
        initial=timezone.localdate,
        error_messages={"required": "请填写收到日期。", "invalid": "日期格式应为2021-04-26。"},
    )


def _row_field(key: str, mask: str, value: str) -> forms.Field:
    hint = HINTS.get(key, "")
    if key in SECRET and mask:
        hint = f"现为{mask}，不更正的留空。"
    if key in CHOICES:
        choices = [("", "请选择"), *((word, word) for word in CHOICES[key])]
        if value and value not in CHOICES[key]:
            choices.append((value, value))
        return forms.ChoiceField(
            label=TITLES[key],
            choices=choices,
            required=False,
            error_messages={"invalid_choice": "请选择列表中的一项。"},
        )
    short = {"class": "short"} if key == "hours" else {}
    return forms.CharField(
        label=TITLES[key],
        required=False,
        max_length=200,
        help_text=hint,
        widget=forms.TextInput({"autocomplete": "off", **short}),
    )
