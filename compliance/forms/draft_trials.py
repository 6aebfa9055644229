"""What the pages of trials read in."""

from __future__ import annotations

from typing import Any, TypeVar

import django_filters
from django import forms
from django.db.models import QuerySet
from django.http import QueryDict

from accounts.lists import ListFilter, SearchFilter
from accounts.models import Region, User
from compliance.models import Outcome, Trial, TrialEntry, TrialLine
from compliance.queries.draft_trials import entries_of, lines_of
from hours_rules.notices import load
from registry.models import NoticeVersion, Specialty, TitleLevel
from registry.queries.notices import visible_to, years_judged, years_with_notice
from registry.queries.recrediting import Verdict
from registry.queries.search import by_person
from registry.states import NoticeState

NAME, GAP = "name", "gap"
JUDGED = "judged"
Row = TypeVar("Row", TrialLine, TrialEntry)


class TrialForm(forms.Form):
    """Which draft to try out, on which year's ledger."""

    version = forms.ModelChoiceField(
        label="草稿",
        queryset=NoticeVersion.objects.none(),
        empty_label="请选择",
        error_messages={"required": "请选择要试算的草稿。", "invalid_choice": "请选择列表中的草稿。"},
        help_text="只列出草稿和待复核的版本；草稿在“认定标准的版本”中起草或上传。",
    )
    year = forms.ChoiceField(
        label="用哪一年的学时试算",
        error_messages={"required": "请选择年度。", "invalid_choice": "该年度没有生效的通知。"},
        help_text="按该年度台账的实际登记试算；尚在进行的年度，多数人员的学时还不全。",
    )

    years: list[int]

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        drafts = visible_to(user).filter(state__in=[NoticeState.DRAFT, NoticeState.PROPOSED])
        version: Any = self.fields["version"]
        version.queryset = drafts.order_by("-pk")
        version.label_from_instance = _label
        years = years_with_notice()
        choices = [(str(year), f"{year}年") for year in years]
        self.fields["year"].choices = [*choices, (JUDGED, "该稿改判的各年度（更正已适用的标准时用）")]  # type: ignore[attr-defined]
        self.fields["year"].initial = str(years[min(1, len(years) - 1)])  # the last year that is whole

    def clean(self) -> dict[str, Any]:
        """The years asked for; a draft of a year to come judges none yet."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("version") is None or "year" not in data:
            return data
        judged = data["year"] == JUDGED
        self.years = years_judged(load(data["version"].text)) if judged else [int(data["year"])]
        if not self.years:
            said = "该稿不改判任何已开始的年度，请选择一个年度试算。"
            self.add_error("year", forms.ValidationError(said, code="none"))
        return data


def _label(version: NoticeVersion) -> str:
    remark = f"：{version.remark[:30]}" if version.remark else ""
    return f"{version.notice_id} 第{version.pk}稿（{version.get_state_display()}）{remark}"


class _OfPeople(ListFilter):
    """What both lists of a trial are narrowed by."""

    q = SearchFilter(label="姓名或身份证后四位", method="find")
    year = django_filters.ChoiceFilter(label="年度", empty_label="全部年度")
    region = django_filters.ChoiceFilter(label="属地", field_name="practitioner__region__code", empty_label="全市")
    specialty = django_filters.ChoiceFilter(
        label="专业", field_name="practitioner__specialty", choices=Specialty.choices, empty_label="全部专业"
    )
    level = django_filters.ChoiceFilter(
        label="职称级别", field_name="practitioner__title_level", choices=TitleLevel.choices, empty_label="全部级别"
    )
    unit = django_filters.CharFilter(
        label="单位名称", field_name="practitioner__organisation__name", lookup_expr="icontains", max_length=100
    )

    def __init__(self, data: QueryDict, queryset: QuerySet[Any], *, trial: Trial) -> None:
        super().__init__(data, queryset)
        self.filters["year"].extra["choices"] = [(year, f"{year}年") for year in trial.years]
        regions = [(region.code, region.name) for region in Region.objects.order_by("order")]
        self.filters["region"].extra["choices"] = regions
        if len(trial.years) == 1:
            del self.filters["year"]

    def find(self, rows: QuerySet[Row], _name: str, value: str) -> QuerySet[Row]:
        """The search box."""
        return by_person(rows, value)


class LineFilter(_OfPeople):
    """A trial's people by what would become of their verdict; `order` sorts them."""

    outcome = django_filters.ChoiceFilter(label="试算结果", choices=Outcome.choices, empty_label="全部")
    order = django_filters.ChoiceFilter(
        label="排序",
        choices=[(NAME, "按姓名"), (GAP, "按试算所缺，多的在前")],
        empty_label=None,
        method="as_it_is",
    )

    class Meta:
        model = TrialLine
        fields: list[str] = []

    def __init__(self, data: QueryDict, *, trial: Trial) -> None:
        super().__init__(data, lines_of(trial), trial=trial)

    def as_it_is(self, rows: QuerySet[TrialLine], _name: str, _value: str) -> QuerySet[TrialLine]:
        """The page sorts."""
        return rows


class EntryFilter(_OfPeople):
    """The ledger's lines that a version would credit otherwise, by what would become of them."""

    verdict = django_filters.ChoiceFilter(label="试算结果", choices=Verdict.choices, empty_label="全部")

    class Meta:
        model = TrialEntry
        fields: list[str] = []

    def __init__(self, data: QueryDict, *, trial: Trial) -> None:
        super().__init__(data, entries_of(trial), trial=trial)
