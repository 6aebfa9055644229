"""Who is invited, typed or pasted line by line, or from a workbook; and what the list of invitations is filtered by."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.http import QueryDict

from accounts.errors import InputError
from accounts.lists import SearchFilter
from accounts.models import Organisation
from office.sheets.header import Column, Record, find_header
from office.sheets.reading import configured, read
from office.sheets.sheet import Flag
from registry.commands.invitees import MOST, Invitee, problems
from registry.models import Invitation
from registry.models.invitations import EXPIRED, EXPIRED_LABEL
from registry.queries.invitations import in_state
from registry.states import InvitationState
from units.forms.lists import OrderedFilter

COLUMNS = (
    Column("name", "姓名", ("人员姓名", "名字")),
    Column("phone", "手机号码", ("手机", "手机号", "联系电话", "电话")),
    Column("email", "电子邮箱", ("邮箱", "电子邮件", "E-mail"), required=False),
)
ORDERS: dict[str, tuple[str, ...]] = {
    "newest": ("-sent_at", "-id"),
    "name": ("name_sort", "id"),
    "expiry": ("expires_at", "id"),
}
ORDER_NAMES = [("newest", "最近发出在前"), ("name", "姓名"), ("expiry", "先到期在前")]
SHOWN = 30  # problems that one page tells
_BETWEEN = re.compile(r"[\s,，;；、|]+")
_NUMBER = re.compile(r"[+＋(（]?[\d０-９]")


class InviteForm(forms.Form):
    """Lines of name and phone, or a workbook with these columns; one of the two."""

    organisation = forms.ModelChoiceField(
        label="邀请加入的单位",
        queryset=Organisation.objects.none(),
        empty_label=None,
        error_messages={"required": "请选择单位。", "invalid_choice": "请选择列表中的单位。"},
    )
    people = forms.CharField(
        label="姓名和手机号码",
        required=False,
        max_length=20_000,
        widget=forms.Textarea({"rows": 6, "autocomplete": "off"}),
        help_text=f"每行一人：姓名 手机号码 电子邮箱（选填）。可从表格中复制粘贴，一次最多{MOST}人。",
        error_messages={
            "max_length": "名单过长，请分次邀请或上传表格。",
            "null_characters_not_allowed": "名单中有无法识别的字符，请重新粘贴。",
        },
    )
    file = forms.FileField(
        label="或上传表格（选填）",
        required=False,
        help_text="Excel或WPS表格，列为姓名、手机号码、电子邮箱（可无）。",
        error_messages={"empty": "文件是空的，请重新选择。", "invalid": "请重新选择文件。"},
    )

    def __init__(self, *args: Any, units: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["organisation"]
        chosen.queryset = units  # type: ignore[attr-defined]
        chosen.initial = only = units.first()
        if only is not None and units.count() == 1:
            chosen.widget = forms.HiddenInput()
        self.invitees: list[Invitee] = []

    def clean(self) -> dict[str, Any]:
        """Everybody who is invited, and everything that is wrong with the list, row by row."""
        data: dict[str, Any] = super().clean() or {}
        unit, text, file = data.get("organisation"), data.get("people", ""), data.get("file")
        if self.errors or unit is None:
            return data
        if text and file:
            self.add_error("file", forms.ValidationError("请在填写和上传中选用一种。", code="both"))
            return data
        field = "file" if file else "people"
        try:
            self.invitees = list(_of_file(file) if file else _of_lines(text))
        except InputError as error:
            self.add_error(field, forms.ValidationError(error.message, code=error.code))
            return data
        found = problems(unit, self.invitees)
        for problem in found[:SHOWN]:
            self.add_error(field, forms.ValidationError(problem.message, code=problem.code))
        if len(found) > SHOWN:
            self.add_error(field, forms.ValidationError(f"另有{len(found) - SHOWN}处问题未列出。", code="more"))
        return data


class InvitationFilter(OrderedFilter):
    """Invitations by name and by how they stand today."""

    orders = ORDERS
    q = SearchFilter(label="姓名", method="find")
    state = django_filters.ChoiceFilter(
        label="状态",
        choices=[
            (InvitationState.SENT.value, InvitationState.SENT.label),
            (EXPIRED, EXPIRED_LABEL),
            (InvitationState.ACCEPTED.value, InvitationState.ACCEPTED.label),
            (InvitationState.WITHDRAWN.value, InvitationState.WITHDRAWN.label),
        ],
        method="standing",
        empty_label="全部",
    )
    sort = django_filters.ChoiceFilter(label="排序", choices=ORDER_NAMES, empty_label=None, method="keep_order")

    class Meta:
        model = Invitation
        fields: list[str] = []

    def __init__(self, data: QueryDict, queryset: QuerySet[Invitation]) -> None:
        data = data.copy()
        data.setdefault("sort", "newest")
        super().__init__(data, queryset)
        self.filters["sort"].extra["initial"] = "newest"  # what is usual is no filter chosen

    def find(self, rows: QuerySet[Invitation], _name: str, value: str) -> QuerySet[Invitation]:
        """A name by its beginning, in characters or pinyin."""
        if value.isascii():
            return rows.filter(name_sort__startswith=" ".join(value.lower().split()))
        return rows.filter(name__startswith=re.sub(r"\s", "", value))

    def standing(self, rows: QuerySet[Invitation], _name: str, value: str) -> QuerySet[Invitation]:
        """Expired is what nobody took in time."""
        return in_state(rows, value)


def _of_lines(text: str) -> Iterator[Invitee]:
    """One person a line, in whatever way names and numbers are set apart."""
    for row, line in enumerate(text.splitlines(), 1):
        words = [word for word in _BETWEEN.split(line) if word]
        if not words:
            continue
        emails = [word for word in words if "@" in word]
        numbers = [word for word in words if _NUMBER.match(word) and word not in emails]
        names = [word for word in words if word not in emails and word not in numbers]
        name = " ".join(names) if all(word.isascii() for word in names) else "".join(names)
        yield Invitee(name, "".join(numbers), "".join(emails[:1]), row)


def _of_file(file: Any) -> Iterator[Invitee]:
    data = file.read(configured().file_bytes + 1)  # no more is read of one that is too big anyway
    header = find_header(read(data, name=file.name or ""), COLUMNS)
    for record in header.records():
        _refuse_flags(record)
        values = record.values
        name = values["name"] if values["name"].isascii() else re.sub(r"\s", "", values["name"])
        yield Invitee(name, values["phone"], values.get("email", ""), record.row)


def _refuse_flags(record: Record) -> None:
    for key, flag in record.flags.items():
        title = next(column.title for column in COLUMNS if column.key == key)
        why = "数字末几位已丢失，请把该列设为文本后重新输入" if flag == Flag.LOST_DIGITS else "是公式错误或没有结果"
        raise InputError(f"cell_{flag}", f"第{record.row}行“{title}”{why}。", "file")
