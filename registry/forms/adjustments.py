"""What the pages of adjusted minimums read in."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.http import QueryDict

from accounts.forms import TextField
from accounts.lists import ListFilter, SearchFilter
from accounts.models import User
from registry.adjustment_states import AdjustmentState
from registry.forms.person_by_number import PersonByNumberForm
from registry.models import Adjustment
from registry.queries.adjustments import to_approve
from registry.queries.notices import years_with_notice
from registry.queries.search import by_person

MINE = "mine"
APPROVE, DECLINE, WITHDRAW, REVOKE = "approve", "decline", "withdraw", "revoke"


class AdjustmentFilter(ListFilter):
    """Adjustments by person, year, and state; `mine` are those that wait for this user as the second person."""

    q = SearchFilter(label="姓名或身份证号后四位", method="find")
    year = django_filters.ChoiceFilter(label="年度", empty_label="全部年度")
    state = django_filters.ChoiceFilter(
        label="状态",
        choices=[(MINE, "待我复核"), *AdjustmentState.choices],
        empty_label="全部状态",
        method="of_state",
    )

    class Meta:
        model = Adjustment
        fields: list[str] = []

    def __init__(self, data: QueryDict, queryset: QuerySet[Adjustment], *, user: User) -> None:
        super().__init__(data, queryset)
        self.user = user
        self.filters["year"].extra["choices"] = [(year, f"{year}年") for year in years_with_notice()]

    def find(self, rows: QuerySet[Adjustment], _name: str, value: str) -> QuerySet[Adjustment]:
        """The search box."""
        return by_person(rows, value)

    def of_state(self, rows: QuerySet[Adjustment], _name: str, value: str) -> QuerySet[Adjustment]:
        """One state, or what waits for the user."""
        return rows.filter(pk__in=to_approve(self.user)) if value == MINE else rows.filter(state=value)


def _minimum(label: str) -> forms.DecimalField:
    return forms.DecimalField(
        label=f"{label}最低学时（选填）",
        required=False,
        min_value=Decimal(0),
        max_digits=5,
        decimal_places=1,
        widget=forms.NumberInput({"class": "short", "step": "0.1", "min": "0", "inputmode": "decimal"}),
        error_messages={
            "invalid": "请填写数字，例如30。",
            "min_value": "不能小于0。",
            "max_decimal_places": "最多一位小数。",
            "max_digits": "不能高于通知规定的学时。",
            "max_whole_digits": "不能高于通知规定的学时。",
        },
    )


class AdjustmentForm(PersonByNumberForm):
    """Whose minimums of which year, how low, by which authority and why."""

    year = forms.TypedChoiceField(
        label="年度",
        coerce=int,
        error_messages={"required": "请选择年度。", "invalid_choice": "该年度没有生效的通知。"},
    )
    minimum_total = _minimum("合计")
    minimum_professional = _minimum("专业科目")
    minimum_industry_public = _minimum("行业公需科目")
    minimum_general_public = _minimum("一般公需科目")
    authority = TextField(
        label="依据",
        most=300,
        help_text="所依据的文件名称和文号；与结论一并显示，并印在学时证明上。",
        error_messages={"required": "请写明所依据的文件。"},
    )
    reason = TextField(
        label="理由",
        most=500,
        lines=True,
        help_text="本人和审核部门可以看到；请勿填写身份证号和手机号码。",
        error_messages={"required": "请写明理由。"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [(year, f"{year}年") for year in years_with_notice()]  # type: ignore[attr-defined]
        self.fields["minimum_total"].help_text = "四项中不调整的留空，按通知规定。"

    @property
    def minimums(self) -> dict[str, Decimal]:
        """The figures given, by category or "total"."""
        given = {name.removeprefix("minimum_"): self.cleaned_data[name] for name in self.fields if "minimum_" in name}
        return {name: hours for name, hours in given.items() if hours is not None}


class ActForm(forms.Form):
    """What is done about an adjustment; the command says whether it needs a reason."""

    act = forms.ChoiceField(choices=[(act, act) for act in (APPROVE, DECLINE, WITHDRAW, REVOKE)])
    reason = TextField(label="理由", most=500, lines=True, required=False)
