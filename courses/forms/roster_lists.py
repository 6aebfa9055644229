"""Filters of the lists of rosters: the office's queue, and the rows of one roster."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import django_filters
from django.db.models import Q, QuerySet

from accounts.lists import ListFilter, SearchFilter
from courses.models import Roster, RosterKind, RosterRow, RowVerdict
from courses.roster.problems import PROBLEMS
from courses.states import RosterState
from registry.queries.search import LAST_FOUR

OFFICE_STATES = [
    (state.value, state.label)
    for state in (RosterState.SUBMITTED, RosterState.CONFIRMED, RosterState.RETURNED, RosterState.REVERSED)
]


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


class RosterFilter(_Sorted):
    """Rosters by where they stand, in time or late, with their paper copy or without, and by class or unit."""

    orders = {"newest": ("-submitted_at", "-id"), "oldest": ("submitted_at", "id")}
    state = django_filters.ChoiceFilter(label="状态", choices=OFFICE_STATES, empty_label="全部状态")
    kind = django_filters.ChoiceFilter(label="类别", choices=RosterKind.choices, empty_label="全部类别")
    late = django_filters.ChoiceFilter(
        label="期限", choices=[("yes", "逾期报送"), ("no", "按期报送")], empty_label="不限", method="by_late"
    )
    paper = django_filters.ChoiceFilter(
        label="纸质件", choices=[("missing", "未收到"), ("received", "已收到")], empty_label="不限", method="by_paper"
    )
    q = SearchFilter(label="培训班、单位或受理编号", method="find")
    sort = django_filters.ChoiceFilter(
        label="排序",
        choices=[("newest", "最近报送在前"), ("oldest", "最早报送在前")],
        empty_label=None,
        method="keep_order",
    )

    class Meta:
        model = Roster
        fields: list[str] = []

    def by_late(self, rosters: QuerySet[Roster], _name: str, value: str) -> QuerySet[Roster]:
        """In time, or after the last day."""
        return rosters.filter(is_late=value == "yes")

    def by_paper(self, rosters: QuerySet[Roster], _name: str, value: str) -> QuerySet[Roster]:
        """With or without the stamped copy; past years' ledgers have none."""
        return rosters.filter(kind=RosterKind.CLASS, paper_received_on__isnull=value == "missing")

    def find(self, rosters: QuerySet[Roster], _name: str, value: str) -> QuerySet[Roster]:
        """By the beginning of the class's title or its unit's name, or by the number."""
        named = Q(training_class__title__startswith=value) | Q(training_class__organisation__name__startswith=value)
        return rosters.filter(named | Q(number=value.upper()))


class RowFilter(_Sorted):
    """Rows by what was found, and by person or unit."""

    orders = {"row": ("row",), "last": ("-row",)}
    verdict = django_filters.ChoiceFilter(label="核对结果", choices=RowVerdict.choices, empty_label="全部")
    code = django_filters.ChoiceFilter(
        label="问题", choices=list(PROBLEMS.items()), empty_label="全部问题", method="by_code"
    )
    q = SearchFilter(label="姓名、企业或身份证后四位", method="find")
    sort = django_filters.ChoiceFilter(
        label="排序", choices=[("row", "按行号"), ("last", "按行号倒序")], empty_label=None, method="keep_order"
    )

    class Meta:
        model = RosterRow
        fields: list[str] = []

    def by_code(self, rows: QuerySet[RosterRow], _name: str, value: str) -> QuerySet[RosterRow]:
        """Rows of which this was found."""
        return rows.filter(problems__contains=[{"code": value}])

    def find(self, rows: QuerySet[RosterRow], _name: str, value: str) -> QuerySet[RosterRow]:
        """By the last four of the ID, or the beginning of name or employer."""
        if LAST_FOUR.fullmatch(value):
            return rows.filter(id_last4=value.upper())
        return rows.filter(Q(name__startswith=value) | Q(employer_name__startswith=value))
