"""The facts of one activity, asked for as the notice's data says, and the list of one's claims."""

from __future__ import annotations

import unicodedata
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone

from accounts.errors import InputError
from accounts.forms import TextField, add_domain_error
from hours_rules.types import ActivityRule, Credit
from registry.commands.claim_input import ClaimInput, claim_preview

DATE_FORMATS = ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d"]
# **D**: only whole ten-thousands of characters count, so the form leaves off the rest (`credit` refuses 1.5).
ROUNDED_DOWN = frozenset({"book"})
RULE_FACTS = ("tier", "quantity", "hours", "days")
DATES = ("started_on", "ended_on")
# Django's codes as the command names the same mistakes, so that a mistake has one code whatever door it comes through.
CODES = {
    "required": "missing_{field}",
    "invalid_choice": "unknown_{field}",
    "max_digits": "too_large",
    "max_whole_digits": "too_large",
}


class AmountField(forms.DecimalField):
    """A figure as people type it, full-width digits too; not what only Python takes for one (1_000, ١٢)."""

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]  # the stubs expect int
        """The figure; what the notice makes of it is the command's affair."""
        text = unicodedata.normalize("NFKC", value) if isinstance(value, str) else value
        if isinstance(text, str) and ("_" in text or not text.isascii()):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(text)


