"""What the pages of certificates read in."""

from __future__ import annotations

import re
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict

from accounts.forms import TextField
from accounts.lists import ListFilter, SearchFilter
from accounts.models import Organisation, Region, Role, User
from compliance.models import AnnualReview, Certificate
from compliance.queries.certificates import CODE_LENGTH, plain_code
from compliance.states import CertificateState
from registry.queries.notices import years_with_notice
from registry.queries.people import unit_called
from registry.queries.search import by_person

NUMBER = re.compile(r"XZ\d{4,}", re.IGNORECASE)


class CertificateFilter(ListFilter):
    """An office's list by number or person, state, year and office."""

    q = SearchFilter(label="编号、姓名或身份证后四位", method="find")
    state = django_filters.ChoiceFilter(label="状态", choices=CertificateState.choices, empty_label="全部")
    year = django_filters.ChoiceFilter(label="所载年度", method="of_year", empty_label="全部年度")
    region = django_filters.ChoiceFilter(label="审核单位", field_name="region__code", empty_label="全市")

    class Meta:
        model = Certificate
        fields: list[str] = []

    def __init__(self, data: QueryDict, queryset: QuerySet[Certificate], *, user: User) -> None:
        super().__init__(data, queryset)
        self.filters["year"].extra["choices"] = [(str(year), f"{year}年") for year in years_with_notice()]
        if user.has_role(Role.CITY):
            self.filters["region"].extra["choices"] = [(region.code, region.name) for region in Region.objects.all()]
        else:
            del self.filters["region"]

    def find(self, rows: QuerySet[Certificate], _name: str, value: str) -> QuerySet[Certificate]:
        """A number by its beginning, or a person."""
        typed = value.strip()
        if NUMBER.fullmatch(typed):
            return rows.filter(number__startswith=typed.upper())
        return by_person(rows, typed)

    def of_year(self, rows: QuerySet[Certificate], _name: str, value: str) -> QuerySet[Certificate]:
        """Those that cover the year."""
        return rows.filter(Q(years__year=int(value)))


class IssueForm(forms.Form):
    """Which of a person's passed years go into one certificate."""

    years = forms.TypedMultipleChoiceField(
        label="年度",
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请至少选择一个年度。", "invalid_choice": "只能选择审核通过的年度。"},
    )

    def __init__(self, data: Any, reviews: list[AnnualReview]) -> None:
        super().__init__(data)
        choices = [(review.year, f"{review.year}年度（{review.region.office_name}审核通过）") for review in reviews]
        self.fields["years"].choices = choices  # type: ignore[attr-defined]


class RevokeForm(forms.Form):
    """Why a certificate is taken back."""

    reason = TextField(label="撤销理由", most=300, lines=True, help_text="核验网页会公开显示；请勿填写个人信息。")


class BundleForm(forms.Form):
    """Which unit's certificates of which year; a token makes two posts one job. An office types the unit's name."""

    token = forms.UUIDField(widget=forms.HiddenInput)
    year = forms.TypedChoiceField(
        label="年度",
        coerce=int,
        error_messages={"required": "请选择年度。", "invalid_choice": "该年度没有生效的通知。"},
    )
    unit = forms.CharField(
        label="单位名称",
        max_length=100,
        help_text="填写单位全称或统一社会信用代码。",
        error_messages={"required": "请填写单位名称。"},
    )

    def __init__(self, *args: Any, units: QuerySet[Organisation], own: list[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.units = units
        self.fields["year"].choices = [(year, f"{year}年") for year in years_with_notice()]  # type: ignore[attr-defined]
        if own:
            names = [(unit.name, unit.name) for unit in own]
            self.fields["unit"] = forms.ChoiceField(label="单位", choices=names)

    def clean_unit(self) -> Organisation:
        """The unit that was named, among those that the user may have certificates made for."""
        found = unit_called(str(self.cleaned_data["unit"]).strip())
        if found is None or not self.units.filter(pk=found.pk).exists():
            raise forms.ValidationError("没有找到这个单位，请核对名称；只能办理本单位或本属地的单位。", code="unit")
        return found


class CheckForm(forms.Form):
    """A certificate's number and code, as they are printed."""

    number = forms.CharField(
        label="证明编号",
        max_length=30,
        widget=forms.TextInput({"autocomplete": "off", "placeholder": "XZ20260000001"}),
        error_messages={"required": "请填写证明右上角的证明编号。"},
    )
    code = forms.CharField(
        label="核验码",
        max_length=60,
        help_text=f"{CODE_LENGTH}位字母和数字，印在证明末尾的二维码旁；横线和大小写不限。",
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": "请填写印在二维码旁的核验码。"},
    )

    def clean_code(self) -> str:
        """The code as it is kept."""
        code = plain_code(self.cleaned_data["code"])
        if len(code) != CODE_LENGTH:
            raise forms.ValidationError(f"核验码是{CODE_LENGTH}位字母和数字，请核对有无漏填。", code="code_length")
        return code


class NameForm(forms.Form):
    """The full name to be compared; it is neither kept nor shown again."""

    name = forms.CharField(
        label="持证人姓名",
        max_length=50,
        widget=forms.TextInput({"autocomplete": "off"}),
        help_text="填写证明上的姓名全称，核对是否一致；姓名不会公开显示。",
        error_messages={"required": "请填写姓名全称。"},
    )
