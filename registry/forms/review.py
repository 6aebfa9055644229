"""What the review pages read in: the queue's filter, a decision with its reason."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone

from accounts.forms import TextField
from accounts.lists import ListFilter, SearchFilter
from accounts.models import Region, Role, User
from accounts.queries import regions_reviewed
from registry.models import Claim
from registry.queries.notices import notice_on, years_with_notice
from registry.queries.review import search

OWN, ALL = "own", "all"
NEWEST = "newest"
BY_UNIT = "unit"
WAYS = [(BY_UNIT, "单位集体申报"), ("person", "个人申报")]
AGES = (5, 10, 20, 30)
# What an index serves; under any other filter the tabs tell no numbers, which would mean reading all there is.
CHEAP = frozenset({"q", "region", "waited", "told", "sort"})
ORDERS = {"oldest": ("submitted_at", "id"), NEWEST: ("-submitted_at", "-id")}
ORDER_NAMES = [("oldest", "最早提交在前"), (NEWEST, "最近提交在前")]


class ReviewFilter(ListFilter):
    """The queue by office, category, activity, year and unit; the search box; the order.

    For the city office the list starts with its own claims (`region=own`); a county has only its own.
    """

    q = SearchFilter(label="编号、姓名、证书编号或身份证后四位", method="find")
    region = django_filters.ChoiceFilter(label="受理单位", method="of_region", empty_label=None)
    category = django_filters.ChoiceFilter(label="科目", empty_label="全部科目")
    activity = django_filters.ChoiceFilter(label="学时事项", empty_label="全部事项")
    year = django_filters.ChoiceFilter(label="年度", empty_label="全部年度")
    unit = django_filters.CharFilter(
        label="单位名称",
        field_name="practitioner__organisation__name",
        lookup_expr="icontains",
        max_length=100,
    )
    waited = django_filters.ChoiceFilter(
        label="等待时间", choices=[(str(days), f"超过{days}天") for days in AGES], empty_label="不限", method="for_long"
    )
    told = django_filters.ChoiceFilter(
        label="提示事项", choices=[("yes", "提交时有提示")], empty_label="不限", method="with_findings"
    )
    way = django_filters.ChoiceFilter(label="申报方式", choices=WAYS, empty_label="不限", method="filed_by")
    sort = django_filters.ChoiceFilter(label="排序", choices=ORDER_NAMES, empty_label=None, method="keep_order")

    class Meta:
        model = Claim
        fields: list[str] = []

    def __init__(self, data: QueryDict, queryset: QuerySet[Claim], *, user: User) -> None:
        data = data.copy()
        data.setdefault("region", OWN)
        data.setdefault("sort", "oldest")
        super().__init__(data, queryset)
        self.user = user
        notice = notice_on(timezone.localdate())
        self.filters["category"].extra["choices"] = [(c.code, c.name) for c in notice.categories.values()]
        self.filters["activity"].extra["choices"] = [(rule.code, rule.name) for rule in notice.activities.values()]
        self.filters["year"].extra["choices"] = [(str(year), f"{year}年") for year in years_with_notice()]
        if user.has_role(Role.CITY):
            regions = list(Region.objects.all())
            self.region_ids = {region.code: region.pk for region in regions}
            offices = [(region.code, region.name) for region in regions]
            self.filters["region"].extra["choices"] = [(OWN, "本单位受理"), (ALL, "全市"), *offices]
        else:
            del self.filters["region"]

    def of_region(self, claims: QuerySet[Claim], _name: str, value: str) -> QuerySet[Claim]:
        """Own office's, everybody's, or one region's."""
        if value == ALL:
            return claims
        if value == OWN:
            return claims.filter(region_id__in=regions_reviewed(self.user))
        return claims.filter(region_id=self.region_ids[value])  # by the id that the index knows

    def find(self, claims: QuerySet[Claim], _name: str, value: str) -> QuerySet[Claim]:
        """The search box."""
        return search(claims, value)

    def for_long(self, claims: QuerySet[Claim], _name: str, value: str) -> QuerySet[Claim]:
        """Handed in more than so many calendar days (Shanghai) ago."""
        first_moment = datetime.combine(timezone.localdate() - timedelta(days=int(value)), time.min)
        return claims.filter(submitted_at__lt=timezone.make_aware(first_moment))

    def with_findings(self, claims: QuerySet[Claim], _name: str, _value: str) -> QuerySet[Claim]:
        """Those of which something was to be told when they were handed in."""
        return claims.filter(finding_count__gt=0)

    def filed_by(self, claims: QuerySet[Claim], _name: str, value: str) -> QuerySet[Claim]:
        """By the person, or by the unit for many (§三（三）)."""
        return claims.filter(group__isnull=value != BY_UNIT)

    @property
    def is_cheap(self) -> bool:
        """Whether an index serves every filter that is set."""
        return not any(value for name, value in self.data.items() if name in self.filters and name not in CHEAP)

    def keep_order(self, claims: QuerySet[Claim], _name: str, _value: str) -> QuerySet[Claim]:
        """Ordering is the page's affair (keyset), not the filter's."""
        return claims

    @property
    def order(self) -> tuple[str, ...]:
        """Columns of the chosen order; the default for anything unknown."""
        return ORDERS.get(self.data.get("sort", ""), ORDERS["oldest"])


