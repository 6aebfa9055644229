"""What all lists share: filters that never repeat a person's number, and the parameters that travel from page to page.

What is searched for stands in the page's address, and so in the browser's history and in every link of the list.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import django_filters
from django import forms
from django.http import QueryDict

from accounts.personal import HIDDEN

PERSONAL_TYPED = "请勿在此输入完整的身份证号或手机号码（会留在浏览记录中），可改用姓名、身份证号后四位或编号。"


def without_hidden(typed: QueryDict) -> QueryDict:
    """The parameters of an address without those in which a number was hidden (`accounts.addresses`)."""
    kept = typed.copy()
    for name, values in typed.lists():
        if any(HIDDEN in value for value in values):
            kept.pop(name)
    return kept


def own_parameters(typed: QueryDict, names: Iterable[str]) -> str:
    """The list's own parameters for its next address: without its page, without what was not searched for."""
    own = set(names)
    kept = without_hidden(typed)
    for name in list(kept):
        if name not in own or not kept[name]:
            kept.pop(name)
    return kept.urlencode()


def address(path: str, *parts: str) -> str:
    """A path with the parts of its query that are there; `path` empty is the page itself."""
    query = "&".join(part for part in parts if part)
    return f"{path}?{query}" if query else path


class SearchFilter(django_filters.CharFilter):
    """A search box."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput({"autocomplete": "off", "type": "search"})
        super().__init__(**{"max_length": 40, "widget": widget, **kwargs})


class ListForm(forms.Form):
    """The form of a list's filter; `withheld` are the fields into which a person's number was typed."""

    withheld: tuple[str, ...] = ()

    def clean(self) -> dict[str, Any]:
        """Tell why a number was not searched for."""
        for name in self.withheld:
            self.add_error(name, forms.ValidationError(PERSONAL_TYPED, code="personal"))
        return super().clean() or {}


class ListFilter(django_filters.FilterSet):
    """The base of every list's filter. Its refusals name the field and repeat nothing of what was typed."""

    def __init__(self, data: QueryDict, *args: Any, **kwargs: Any) -> None:
        self.typed = data
        super().__init__(without_hidden(data), *args, **kwargs)

    @property
    def qs(self) -> Any:
        """The rows found; none for a number that was not searched for, lest the whole list be taken for the answer."""
        return self.queryset.none() if self.form.withheld else super().qs

    def get_form_class(self) -> type[ListForm]:
        """The filters' fields on our form."""
        return type("Filter", (ListForm,), {name: each.field for name, each in self.filters.items()})

    @property
    def form(self) -> ListForm:
        """The bound form, with errors in words of ours."""
        form: ListForm = super().form
        form.withheld = tuple(name for name in form.fields if name in self.typed and name not in self.data)
        for field in form.fields.values():
            field.error_messages["invalid_choice"] = f"请选择列表中的{field.label}。"
        return form