class ClaimForm(forms.Form):
    """Facts of a claim. Which of tier, quantity, hours and days are asked for comes from the activity's rule."""

    token = forms.UUIDField(widget=forms.HiddenInput)
    title = TextField(label="名称", most=120, error_messages={"required": "请填写名称。"})
    organiser = TextField(label="主办（发证）单位（选填）", most=120, required=False)
    certificate_number = TextField(label="证书（文号）编号（选填）", most=60, number=True, required=False)
    note = TextField(
        label="说明（选填）",
        most=500,
        lines=True,
        required=False,
        help_text="审核人员需要知道的情况，500字以内。请勿填写身份证号和手机号码。",
    )

    credit: Credit | None = None

    def __init__(self, *args: Any, rule: ActivityRule, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rule = rule
        asked: dict[str, forms.Field] = {}
        if rule.tiers:
            asked["tier"] = _tier_field(rule)
        for fact in rule.facts:
            asked[fact] = _fact_field(rule, fact)
        asked["started_on"] = _date_field("开始日期", "started_on")
        asked["ended_on"] = _date_field("结束日期", "ended_on")
        self.fields = {**asked, **self.fields}
        self.fields["title"].label = f"{rule.name}的名称"
        self.fields["title"].help_text = "按证书或通知上的全称填写。"

    @property
    def amount_fields(self) -> list[forms.BoundField]:
        """What the hours are counted from: level, amounts, dates."""
        return [self[name] for name in (*RULE_FACTS, *DATES) if name in self.fields]

    @property
    def name_fields(self) -> list[forms.BoundField]:
        """What the activity was called and by whom it was held."""
        return [self[name] for name in ("title", "organiser", "certificate_number", "note")]

    def add_error(self, field: str | None, error: Any) -> None:
        """Every error under the command's code."""
        for each in getattr(error, "error_list", ()):
            if each.code == "invalid" and field in RULE_FACTS:
                each.code = "not_a_number"
            each.code = CODES.get(each.code, each.code).format(field=field)
        super().add_error(field, error)

    def clean_quantity(self) -> Any:
        """Whole units as int; anything else goes on as typed and is judged by the rule."""
        typed: Decimal = self.cleaned_data["quantity"]
        if self.rule.code in ROUNDED_DOWN and typed >= 1:
            return int(typed)
        return _whole(typed)

    def clean_days(self) -> Any:
        """Whole days as int."""
        return _whole(self.cleaned_data["days"])

    def claim_input(self, data: dict[str, Any] | None = None) -> ClaimInput:
        """What every door hands to the command."""
        facts = dict(self.cleaned_data if data is None else data)
        facts.pop("token", None)
        return ClaimInput(activity=self.rule.code, **facts)

    def clean(self) -> dict[str, Any]:
        """Work out the hours as soon as level, amounts and dates stand, so that one round tells every mistake."""
        data: dict[str, Any] = super().clean() or {}
        wanted = [field.name for field in self.amount_fields]
        if all(name in data for name in wanted):
            try:
                counted = self.claim_input({"title": "", **{name: data[name] for name in wanted}})
                self.credit = claim_preview(data=counted)
            except InputError as error:
                add_domain_error(self, error)
        return data

    def waits_for(self) -> str:
        """Why there are no hours to show: what was typed wrongly, else what is still to be filled in."""
        empty = [field for field in self.amount_fields if not self.data.get(field.html_name)]
        wrong = [error for field in self.amount_fields if field not in empty for error in field.errors]
        if wrong := wrong or list(self.non_field_errors()):
            return str(wrong[0])
        return f"填写{'、'.join(str(field.label) for field in empty)}后显示可认定学时。"


def facts_of(data: ClaimInput) -> dict[str, Any]:
    """A stored claim's facts as initial values of the form."""
    names = ("tier", "quantity", "hours", "days", *DATES, "title", "organiser", "certificate_number", "note")
    return {name: getattr(data, name) for name in names}


def _whole(typed: Decimal) -> Any:
    return int(typed) if typed == typed.to_integral_value() else typed


def _tier_field(rule: ActivityRule) -> forms.Field:
    choices = [(tier.code, f"{tier.name}（每{_unit(rule)}{tier.hours}学时）") for tier in rule.tiers]
    return forms.ChoiceField(
        label="级别",
        choices=choices,
        widget=forms.RadioSelect,
        error_messages={"required": f"请选择“{rule.name}”的级别。", "invalid_choice": "请选择列表中的级别。"},
    )


def _fact_field(rule: ActivityRule, fact: str) -> forms.Field:
    label, hint, step = _asked(rule, fact)
    attrs = {"step": step, "min": step, "inputmode": "decimal" if fact == "hours" else "numeric", "class": "short"}
    return AmountField(
        label=label,
        help_text=hint,
        max_digits=12,
        widget=forms.NumberInput(attrs),
        error_messages={
            "required": f"请填写{label}。",
            "invalid": f"{label}应为数字。",
            "max_digits": f"{label}过大，请核对。",
            "max_whole_digits": f"{label}过大，请核对。",
        },
    )


def _asked(rule: ActivityRule, fact: str) -> tuple[str, str, str]:
    """Label, hint and step of one amount, from the notice's data."""
    if fact == "hours":
        hint = f"每天最高认定{rule.daily_cap}学时。" if rule.daily_cap is not None else "最多保留一位小数。"
        if rule.yearly_cap is not None:
            hint = f"按证书如实填写，最多一位小数；每年度最多计入{rule.yearly_cap}学时。"
        return f"学时（{rule.hours_basis}）", hint, "0.1"
    if fact == "days":
        return "天数", "实际授课的天数。", "1"
    hint = f"每{_unit(rule)}{rule.hours_per}学时。" if rule.hours_per is not None else "只填整数。"
    if rule.code in ROUNDED_DOWN:
        return f"数量（单位：{rule.measure}）", "只计整万字，不足一万字的部分舍去。", "0.1"
    return f"数量（单位：{rule.measure}）", hint, "1"


def _unit(rule: ActivityRule) -> str:
    return rule.measure.removeprefix("个")


def _date_field(label: str, name: str) -> forms.DateField:
    hints = {
        "started_on": "没有活动日期的，填证书日期。",
        "ended_on": "学时计入结束日期所在的年度。",
    }
    today = timezone.localdate().isoformat()
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "max": today, "class": "short"})
    return forms.DateField(
        label=label,
        help_text=hints[name],
        input_formats=DATE_FORMATS,
        widget=widget,
        error_messages={"required": f"请填写{label}。", "invalid": f"{label}不是有效的日期，例如2021-04-26。"},
    )


class DeclarationForm(forms.Form):
    """The promise under which a claim is handed in."""

    declared = forms.BooleanField(
        label="我承诺所填内容和上传的材料真实、有效，并对其负责。",
        error_messages={"required": "请勾选承诺后再提交。"},
    )


class WithdrawForm(forms.Form):
    """Why a claim is taken back; may be left empty."""

    reason = TextField(label="撤回原因（选填）", most=500, lines=True, required=False)
