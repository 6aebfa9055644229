"""A form about one person: known already, or named by ID number and name, each of which checks the other."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from accounts.errors import InputError
from registry.models import Practitioner
from registry.queries.people import with_id_number


class PersonByNumberForm(forms.Form):
    """`person` is known, or found among `people` by what is typed; an ID number stands in no address."""

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
