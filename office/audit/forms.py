"""Search of the audit trail."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from accounts.lists import ListFilter, SearchFilter
from office.audit import queries
from office.audit.models import Event
from office.audit.names import actions, object_types

DATES = ["%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日"]
DATE_WRONG = {"invalid": "日期不正确，请按“2021-06-01”的格式填写。"}


def _day_filter(label: str, method: str) -> django_filters.DateFilter:
    return django_filters.DateFilter(
        label=label,
        method=method,
        input_formats=DATES,
        error_messages=DATE_WRONG,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )


class EventFilter(ListFilter):
    """Who, what, on what, when, in which request."""

    actor = SearchFilter(label="操作人（姓名或用户名）", method="of_actor", max_length=60)
    action = django_filters.ChoiceFilter(label="操作", empty_label="全部操作")
    object_type = django_filters.ChoiceFilter(label="对象类型", empty_label="全部类型")
    object = SearchFilter(label="对象编号或受理编号", method="of_object", max_length=40)
    since = _day_filter("起始日期", "from_day")
    until = _day_filter("截止日期", "to_day")
    request_id = SearchFilter(label="请求编号", max_length=40)

    class Meta:
        model = Event
        fields: list[str] = []

    def __init__(self, data: Any, queryset: QuerySet[Event]) -> None:
        super().__init__(data, queryset)
        self.filters["action"].extra["choices"] = sorted(actions().items(), key=lambda pair: pair[0])
        self.filters["object_type"].extra["choices"] = list(object_types().items())

    @property
    def qs(self) -> QuerySet[Event]:
        """The events found; none while the search has errors, so that nobody takes a wider list for the answer."""
        found: QuerySet[Event] = self.queryset.none() if self.errors else super().qs
        return found

    def of_actor(self, rows: QuerySet[Event], _: str, value: str) -> QuerySet[Event]:
        """By whom."""
        return queries.by_actor(rows, value)

    def of_object(self, rows: QuerySet[Event], _: str, value: str) -> QuerySet[Event]:
        """On what; together with the type when one is chosen."""
        return queries.by_object(rows, value, self.form.cleaned_data["object_type"])

    def from_day(self, rows: QuerySet[Event], _: str, value: date) -> QuerySet[Event]:
        """From the first moment of a day in Shanghai."""
        return rows.filter(at__gte=_midnight(value))

    def to_day(self, rows: QuerySet[Event], _: str, value: date) -> QuerySet[Event]:
        """To the last moment of a day in Shanghai."""
        return rows.filter(at__lt=_midnight(value + timedelta(days=1)))


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
