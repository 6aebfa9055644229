"""Filter of one's own claims."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.utils import timezone

from accounts.lists import ListFilter
from registry.models import Claim
from registry.queries.notices import notice_on
from registry.states import ClaimState

ORDERS = {
    "newest": ("-id",),
    "ended": ("-ended_on", "-id"),
    "hours": ("-hours", "-id"),
    "title": ("title", "id"),
}
ORDER_NAMES = [("newest", "最近填报在前"), ("ended", "活动日期"), ("hours", "学时从高到低"), ("title", "名称")]


class OwnClaimFilter(ListFilter):
    """By year, state, category and activity; and the order of the list."""

    year = django_filters.ChoiceFilter(label="年度", empty_label="全部年度")
    state = django_filters.ChoiceFilter(label="状态", choices=ClaimState.choices, empty_label="全部状态")
    category = django_filters.ChoiceFilter(label="科目", empty_label="全部科目")
    activity = django_filters.ChoiceFilter(label="学时事项", empty_label="全部事项")
    sort = django_filters.ChoiceFilter(
        label="排序",
        choices=ORDER_NAMES,
        empty_label=None,
        method="keep_order",
        widget=forms.Select,
    )

    class Meta:
        model = Claim
        fields: list[str] = []

    def __init__(self, *args: Any, years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        notice = notice_on(timezone.localdate())
        self.filters["year"].extra["choices"] = [(year, f"{year}年") for year in years]
        self.filters["category"].extra["choices"] = [(c.code, c.name) for c in notice.categories.values()]
        self.filters["activity"].extra["choices"] = [(rule.code, rule.name) for rule in notice.activities.values()]

    def keep_order(self, claims: Any, _name: str, _value: str) -> Any:
        """Ordering is the page's affair (keyset), not the filter's."""
        return claims

    @property
    def order(self) -> tuple[str, ...]:
        """Columns of the chosen order; the default for anything unknown."""
        return ORDERS.get(self.data.get("sort", ""), ORDERS["newest"])
