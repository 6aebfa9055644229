"""What the review pages of classes read in: the queue's filter, a decision, a cancellation."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone

from accounts.forms import TextField
from accounts.lists import ListFilter, SearchFilter
from accounts.models import Region, Role, User
from courses.models import ApplicationPart, ClassApplication
from courses.queries.review import search
from courses.states import Route

AGES = (3, 5, 10, 20)
NEWEST = "newest"
ORDERS = {"oldest": ("submitted_at", "id"), NEWEST: ("-submitted_at", "-id"), "soonest": ("first_day", "id")}
ORDER_NAMES = [("oldest", "最早提交在前"), (NEWEST, "最近提交在前"), ("soonest", "最早开班在前")]
ROUTES = [(Route.A.value, "市学时办审核"), (Route.B.value, "属地审查后核定")]


class ClassFilter(ListFilter):
    """The queue by unit, title or number; for the city by region and route; late ones; by how long they wait."""

    q = SearchFilter(label="受理编号、单位或培训班名称", method="find")
    region = django_filters.ModelChoiceFilter(
        label="属地", queryset=Region.objects.all(), to_field_name="code", empty_label="全市"
    )
    route = django_filters.ChoiceFilter(label="办理方式", choices=ROUTES, empty_label="不限")
    late = django_filters.ChoiceFilter(
        label="逾期申请", choices=[("yes", "逾期")], empty_label="不限", method="only_late"
    )
    waited = django_filters.ChoiceFilter(
        label="等待时间", choices=[(str(days), f"超过{days}天") for days in AGES], empty_label="不限", method="for_long"
    )
    sort = django_filters.ChoiceFilter(label="排序", choices=ORDER_NAMES, empty_label=None, method="keep_order")

    class Meta:
        model = ClassApplication
        fields: list[str] = []

    def __init__(self, data: QueryDict, queryset: QuerySet[ClassApplication], *, user: User) -> None:
        data = data.copy()
        data.setdefault("sort", "oldest")
        super().__init__(data, queryset)
        self.filters["sort"].extra["initial"] = "oldest"  # the usual order is no filter that opens the bar on a phone
        if not user.has_role(Role.CITY):  # a county has route B of its own region and nothing else
            del self.filters["region"], self.filters["route"]

    def find(self, rows: QuerySet[ClassApplication], _name: str, value: str) -> QuerySet[ClassApplication]:
        """The search box."""
        return search(rows, value)

    def only_late(self, rows: QuerySet[ClassApplication], _name: str, _value: str) -> QuerySet[ClassApplication]:
        """Handed in less than ten working days before the class opens."""
        return rows.filter(is_late=True)

    def for_long(self, rows: QuerySet[ClassApplication], _name: str, value: str) -> QuerySet[ClassApplication]:
        """Handed in more than so many calendar days (Shanghai) ago."""
        first_moment = datetime.combine(timezone.localdate() - timedelta(days=int(value)), time.min)
        return rows.filter(submitted_at__lt=timezone.make_aware(first_moment))

    def keep_order(self, rows: QuerySet[ClassApplication], _name: str, _value: str) -> QuerySet[ClassApplication]:
        """Ordering is the page's affair (keyset), not the filter's."""
        return rows

    @property
    def order(self) -> tuple[str, ...]:
        """Columns of the chosen order; the default for anything unknown."""
        return ORDERS.get(self.data.get("sort", ""), ORDERS["oldest"])


ENDORSE, APPROVE, RETURN, REFUSE = "endorse", "approve", "return", "refuse"
DECISIONS = {
    ENDORSE: "审查同意",
    APPROVE: "同意并核定学时",
    RETURN: "退回补正",
    REFUSE: "不予核准",
}


class DecisionForm(forms.Form):
    """One decision on one application. `positive` is what may be granted now: `endorse` or `approve`.

    Whether the figure holds and whether a reason is needed is the command's affair.
    """

    decision = forms.ChoiceField(
        widget=forms.HiddenInput,
        error_messages={"required": "请选择审核结果。", "invalid_choice": "请选择列表中的审核结果。"},
    )
    hours = forms.DecimalField(
        label="认定学时",
        required=False,
        widget=forms.TextInput({"inputmode": "decimal", "class": "short", "autocomplete": "off"}),
        error_messages={"invalid": "认定学时应为数字，例如16或7.5。"},
    )
    reason = TextField(
        label="审核意见",
        most=500,
        lines=True,
        required=False,
        help_text="退回和不予核准时必填，申请单位会看到；请勿填写身份证号和手机号码。",
    )
    parts = forms.TypedMultipleChoiceField(
        label="需要修改的部分（退回时选填）",
        choices=ApplicationPart.choices,
        coerce=ApplicationPart,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "请选择列表中的部分。"},
    )
    go_on = forms.BooleanField(label="办理后打开下一件", required=False, initial=True)

    def __init__(self, *args: Any, positive: str, most: Decimal | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(code, DECISIONS[code]) for code in (positive, RETURN, REFUSE)]
        self.fields["decision"].choices = choices  # type: ignore[attr-defined]
        if positive != APPROVE:
            del self.fields["hours"]
        elif most is not None:
            self.fields["hours"].help_text = f"最多{most.normalize():f}学时，最多一位小数；可以少于申请的学时。"

    def clean(self) -> dict[str, Any]:
        """An approval has a figure."""
        cleaned = super().clean() or {}
        missing = "hours" in self.fields and "hours" not in self.errors and cleaned.get("hours") is None
        if cleaned.get("decision") == APPROVE and missing:
            self.add_error("hours", forms.ValidationError("请填写认定学时。", code="hours_missing"))
        return cleaned


class CancelForm(forms.Form):
    """Why an approved class is cancelled."""

    reason = TextField(
        label="取消理由",
        most=500,
        lines=True,
        required=False,
        help_text="申请单位会看到；请勿填写身份证号和手机号码。",
    )
