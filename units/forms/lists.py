"""Filters of this room's lists; the orders each of them can have."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import QueryDict

from accounts.lists import ListFilter, SearchFilter
from accounts.models import Business, Organisation, OrganisationKind, Region, Role, User
from registry.models import UnitLink
from registry.queries.search import by_person
from registry.states import UnitLinkState
from units.models import UnitApplication
from units.queries.registered import find

UNIT_ORDERS = {"name": ("name", "id"), "newest": ("-id",), "region": ("region__order", "name", "id")}
UNIT_ORDER_NAMES = [("name", "单位名称"), ("newest", "最近登记在前"), ("region", "属地")]
LINK_ORDERS = {
    "waiting": ("-state", "asked_at", "id"),
    "name": ("practitioner__name_sort", "id"),
    "newest": ("-asked_at", "-id"),
}
LINK_ORDER_NAMES = [("waiting", "待确认在前"), ("name", "姓名"), ("newest", "最近申请在前")]


class OrderedFilter(ListFilter):
    """A filter with the order of its list, which is the page's affair (keyset)."""

    orders: dict[str, tuple[str, ...]] = {}

    def keep_order(self, rows: Any, _name: str, _value: str) -> Any:
        """Ordering happens where the pages are cut."""
        return rows

    @property
    def order(self) -> tuple[str, ...]:
        """Columns of the chosen order; the first for anything unknown."""
        return self.orders.get(self.data.get("sort", ""), next(iter(self.orders.values())))


class UnitFilter(OrderedFilter):
    """The register by name or code, region, kind, business, and whether in use."""

    orders = UNIT_ORDERS
    q = SearchFilter(label="单位名称或代码", method="find", max_length=100)
    region = django_filters.ChoiceFilter(label="属地", field_name="region__code", empty_label="全市")
    kind = django_filters.ChoiceFilter(label="单位性质", choices=OrganisationKind.choices, empty_label="全部性质")
    business = django_filters.ChoiceFilter(label="业务类别", choices=Business.choices, empty_label="全部类别")
    active = django_filters.ChoiceFilter(
        label="状态", choices=[("yes", "在用"), ("no", "已停用")], empty_label="全部", method="in_use"
    )
    sort = django_filters.ChoiceFilter(label="排序", choices=UNIT_ORDER_NAMES, empty_label=None, method="keep_order")

    class Meta:
        model = Organisation
        fields: list[str] = []

    def __init__(self, data: QueryDict, queryset: QuerySet[Organisation], *, user: User) -> None:
        data = data.copy()
        data.setdefault("active", "yes")
        data.setdefault("sort", "name")
        super().__init__(data, queryset)
        if user.has_role(Role.CITY):
            self.filters["region"].extra["choices"] = [(region.code, region.name) for region in Region.objects.all()]
        else:
            del self.filters["region"]

    def find(self, units: QuerySet[Organisation], _name: str, value: str) -> QuerySet[Organisation]:
        """The search box."""
        return find(units, value)

    def in_use(self, units: QuerySet[Organisation], _name: str, value: str) -> QuerySet[Organisation]:
        """Open or closed."""
        return units.filter(is_active=value == "yes")


class ApplicationFilter(ListFilter):
    """Applications by words of the name, or by 受理编号."""

    q = SearchFilter(label="单位名称或受理编号", method="find", max_length=100)

    class Meta:
        model = UnitApplication
        fields: list[str] = []

    def find(self, rows: QuerySet[UnitApplication], _name: str, value: str) -> QuerySet[UnitApplication]:
        """The search box."""
        number = value.upper()
        return rows.filter(number=number) if number.startswith("DW") else rows.filter(name__icontains=value)


class LinkFilter(OrderedFilter):
    """People of units by name or last four of the ID, by state, and by unit where there are several."""

    orders = LINK_ORDERS
    q = SearchFilter(label="姓名或身份证后四位", method="find")
    state = django_filters.ChoiceFilter(
        label="状态",
        choices=[
            (UnitLinkState.PENDING.value, UnitLinkState.PENDING.label),
            (UnitLinkState.CONFIRMED.value, UnitLinkState.CONFIRMED.label),
            (UnitLinkState.ENDED.value, UnitLinkState.ENDED.label),
        ],
        empty_label="待确认和在册",
    )
    sort = django_filters.ChoiceFilter(label="排序", choices=LINK_ORDER_NAMES, empty_label=None, method="keep_order")

    class Meta:
        model = UnitLink
        fields: list[str] = []

    def __init__(self, data: QueryDict, queryset: QuerySet[UnitLink]) -> None:
        data = data.copy()
        data.setdefault("sort", "waiting")
        super().__init__(data, queryset)

    def find(self, links: QuerySet[UnitLink], _name: str, value: str) -> QuerySet[UnitLink]:
        """The search box."""
        return by_person(links, value)
