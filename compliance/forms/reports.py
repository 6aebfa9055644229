"""What each report is asked for: the same fields as the lists, as far as user and figures know them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict

from accounts.lists import ListForm, without_hidden
from accounts.models import Region
from compliance.queries.reports.asked import Asked, Scope
from compliance.queries.reports.compliance import SORTS, WORDS
from compliance.queries.reports.standings import REGION, SPECIALTY
from registry.models import Specialty, TitleLevel
from registry.queries.notices import years_with_notice


class ReportForm(ListForm):
    """The filters of a report; `names` are those of it. A year or dimension that is none is the first one instead."""

    names: tuple[str, ...] = ("year", "by", "region", "unit", "specialty", "level", "sort")

    year = forms.ChoiceField(label="年度")
    by = forms.ChoiceField(label="统计口径")
    region = forms.ChoiceField(label="审核单位", required=False)
    unit = forms.CharField(label="单位名称", required=False, max_length=100)
    specialty = forms.ChoiceField(label="专业", required=False, choices=[("", "全部专业"), *Specialty.choices])
    level = forms.ChoiceField(label="职称级别", required=False, choices=[("", "全部级别"), *TitleLevel.choices])
    sort = forms.ChoiceField(label="排列", required=False, choices=list(SORTS.items()))

    def __init__(self, typed: QueryDict, *, scope: Scope) -> None:
        years = [str(year) for year in years_with_notice()]
        dimensions = {code: name for code, name in WORDS.items() if scope.whole or code != REGION}
        first = {"year": years[0], "by": next(iter(dimensions)) if scope.whole else SPECIALTY}
        data = typed.copy()
        for name, known in (("year", years), ("by", list(dimensions))):
            if data.get(name) not in known:
                data[name] = first[name]
        self.withheld = tuple(name for name in self.names if name in data and name not in without_hidden(data))
        super().__init__(without_hidden(data), initial=first)
        self.regions = {region.code: region for region in Region.objects.all()} if scope.whole else {}
        self._keep(scope)
        self._choose("year", [(year, f"{year}年") for year in years])
        self._choose("by", list(dimensions.items()))
        self._choose("region", [("", "全市"), *((code, region.name) for code, region in self.regions.items())])
        for field in self.fields.values():
            field.error_messages["invalid_choice"] = f"请选择列表中的{field.label}。"

    @property
    def asked(self) -> Asked:
        """What was asked for; the form is valid."""
        given: dict[str, Any] = {name: self.cleaned_data.get(name, "") for name in ("by", "unit", "specialty", "level")}
        return Asked(
            year=int(self.data["year"]),
            region=self.regions.get(self.cleaned_data.get("region", "")),
            sort=self.cleaned_data.get("sort", ""),
            **given,
        )

    @property
    def used(self) -> list[str]:
        """Names of the filters used: their values may name a unit."""
        return [name for name in self.fields if self.cleaned_data.get(name)]

    @property
    def in_words(self) -> list[str]:
        """年度：2021年 …: what the figures are narrowed to, as a file says above its table."""
        given = {name: self.cleaned_data[name] for name in self.fields if self.cleaned_data.get(name)}
        words = {
            name: dict(getattr(self.fields[name], "choices", [])).get(value, value) for name, value in given.items()
        }
        return [f"{self.fields[name].label}：{word}" for name, word in words.items()]

    def _keep(self, scope: Scope) -> None:
        """Only the report's own fields, and no region or unit for who has but one."""
        hidden = {"region"} if not scope.whole else set()
        hidden |= {"unit"} if scope.units else set()
        for name in [name for name in self.fields if name not in self.names or name in hidden]:
            del self.fields[name]

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        if name in self.fields:
            self.fields[name].choices = choices  # type: ignore[attr-defined]


class ComplianceForm(ReportForm):
    """达标情况: one year by a dimension."""


class YearsForm(ReportForm):
    """历年对比: every year, so none is asked for."""

    names = ("region", "unit", "specialty", "level")


class MonthsForm(ReportForm):
    """登记月份: one year, by the people's own facts."""

    names = ("year", "region", "specialty", "level")


class ClassesForm(ReportForm):
    """培训班: one year, by the organiser."""

    names = ("year", "region", "unit")


class WaitsForm(ReportForm):
    """办理时间: the year in which it was decided, and the office that did."""

    names = ("year", "region")
