"""What the year at a glance is filtered by."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.http import QueryDict

from accounts.lists import SearchFilter
from hours_rules.types import CATEGORIES
from registry.models import Specialty, TitleLevel, UnitLink
from registry.queries.notices import notice_of_year, years_with_notice
from registry.queries.search import by_person
from registry.states import ClaimState
from units.forms.lists import OrderedFilter
from units.queries.years import with_claims

MET, SHORT = "met", "short"
THEN, NOW = "then", "now"
ORDERS = {
    "name": ("practitioner__name_sort", "id"),
    "missing": ("-missing", "practitioner__name_sort", "id"),
    "least": ("counted_total", "practitioner__name_sort", "id"),
    "most": ("-counted_total", "practitioner__name_sort", "id"),
}
ORDER_NAMES = [
    ("name", "姓名"),
    ("missing", "所缺学时从多到少"),
    ("least", "合计学时从低到高"),
    ("most", "合计学时从高到低"),
]


class PeopleYearFilter(OrderedFilter):
    """One year of a unit's people by verdict, what is lacking, claims under way, specialty and level; the search box.

    `year` and `people` (who belonged then, or belongs now) decide which rows there are, before the filter is made.
    """

    orders = ORDERS
    q = SearchFilter(label="姓名或身份证后四位", method="find")
    year = django_filters.ChoiceFilter(label="年度", empty_label=None, method="keep_order")
    people = django_filters.ChoiceFilter(label="人员范围", empty_label=None, method="keep_order")
    verdict = django_filters.ChoiceFilter(
        label="结论", choices=[(MET, "达标"), (SHORT, "未达标")], method="of_verdict", empty_label="全部"
    )
    lacks = django_filters.ChoiceFilter(label="所缺科目", method="lacking", empty_label="全部")
    claims = django_filters.ChoiceFilter(
        label="申报",
        choices=[(ClaimState.RETURNED.value, "有被退回的"), (ClaimState.SUBMITTED.value, "有待审核的")],
        method="of_claims",
        empty_label="全部",
    )
    specialty = django_filters.ChoiceFilter(
        label="专业", field_name="practitioner__specialty", choices=Specialty.choices, empty_label="全部专业"
    )
    level = django_filters.ChoiceFilter(
        label="职称级别", field_name="practitioner__title_level", choices=TitleLevel.choices, empty_label="全部级别"
    )
    sort = django_filters.ChoiceFilter(label="排序", choices=ORDER_NAMES, empty_label=None, method="keep_order")

    class Meta:
        model = UnitLink
        fields: list[str] = []

    def __init__(self, data: QueryDict, queryset: QuerySet[Any], *, year: int) -> None:
        self.year = year
        data = data.copy()
        data["year"] = str(year)
        data.setdefault("people", THEN)
        data.setdefault("sort", "name")
        super().__init__(data, queryset)
        years = years_with_notice()
        for name, usual in {"year": str(years[0]), "people": THEN, "sort": "name"}.items():
            self.filters[name].extra["initial"] = usual  # what is usual is no filter chosen
        notice = notice_of_year(year)
        self.filters["year"].extra["choices"] = [(str(each), f"{each}年") for each in years]
        self.filters["lacks"].extra["choices"] = [(code, f"缺{notice.categories[code].name}") for code in CATEGORIES]
        if year == years[0]:  # who belongs then and who belongs now are the same people
            del self.filters["people"]
        else:
            self.filters["people"].extra["choices"] = [(THEN, f"{year}年末在册"), (NOW, "现在在册")]

    def find(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """The search box."""
        return by_person(rows, value)

    def of_verdict(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """Met or short."""
        return rows.filter(meets=value == MET)

    def lacking(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """Who lacks hours of a category."""
        return rows.filter(**{f"deficit_{value}__gt": 0})

    def of_claims(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """Who has a claim of the year that came back, or waits."""
        return with_claims(rows, self.year, value)


class RemindForm(forms.Form):
    """Of which year people are reminded."""

    year = forms.TypedChoiceField(label="年度", coerce=int, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [(year, str(year)) for year in years_with_notice()]  # type: ignore[attr-defined]


def year_asked(data: QueryDict) -> int:
    """The year of the address; the present one when it names none that has a notice."""
    years = years_with_notice()
    text = data.get("year", "")
    return int(text) if text in {str(year) for year in years} else years[0]


def today_asked(data: QueryDict, year: int) -> bool:
    """Whether today's people are meant, whatever the year."""
    return data.get("people") == NOW or year == years_with_notice()[0]
