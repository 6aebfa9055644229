"""What the pages of one person's reopened year read in."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils import timezone

from accounts.errors import InputError
from accounts.forms import TextField
from accounts.lists import ListFilter, SearchFilter
from registry.models import Practitioner, WindowReopening
from registry.queries.people import with_id_number
from registry.queries.search import by_person

HOLDING, OVER = "holding", "over"


class ReopeningFilter(ListFilter):
    """A year's reopenings by person and by whether they still hold."""

    q = SearchFilter(label="姓名或身份证号后四位", method="find")
    state = django_filters.ChoiceFilter(
        label="状态", choices=[(HOLDING, "开放中"), (OVER, "已结束")], empty_label="全部状态", method="of_state"
    )

    class Meta:
        model = WindowReopening
        fields: list[str] = []

    def __init__(self, data: QueryDict, queryset: QuerySet[WindowReopening]) -> None:
        super().__init__(data, queryset)

    def find(self, rows: QuerySet[WindowReopening], _name: str, value: str) -> QuerySet[WindowReopening]:
        """The search box."""
        return by_person(rows, value)

    def of_state(self, rows: QuerySet[WindowReopening], _name: str, value: str) -> QuerySet[WindowReopening]:
        """Those that still hold today, or those that do not."""
        holds = Q(closed_at=None, until__gte=timezone.localdate())
        return rows.filter(holds) if value == HOLDING else rows.exclude(holds)


class ReopeningForm(forms.Form):
    """For whom, until when and why a year is opened again; the person by ID number, unless known already."""

    id_number = forms.CharField(
        label="身份证号",
        max_length=40,
        widget=forms.TextInput({"autocomplete": "off"}),
        error_messages={"required": "请填写身份证号。"},
    )
    name = forms.CharField(
        label="姓名",
        max_length=50,
        widget=forms.TextInput({"autocomplete": "off"}),
        help_text="与身份证号核对。",
        error_messages={"required": "请填写姓名。"},
    )
    until = forms.DateField(
        label="开放至",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "short"}),
        help_text="含当日；过后自动关闭。",
        error_messages={"required": "请选择截止日期。", "invalid": "截止日期不正确，例如2026-03-31。"},
    )
    reason = TextField(
        label="理由",
        most=300,
        lines=True,
        help_text="本人会看到；请勿填写身份证号和手机号码。",
        error_messages={"required": "请写明理由。"},
    )

    def __init__(self, *args: Any, people: QuerySet[Practitioner], person: Practitioner | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people, self.person = people, person
        if person is not None:
            del self.fields["id_number"], self.fields["name"]

    def clean(self) -> dict[str, Any]:
        """Find the person; the name has to be the one on record."""
        data: dict[str, Any] = super().clean() or {}
        if self.person is None and data.get("id_number") and data.get("name"):
            self.person = self._found(data["id_number"], "".join(data["name"].split()))
        return data

    def _found(self, id_number: str, name: str) -> Practitioner | None:
        try:
            person = with_id_number(self.people, id_number)
        except InputError as error:
            self.add_error("id_number", ValidationError(error.message, code=error.code))
            return None
        if person is None:
            self.add_error("id_number", ValidationError("平台没有登记这一身份证号的人员。", code="person_unknown"))
        elif person.name != name:
            self.add_error("name", ValidationError("姓名与该身份证号登记的不一致，请核对。", code="name_differs"))
            return None
        return person
