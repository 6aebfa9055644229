"""What the list of closing statements reads in."""

from __future__ import annotations

import django_filters
from django.db.models import QuerySet
from django.http import QueryDict

from accounts.lists import ListFilter
from accounts.models import Region, Role, User
from compliance.models import YearClosing
from compliance.queries.closings import listed
from registry.queries.notices import years_with_notice

STANDS, SUPERSEDED = "stands", "superseded"


class ClosingFilter(ListFilter):
    """Statements by year, office (for the city office), and whether they still stand."""

    year = django_filters.ChoiceFilter(label="年度", empty_label="全部年度")
    region = django_filters.ChoiceFilter(label="审核单位", field_name="region__code", empty_label="全市")
    standing = django_filters.ChoiceFilter(
        label="效力", choices=[(STANDS, "现行"), (SUPERSEDED, "已被替代")], method="of_standing", empty_label="全部"
    )

    class Meta:
        model = YearClosing
        fields: list[str] = []

    def __init__(self, data: QueryDict, *, user: User) -> None:
        super().__init__(data, listed(user))
        self.filters["year"].extra["choices"] = [(str(year), f"{year}年") for year in years_with_notice()]
        if user.has_role(Role.CITY):
            self.filters["region"].extra["choices"] = [(region.code, region.name) for region in Region.objects.all()]
        else:
            del self.filters["region"]

    def of_standing(self, rows: QuerySet[YearClosing], _name: str, value: str) -> QuerySet[YearClosing]:
        """Superseded by a later one, or not."""
        return rows.filter(superseded_by__isnull=value == STANDS)
