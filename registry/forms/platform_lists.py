"""Filters of the lists of platform imports: the imports, an import's rows, what it credited."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import django_filters
from django.db.models import QuerySet

from accounts.lists import ListFilter, SearchFilter
from registry.models import PlatformImport, PlatformResult, PlatformRow, RowVerdict
from registry.platform_states import ImportState, ResultState
from registry.queries.platforms import PROBLEMS, platform_names
from registry.queries.search import by_person

NEWEST, OLDEST = "newest", "oldest"
IMPORT_ORDERS = {NEWEST: ("-created_at", "-id"), OLDEST: ("created_at", "id")}


class _Sorted(ListFilter):
    """A list whose order is chosen, and is the page's affair (keyset), not the filter's."""

    orders: Mapping[str, tuple[str, ...]] = {}

    def keep_order(self, rows: QuerySet[Any], _name: str, _value: str) -> QuerySet[Any]:
        """Nothing is filtered by the order."""
        return rows

    @property
    def order(self) -> tuple[str, ...]:
        """Columns of the chosen order; the first for anything unknown."""
        return self.orders.get(self.data.get("sort", ""), next(iter(self.orders.values())))


class ImportFilter(_Sorted):
    """Imports by platform and state."""

    orders = IMPORT_ORDERS
    platform = django_filters.ChoiceFilter(label="学习平台", empty_label="全部平台")
    state = django_filters.ChoiceFilter(label="状态", choices=ImportState.choices, empty_label="全部状态")
    sort = django_filters.ChoiceFilter(
        label="排序",
        choices=[(NEWEST, "最近上传在前"), (OLDEST, "最早上传在前")],
        empty_label=None,
        method="keep_order",
    )

    class Meta:
        model = PlatformImport
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["platform"].extra["choices"] = list(platform_names().items())


class RowFilter(_Sorted):
    """Checked rows by what was found, and by name."""

    orders = {"row": ("row",), "last": ("-row",)}
    verdict = django_filters.ChoiceFilter(label="核对结果", choices=RowVerdict.choices, empty_label="全部记录")
    code = django_filters.ChoiceFilter(label="问题", choices=list(PROBLEMS.items()), empty_label="全部问题")
    name = SearchFilter(label="姓名", lookup_expr="startswith")
    sort = django_filters.ChoiceFilter(
        label="排序", choices=[("row", "按行号"), ("last", "按行号倒序")], empty_label=None, method="keep_order"
    )

    class Meta:
        model = PlatformRow
        fields: list[str] = []


class ResultFilter(_Sorted):
    """What was credited, by person and state."""

    orders = {"imported": ("id",), "newest": ("-id",)}
    q = SearchFilter(label="姓名或身份证后四位", method="find")
    state = django_filters.ChoiceFilter(label="状态", choices=ResultState.choices, empty_label="全部状态")
    sort = django_filters.ChoiceFilter(
        label="排序", choices=[("imported", "按文件次序"), ("newest", "倒序")], empty_label=None, method="keep_order"
    )

    class Meta:
        model = PlatformResult
        fields: list[str] = []

    def find(self, results: QuerySet[PlatformResult], _name: str, value: str) -> QuerySet[PlatformResult]:
        """By a name's beginning, or the last four characters of the ID."""
        return by_person(results, value)
