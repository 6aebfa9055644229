"""What the pages of the reminders read in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict

from accounts.lists import ListFilter, SearchFilter
from accounts.models import Organisation, Region
from compliance.commands.reminders import MOST_STEPS
from compliance.models.reminders import MOST_DAYS
from compliance.queries.reminders import (
    Step,
    short_people,
    units_left,
    units_short,
    units_told,
    with_told,
    without_administrator,
)
from hours_rules.types import CATEGORIES
from registry.models import AnnualStanding
from registry.queries.notices import notice_of_year
from registry.queries.search import by_person

LEFT, TOLD, UNREACHABLE = "left", "told", "unreachable"
NOBODY = "nobody"


class PlanForm(forms.Form):
    """A year's steps, each with a switch; a step left empty is none. What was sent keeps its days."""

    def __init__(self, *args: Any, steps: Sequence[Step], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in range(1, MOST_STEPS + 1):
            step = steps[number - 1] if number <= len(steps) else None
            field = forms.IntegerField(
                label=f"第{number}步：截止前几天",
                required=False,
                initial=step.days if step else None,
                widget=forms.NumberInput({"class": "short", "min": "1", "max": str(MOST_DAYS), "inputmode": "numeric"}),
                error_messages={"invalid": f"第{number}步：提前天数应为整数。"},
            )
            if step is not None and step.done_at:
                field.widget.attrs["readonly"] = True
                field.help_text = "已经发送，天数不能更改；不再发送的可以停用。"
            self.fields[f"days_{number}"] = field
            label = f"启用第{number}步"
            self.fields[f"on_{number}"] = forms.BooleanField(
                label=label, required=False, initial=step.is_on if step else True
            )

    @property
    def steps(self) -> list[tuple[int, bool] | None]:
        """What the command takes; None for a place left empty."""
        given = [(self.cleaned_data[f"days_{n}"], self.cleaned_data[f"on_{n}"]) for n in range(1, MOST_STEPS + 1)]
        return [None if days is None else (days, is_on) for days, is_on in given]


class RemindedFilter(ListFilter):
    """A step's people by name, region, unit, what they lack, and whether the step has reached them."""

    q = SearchFilter(label="姓名或身份证后四位", method="find")
    state = django_filters.ChoiceFilter(
        label="提醒",
        choices=[(LEFT, "待提醒"), (TOLD, "已提醒"), (UNREACHABLE, "没有可用账号")],
        method="of_state",
        empty_label="全部未达标人员",
    )
    region = django_filters.ChoiceFilter(label="属地", field_name="region__code", empty_label="全市")
    unit = django_filters.CharFilter(
        label="单位名称", field_name="practitioner__organisation__name", lookup_expr="icontains", max_length=100
    )
    lacks = django_filters.ChoiceFilter(label="所缺科目", method="lacking", empty_label="全部")

    class Meta:
        model = AnnualStanding
        fields: list[str] = []

    def __init__(self, data: QueryDict, *, step: Step) -> None:
        rows = with_told(short_people(step.year), step.year, step.days)
        super().__init__(data, rows.select_related("practitioner__organisation", "region", "adjustment"))
        notice = notice_of_year(step.year)
        self.filters["region"].extra["choices"] = [(one.code, one.name) for one in Region.objects.order_by("order")]
        self.filters["lacks"].extra["choices"] = [(code, f"缺{notice.categories[code].name}") for code in CATEGORIES]

    def find(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """The search box."""
        return by_person(rows, value)

    def of_state(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """Whom a run would remind, whom one has, or whom none can."""
        wanted = {
            LEFT: Q(told=False, reachable=True),
            TOLD: Q(told=True),
            UNREACHABLE: Q(reachable=False) | Q(reachable__isnull=True),
        }
        return rows.filter(wanted[value])

    def lacking(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """Who lacks hours of a category."""
        return rows.filter(**{f"deficit_{value}__gt": 0})


class UnitsFilter(ListFilter):
    """A step's units by name, region, and whether the step has told them or nobody is there to be told."""

    q = SearchFilter(label="单位名称", field_name="name", lookup_expr="icontains")
    state = django_filters.ChoiceFilter(
        label="提醒",
        choices=[(LEFT, "待提醒"), (TOLD, "已提醒"), (NOBODY, "没有单位管理员")],
        method="of_state",
        empty_label="全部单位",
    )
    region = django_filters.ChoiceFilter(label="属地", field_name="region__code", empty_label="全市")

    class Meta:
        model = Organisation
        fields: list[str] = []

    def __init__(self, data: QueryDict, *, step: Step) -> None:
        self.step = step
        super().__init__(data, units_short(step.year).select_related("region"))
        self.filters["region"].extra["choices"] = [(one.code, one.name) for one in Region.objects.order_by("order")]

    def of_state(self, rows: QuerySet[Organisation], _name: str, value: str) -> QuerySet[Organisation]:
        """Told or not at this step, or nobody there."""
        if value == NOBODY:
            return without_administrator(rows)
        wanted = units_left if value == LEFT else units_told
        return rows.filter(pk__in=wanted(self.step.year, self.step.days))