ACCEPT, RETURN, REFUSE = "accept", "return", "refuse"
DECISIONS = [(ACCEPT, "认定"), (RETURN, "退回补正"), (REFUSE, "不予认定")]


class DecisionForm(forms.Form):
    """One decision on one claim; whether a reason is needed is the command's affair."""

    decision = forms.ChoiceField(
        choices=DECISIONS,
        widget=forms.HiddenInput,
        error_messages={"required": "请选择审核结果。", "invalid_choice": "请选择列表中的审核结果。"},
    )
    reason = TextField(
        label="审核意见",
        most=500,
        lines=True,
        required=False,
        help_text="退回、不予认定，以及有提示仍予认定时必填，申报人会看到；请勿填写身份证号和手机号码。",
    )
    go_on = forms.BooleanField(label="办理后打开下一件", required=False, initial=True)


class ReversalForm(forms.Form):
    """Why an accepted claim is undone."""

    reason = TextField(
        label="撤销理由",
        most=500,
        lines=True,
        required=False,
        help_text="申报人会看到；请勿填写身份证号和手机号码。",
    )


class HandOverForm(forms.Form):
    """To which office a claim goes, and why."""

    region = forms.ModelChoiceField(
        queryset=Region.objects.none(),
        label="移交给",
        empty_label="请选择",
        to_field_name="code",
        error_messages={"required": "请选择接收单位。", "invalid_choice": "请选择列表中的单位。"},
    )
    reason = TextField(
        label="移交理由",
        most=500,
        lines=True,
        required=False,
        help_text="接收单位和申报人会看到；请勿填写身份证号和手机号码。",
    )

    def __init__(self, *args: Any, claim: Claim, **kwargs: Any) -> None:
        suggested = claim.practitioner.region
        kwargs["initial"] = {"region": suggested.code} if suggested.pk != claim.region_id else {}
        super().__init__(*args, **kwargs)
        self.fields["region"].queryset = Region.objects.exclude(pk=claim.region_id)  # type: ignore[attr-defined]
        self.fields["region"].label_from_instance = _office  # type: ignore[attr-defined]


def _office(region: Region) -> str:
    return f"{region.name}（{region.office_name}）"


class BatchForm(forms.Form):
    """Which claims one decision is for; the token makes a form posted twice one job."""

    token = forms.UUIDField(widget=forms.HiddenInput)
    claims = forms.TypedMultipleChoiceField(coerce=int, required=False)

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        typed = [pk for pk in data.getlist("claims") if pk.isascii() and pk.isdecimal() and len(pk) < 19]
        self.fields["claims"].choices = [(pk, pk) for pk in typed]  # type: ignore[attr-defined]
