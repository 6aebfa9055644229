"""What the annual pages read in."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.http import QueryDict

from accounts.lists import ListFilter, SearchFilter
from accounts.models import Region, Role, User
from accounts.queries import regions_reviewed
from compliance.queries.checks import drift_of
from compliance.queries.reviews import REVIEW_STATES, in_state, of_offices, to_review, with_people
from registry.models import AnnualStanding, Specialty, TitleLevel
from registry.queries.notices import years_with_notice
from registry.queries.search import by_person

OWN = "own"
MET, SHORT = "met", "short"
VERDICTS = [(MET, "达标"), (SHORT, "未达标")]


class YearForm(forms.Form):
    """A year that has a notice."""

    year = forms.TypedChoiceField(
        label="年度",
        coerce=int,
        error_messages={"required": "请选择年度。", "invalid_choice": "该年度没有生效的通知。"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [(year, f"{year}年") for year in years_with_notice()]  # type: ignore[attr-defined]


class StandingFilter(ListFilter):
    """One year's standings by verdict, review, region, unit, specialty and level; the search box.

    `check` (a job's id) narrows the list to the people whom that annual check found different from the ledger.
    """

    q = SearchFilter(label="姓名或身份证后四位", method="find")
    year = django_filters.ChoiceFilter(label="年度", empty_label=None)
    verdict = django_filters.ChoiceFilter(label="结论", choices=VERDICTS, method="of_verdict", empty_label="全部")
    review = django_filters.ChoiceFilter(label="审核", choices=REVIEW_STATES, method="of_review", empty_label="全部")
    region = django_filters.ChoiceFilter(label="审核单位", method="of_region", empty_label="全市")
    unit = django_filters.CharFilter(
        label="单位名称",
        field_name="practitioner__organisation__name",
        lookup_expr="icontains",
        max_length=100,
    )
    specialty = django_filters.ChoiceFilter(
        label="专业",
        field_name="practitioner__specialty",
        choices=Specialty.choices,
        empty_label="全部专业",
    )
    level = django_filters.ChoiceFilter(
        label="职称级别",
        field_name="practitioner__title_level",
        choices=TitleLevel.choices,
        empty_label="全部级别",
    )
    check = django_filters.UUIDFilter(method="of_check", widget=forms.HiddenInput)

    class Meta:
        model = AnnualStanding
        fields: list[str] = []

    def __init__(self, data: QueryDict, *, user: User) -> None:
        self.user = user
        years = years_with_notice()
        data = data.copy()
        if data.get("year") not in {str(year) for year in years}:
            data["year"] = str(years[0])
        super().__init__(data, with_people(to_review(user, int(str(data["year"])))))
        self.filters["year"].extra["choices"] = [(str(year), f"{year}年") for year in years]
        if user.has_role(Role.CITY):
            regions = list(Region.objects.all())
            self.region_ids = {region.code: region.pk for region in regions}
            offices = [(region.code, region.name) for region in regions]
            self.filters["region"].extra["choices"] = [(OWN, "本单位审核"), *offices]
        else:
            del self.filters["region"]

    @property
    def shown_year(self) -> int:
        """The year listed; the present one when the address names none that has a notice."""
        return int(self.data["year"])

    def find(self, rows: QuerySet[AnnualStanding], _name: str, value: str) -> QuerySet[AnnualStanding]:
        """The search box."""
        return by_person(rows, value)

    def of_verdict(self, rows: QuerySet[AnnualStanding], _name: str, value: str) -> QuerySet[AnnualStanding]:
        """Met or short."""
        return rows.filter(meets=value == MET)

    def of_review(self, rows: QuerySet[AnnualStanding], _name: str, value: str) -> QuerySet[AnnualStanding]:
        """How the review stands."""
        return in_state(rows, value)

    def of_region(self, rows: QuerySet[AnnualStanding], _name: str, value: str) -> QuerySet[AnnualStanding]:
        """The years that one office reviews."""
        if value == OWN:
            return of_offices(rows, regions_reviewed(self.user))
        return of_offices(rows, [self.region_ids[value]])

    def of_check(self, rows: QuerySet[AnnualStanding], _name: str, value: Any) -> QuerySet[AnnualStanding]:
        """People of one check's drift."""
        return rows.filter(practitioner_id__in=drift_of(self.user, str(value)))
