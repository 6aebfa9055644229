"""What the pages of group claims read in: the common facts, people, certificates, and the list's filter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.forms import TextField
from accounts.lists import ListFilter, SearchFilter
from accounts.models import Organisation
from registry.forms.claims import ClaimForm
from registry.models import Claim, GroupClaim, Practitioner
from registry.queries.notices import notice_on, years_with_notice
from registry.queries.search import by_person
from registry.states import EDITABLE, ClaimState

DRAFT, WAITING, RETURNED, DONE, WITHDRAWN = "draft", "waiting", "returned", "done", "withdrawn"
STATUSES = [
    (DRAFT, "草稿"),
    (WAITING, "有待审核"),
    (RETURNED, "有待补正"),
    (DONE, "已办结"),
    (WITHDRAWN, "已撤回"),
]
ORDERS = {"newest": ("-id",), "ended": ("-ended_on", "-id"), "title": ("title", "id")}
ORDER_NAMES = [("newest", "最近填报在前"), ("ended", "活动日期"), ("title", "名称")]


class GroupForm(ClaimForm):
    """The facts that all people share; with several units, which of them files."""

    def __init__(self, *args: Any, units: Sequence[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["certificate_number"]  # each person's own
        if len(units) > 1:
            self.fields["unit"] = forms.ChoiceField(
                label="申报单位",
                choices=[(str(unit.pk), unit.name) for unit in units],
                error_messages={"required": "请选择申报单位。", "invalid_choice": "请选择列表中的单位。"},
            )
        self.fields["title"].help_text = "按上级主管部门的培训通知填写全称。"
        self.fields["organiser"].label = "主办单位（选填）"
        self.units = units

    @property
    def name_fields(self) -> list[forms.BoundField]:
        """What the activity was called, by whom it was held, and whose people these are."""
        return [self[name] for name in ("title", "organiser", "note", "unit") if name in self.fields]

    @property
    def unit(self) -> Organisation:
        """The unit chosen, or the only one."""
        chosen = self.cleaned_data.get("unit")
        return next(unit for unit in self.units if not chosen or str(unit.pk) == chosen)

    def claim_input(self, data: dict[str, Any] | None = None) -> Any:
        """The facts without the unit, which is no fact of the activity."""
        facts = dict(self.cleaned_data if data is None else data)
        facts.pop("unit", None)
        return super().claim_input(facts)


class PickFilter(ListFilter):
    """Whom to tick: by name, pinyin or the last four of the ID number."""

    q = SearchFilter(label="姓名或身份证后四位", method="find")

    class Meta:
        model = Practitioner
        fields: list[str] = []

    def find(self, people: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """The search box."""
        return by_person(people, value, person="")


class SheetForm(forms.Form):
    """A workbook with the list of people."""

    file = forms.FileField(
        label="名单文件",
        allow_empty_file=True,
        help_text="Excel或WPS表格（.xlsx、.xls、.ods），列为姓名、身份证号、证书编号。",
        widget=forms.ClearableFileInput({"accept": ".xlsx,.xls,.ods"}),
        error_messages={"required": "请选择名单文件。", "invalid": "没有收到文件，请重新选择后上传。"},
    )


class BundleForm(forms.Form):
    """A zip of certificates; `token` makes a form posted twice add each file once."""

    token = forms.UUIDField(widget=forms.HiddenInput)
    bundle = forms.FileField(
        label="证书压缩包（ZIP）",
        allow_empty_file=True,
        help_text="文件名中写明姓名；有重名的写身份证号。最多200个文件，可放在一层文件夹中。",
        widget=forms.ClearableFileInput({"accept": ".zip,application/zip"}),
        error_messages={"required": "请选择压缩包。", "invalid": "没有收到文件，请重新选择后上传。"},
    )


class NumberForm(forms.Form):
    """The number of one person's certificate."""

    certificate_number = TextField(label="证书编号（选填）", most=60, number=True, required=False)


class AssignForm(forms.Form):
    """To whom a file belongs."""

    claim = forms.ChoiceField(
        label="归入",
        widget=forms.Select({"class": "form-select form-select-sm"}),
        error_messages={"required": "请选择人员。", "invalid_choice": "请选择名单中的人员。"},
    )

    def __init__(self, *args: Any, people: Sequence[Claim], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [(str(claim.pk), f"{claim.practitioner.name}（{claim.practitioner.id_last4}）") for claim in people]
        self.fields["claim"].choices = [("", "请选择"), *names]  # type: ignore[attr-defined]


class GroupFilter(ListFilter):
    """The unit's group claims by year, where they stand, and words of their name or number."""

    q = SearchFilter(label="名称或受理编号", method="find")
    year = django_filters.ChoiceFilter(label="年度", empty_label="全部年度")
    status = django_filters.ChoiceFilter(label="办理情况", choices=STATUSES, empty_label="全部", method="standing")
    activity = django_filters.ChoiceFilter(label="学时事项", empty_label="全部事项")
    sort = django_filters.ChoiceFilter(label="排序", choices=ORDER_NAMES, empty_label=None, method="keep_order")

    class Meta:
        model = GroupClaim
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        notice = notice_on(timezone.localdate())
        rules = notice.group_claims.activities if notice.group_claims else ()
        self.filters["year"].extra["choices"] = [(str(year), f"{year}年") for year in years_with_notice()]
        self.filters["activity"].extra["choices"] = [(code, notice.activities[code].name) for code in rules]

    def find(self, groups: QuerySet[GroupClaim], _name: str, value: str) -> QuerySet[GroupClaim]:
        """The search box."""
        return groups.filter(Q(title__icontains=value) | Q(number=value.upper()))

    def standing(self, groups: QuerySet[GroupClaim], _name: str, value: str) -> QuerySet[GroupClaim]:
        """Where the envelope stands, told from its claims."""
        claims = Claim.objects.filter(group=OuterRef("pk"))
        open_ones = Exists(claims.filter(state__in=[*EDITABLE, ClaimState.SUBMITTED]))
        handed_in = groups.filter(submitted_at__isnull=False, withdrawn_at__isnull=True)
        return {
            DRAFT: groups.filter(submitted_at__isnull=True, withdrawn_at__isnull=True),
            WAITING: handed_in.filter(Exists(claims.filter(state=ClaimState.SUBMITTED))),
            RETURNED: handed_in.filter(Exists(claims.filter(state=ClaimState.RETURNED))),
            DONE: handed_in.filter(~open_ones),
            WITHDRAWN: groups.filter(withdrawn_at__isnull=False),
        }[value]

    def keep_order(self, groups: QuerySet[GroupClaim], _name: str, _value: str) -> QuerySet[GroupClaim]:
        """Ordering is the page's affair (keyset), not the filter's."""
        return groups

    @property
    def order(self) -> tuple[str, ...]:
        """Columns of the chosen order; the default for anything unknown."""
        return ORDERS.get(self.data.get("sort", ""), ORDERS["newest"])
