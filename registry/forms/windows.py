"""What the pages of one person's reopened year read in."""

from __future__ import annotations

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils import timezone

from accounts.forms import TextField
from accounts.lists import ListFilter, SearchFilter
from registry.forms.person_by_number import PersonByNumberForm
from registry.models import WindowReopening
from registry.queries.search import by_person

HOLDING, OVER = "holding", "over"


class ReopeningFilter(ListFilter):
    """A year's reopenings by person and by whether they still hold."""

    q = SearchFilter(label="姓名或身份证号后四位", method="find")
    state = django_filters.ChoiceFilter(
        label="状态", choices=[(HOLDING, "开放中"), (OVER, "已结束")], empty_label="全部状态", method="of_state"
    )

    class Meta:
        model = WindowReopening
        fields: list[str] = []

    def __init__(self, data: QueryDict, queryset: QuerySet[WindowReopening]) -> None:
        super().__init__(data, queryset)

    def find(self, rows: QuerySet[WindowReopening], _name: str, value: str) -> QuerySet[WindowReopening]:
        """The search box."""
        return by_person(rows, value)

    def of_state(self, rows: QuerySet[WindowReopening], _name: str, value: str) -> QuerySet[WindowReopening]:
        """Those that still hold today, or those that do not."""
        holds = Q(closed_at=None, until__gte=timezone.localdate())
        return rows.filter(holds) if value == HOLDING else rows.exclude(holds)


class ReopeningForm(PersonByNumberForm):
    """For whom, until when and why a year is opened again."""

    until = forms.DateField(
        label="开放至",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "short"}),
        help_text="含当日；过后自动关闭。",
        error_messages={"required": "请选择截止日期。", "invalid": "截止日期不正确，例如2026-03-31。"},
    )
    reason = TextField(
        label="理由",
        most=300,
        lines=True,
        help_text="本人会看到；请勿填写身份证号和手机号码。",
        error_messages={"required": "请写明理由。"},
    )
