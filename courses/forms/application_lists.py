"""The filter of a unit's class applications, and the orders that its list can have."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.lists import ListFilter, SearchFilter
from courses.models import ClassApplication
from courses.states import ApplicationState

ORDERS = {
    "newest": ("-created_at", "-id"),
    "changed": ("-changed_at", "-id"),
    "title": ("title", "id"),
    "state": ("state", "-created_at", "-id"),
}
ORDER_NAMES = [
    ("newest", "最近建立在前"),
    ("changed", "最近修改在前"),
    ("title", "培训名称"),
    ("state", "办理情况"),
]
OPENED = 2021  # the first notice's year


class UnitApplicationFilter(ListFilter):
    """The unit's applications by where they stand, the year they begin in, and words of title or number."""

    q = SearchFilter(label="培训名称或受理编号", method="find")
    state = django_filters.ChoiceFilter(label="办理情况", choices=ApplicationState.choices, empty_label="全部")
    year = django_filters.ChoiceFilter(label="开班年份", empty_label="全部年份", method="of_year")
    late = django_filters.ChoiceFilter(
        label="逾期", choices=[("yes", "逾期申请"), ("no", "按时申请")], empty_label="全部", method="in_time"
    )
    sort = django_filters.ChoiceFilter(label="排序", choices=ORDER_NAMES, empty_label=None, method="keep_order")

    class Meta:
        model = ClassApplication
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        years = range(timezone.localdate().year + 1, OPENED - 1, -1)
        self.filters["year"].extra["choices"] = [(str(year), f"{year}年") for year in years]

    def find(self, rows: QuerySet[ClassApplication], _name: str, value: str) -> QuerySet[ClassApplication]:
        """The search box."""
        return rows.filter(Q(title__icontains=value) | Q(number=value.upper()))

    def of_year(self, rows: QuerySet[ClassApplication], _name: str, value: str) -> QuerySet[ClassApplication]:
        """Classes that begin in the year."""
        return rows.filter(first_day__year=int(value))

    def in_time(self, rows: QuerySet[ClassApplication], _name: str, value: str) -> QuerySet[ClassApplication]:
        """What was handed in, late or in time."""
        return rows.filter(is_late=value == "yes", handed_in_at__isnull=False)

    def keep_order(self, rows: QuerySet[ClassApplication], _name: str, _value: str) -> QuerySet[ClassApplication]:
        """Ordering is the page's affair (keyset), not the filter's."""
        return rows

    @property
    def order(self) -> tuple[str, ...]:
        """Columns of the chosen order; the default for anything unknown."""
        return ORDERS.get(self.data.get("sort", ""), ORDERS["newest"])
