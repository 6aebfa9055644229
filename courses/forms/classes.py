"""Filters of the lists of approved classes: the public one, and an office's register."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.http import QueryDict

from accounts.lists import ListFilter, SearchFilter
from accounts.models import Region, Role, User
from courses.models import Delivery, TrainingClass
from courses.queries.review import NUMBER
from registry.models.people import Specialty, TitleLevel

SOONEST, LATEST = "soonest", "latest"
ORDERS = {SOONEST: ("first_day", "id"), LATEST: ("-first_day", "-id")}
ORDER_NAMES = [(SOONEST, "开班日期由近及远"), (LATEST, "开班日期由晚到早")]


class ClassListFilter(ListFilter):
    """What both lists are filtered by: unit or title, the month of its first day, the organiser's region; the order."""

    q = SearchFilter(label="培训班或单位名称", method="find")
    month = django_filters.ChoiceFilter(label="开班月份", empty_label="不限", method="beginning_in")
    region = django_filters.ModelChoiceFilter(
        label="地区",
        field_name="organisation__region",
        queryset=Region.objects.all(),
        to_field_name="code",
        empty_label="全市",
    )
    sort = django_filters.ChoiceFilter(label="排序", choices=ORDER_NAMES, empty_label=None, method="keep_order")

    class Meta:
        model = TrainingClass
        fields: list[str] = []

    def __init__(self, data: QueryDict, queryset: QuerySet[TrainingClass], *, order: str = SOONEST) -> None:
        data = data.copy()
        data.setdefault("sort", order)
        super().__init__(data, queryset)
        self.usual = order
        self.filters["sort"].extra["initial"] = order  # the usual order is no filter that opens the bar on a phone
        months = [day.strftime("%Y-%m") for day in queryset.order_by().dates("first_day", "month", order="DESC")]
        self.filters["month"].extra["choices"] = [(month, f"{month[:4]}年{int(month[5:])}月") for month in months]

    def find(self, rows: QuerySet[TrainingClass], _name: str, value: str) -> QuerySet[TrainingClass]:
        """By a part of the title or of the organiser's name."""
        return rows.filter(Q(title__icontains=value) | Q(application__unit_name__icontains=value))

    def beginning_in(self, rows: QuerySet[TrainingClass], _name: str, value: str) -> QuerySet[TrainingClass]:
        """Classes that begin in a month of the list."""
        year, month = value.split("-")
        return rows.filter(first_day__year=int(year), first_day__month=int(month))

    def keep_order(self, rows: QuerySet[TrainingClass], _name: str, _value: str) -> QuerySet[TrainingClass]:
        """Ordering is the page's affair (keyset), not the filter's."""
        return rows

    @property
    def order(self) -> tuple[str, ...]:
        """Columns of the chosen order; the usual one for anything unknown."""
        return ORDERS.get(self.data.get("sort", ""), ORDERS[self.usual])


class PublicFilter(ClassListFilter):
    """The public list: for whom a class is meant (§四 因材施教), and how it is taught."""

    level = django_filters.ChoiceFilter(
        label="培训层次", choices=TitleLevel.choices, empty_label="不限", method="of_level"
    )
    specialty = django_filters.ChoiceFilter(
        label="专业", choices=Specialty.choices, empty_label="不限", method="of_specialty"
    )
    delivery = django_filters.ChoiceFilter(
        label="培训形式", field_name="application__delivery", choices=Delivery.choices, empty_label="不限"
    )

    def of_level(self, rows: QuerySet[TrainingClass], _name: str, value: str) -> QuerySet[TrainingClass]:
        """Classes meant for this level of title."""
        return rows.filter(application__levels__contains=[value])

    def of_specialty(self, rows: QuerySet[TrainingClass], _name: str, value: str) -> QuerySet[TrainingClass]:
        """Classes meant for this specialty."""
        return rows.filter(application__specialties__contains=[value])


class RegisterFilter(ClassListFilter):
    """An office's register: found by 受理编号, too; a county has its own region alone."""

    q = SearchFilter(label="受理编号、培训班或单位名称", method="find")

    def __init__(self, data: QueryDict, queryset: QuerySet[TrainingClass], *, user: User, **how: Any) -> None:
        super().__init__(data, queryset, order=LATEST, **how)
        if not user.has_role(Role.CITY):
            del self.filters["region"]

    def find(self, rows: QuerySet[TrainingClass], name: str, value: str) -> QuerySet[TrainingClass]:
        """By whole number, or a part of the title or of the organiser's name."""
        if number := NUMBER.fullmatch(value.strip()):
            return rows.filter(application__number=f"PX{number[1]}")
        return super().find(rows, name, value)
