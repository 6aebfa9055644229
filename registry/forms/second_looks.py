"""What the pages of second looks read in: the list's filter, an opinion, a decision, the regions' rates."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.http import QueryDict

from accounts.forms import TextField
from accounts.lists import ListFilter, SearchFilter
from accounts.models import Region, Role, User
from registry.models import SecondLook
from registry.queries.search import by_person
from registry.queries.second_looks import to_act
from registry.states import SecondLookState

MINE = "mine"
ORDERS = {"oldest": ("drawn_at", "id"), "newest": ("-drawn_at", "-id")}
AGREE, DISAGREE = "agree", "disagree"
UPHOLD, DISMISS = "uphold", "dismiss"


class LookFilter(ListFilter):
    """By state, office and person; the order."""

    q = SearchFilter(label="申报人姓名或身份证后四位", method="find")
    state = django_filters.ChoiceFilter(
        label="状态",
        choices=[(MINE, "待我办理"), *SecondLookState.choices],
        empty_label="全部状态",
        method="of_state",
    )
    region = django_filters.ChoiceFilter(label="受理单位", method="of_region", empty_label="全市")
    sort = django_filters.ChoiceFilter(
        label="排序",
        choices=[("oldest", "最早抽取在前"), ("newest", "最近抽取在前")],
        empty_label=None,
        method="keep_order",
    )

    class Meta:
        model = SecondLook
        fields: list[str] = []

    def __init__(self, data: QueryDict, queryset: QuerySet[SecondLook], *, user: User) -> None:
        super().__init__(data, queryset)
        self.user = user
        if user.has_role(Role.CITY):
            regions = list(Region.objects.all())
            self.region_ids = {region.code: region.pk for region in regions}
            self.filters["region"].extra["choices"] = [(region.code, region.name) for region in regions]
        else:
            del self.filters["region"]

    def find(self, looks: QuerySet[SecondLook], _name: str, value: str) -> QuerySet[SecondLook]:
        """The search box."""
        return by_person(looks, value, "claim__practitioner__")

    def of_state(self, looks: QuerySet[SecondLook], _name: str, value: str) -> QuerySet[SecondLook]:
        """One state, or what waits for this user."""
        return looks.filter(pk__in=to_act(self.user).values("pk")) if value == MINE else looks.filter(state=value)

    def of_region(self, looks: QuerySet[SecondLook], _name: str, value: str) -> QuerySet[SecondLook]:
        """One office's."""
        return looks.filter(region_id=self.region_ids[value])

    def keep_order(self, looks: QuerySet[SecondLook], _name: str, _value: str) -> QuerySet[SecondLook]:
        """Ordering is the page's affair (keyset), not the filter's."""
        return looks

    @property
    def order(self) -> tuple[str, ...]:
        """Columns of the chosen order; the default for anything unknown."""
        return ORDERS.get(self.data.get("sort", ""), ORDERS["oldest"])


def _choice(*choices: tuple[str, str]) -> forms.ChoiceField:
    return forms.ChoiceField(
        choices=choices,
        widget=forms.HiddenInput,
        error_messages={"required": "请选择结果。", "invalid_choice": "请选择列表中的结果。"},
    )


class OpinionForm(forms.Form):
    """What the second look finds; a disagreement says why."""

    finding = _choice((AGREE, "复核一致"), (DISAGREE, "有异议"))
    reason = TextField(
        label="复核意见",
        most=500,
        lines=True,
        required=False,
        help_text="有异议时必填，由第三人据此裁定；请勿填写身份证号和手机号码。",
    )


class DecisionOnLookForm(forms.Form):
    """What the third person decides, and why."""

    finding = _choice((UPHOLD, "异议成立"), (DISMISS, "异议不成立"))
    reason = TextField(
        label="裁定理由",
        most=500,
        lines=True,
        required=False,
        help_text="必填。异议成立的，认定随即撤销，申报人会看到这条理由；请勿填写身份证号和手机号码。",
    )


class RatesForm(forms.Form):
    """Per cent for each region, and on what authority."""

    def __init__(self, *args: Any, regions: Sequence[Region], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.regions = regions
        for region in regions:
            self.fields[f"percent_{region.code}"] = forms.DecimalField(
                label=f"{region.name}（%）",
                max_digits=6,
                widget=forms.NumberInput({"step": "0.1", "min": "0", "max": "100", "class": "short"}),
                error_messages={
                    "required": "请填写抽查比例。",
                    "invalid": "抽查比例应为数字。",
                    "max_digits": "抽查比例应为0至100。",
                },
            )
        self.fields["reason"] = TextField(label="依据", most=500, lines=True, required=False)

    def percents(self) -> dict[Region, Decimal]:
        """What the command takes."""
        return {region: self.cleaned_data[f"percent_{region.code}"] for region in self.regions}
