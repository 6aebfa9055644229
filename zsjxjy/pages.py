"""The public pages: what the portal is, and 认定标准, both drawn from the notice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from hours_rules import RuleError, notices
from hours_rules.types import ActivityRule, Notice
from zsjxjy.templatetags.portal import clause_anchor, cn_date


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause that credits hours: the activities that cite it and the sentences it consists of."""

    clause: str
    anchor: str
    rules: tuple[ActivityRule, ...]

    @property
    def texts(self) -> tuple[str, ...]:
        """The notice's sentences, each once: two activities may share one."""
        return tuple(dict.fromkeys(rule.text for rule in self.rules))


@dataclass(frozen=True, slots=True)
class Group:
    """The clauses under one heading of the notice, such as 二（二）."""

    clause: str
    anchor: str
    categories: tuple[str, ...]
    clauses: tuple[Clause, ...]

    @property
    def rules(self) -> tuple[ActivityRule, ...]:
        """Every activity of the group, in clause order."""
        return tuple(rule for clause in self.clauses for rule in clause.rules)


class StandardsForm(forms.Form):
    """Which day's notice, and which category of it; both may be left out."""

    on = forms.DateField(
        label="活动结束日期",
        required=False,
        input_formats=["%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": "日期不正确，请按“2021-06-01”的格式填写。"},
    )

    def clean_on(self) -> date:
        """The day given, else today; before the first notice there is nothing to show."""
        day: date = self.cleaned_data["on"] or timezone.localdate()
        try:
            notices.for_date(day, notices.shipped())
        except RuleError as error:
            first = min(notice.valid_from for notice in notices.shipped())
            raise forms.ValidationError(
                f"{error}最早的通知自{cn_date(first)}起适用，请选择当日或以后的日期。"
            ) from error
        return day


@login_not_required
@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    """What the portal is, what a year asks for, and where to begin; for visitors who are not signed in."""
    return render(request, "public/home.html", {"notice": _notice_on(timezone.localdate())})


@login_not_required
@require_safe
def standards(request: HttpRequest) -> HttpResponse:
    """认定标准: the notice in force on `?on=` (else today), clause by clause, whole or one `?category=` of it."""
    form = StandardsForm({"on": request.GET.get("on", "")})
    context: dict[str, Any] = {"form": form, "first": min(notice.valid_from for notice in notices.shipped())}
    if not form.is_valid():
        return render(request, "public/standards.html", context, status=422)
    day = form.cleaned_data["on"]
    notice = notices.for_date(day, notices.shipped())
    category = request.GET.get("category", "")
    if category not in notice.categories:
        category = ""
    context |= {
        "day": day,
        "notice": notice,
        "until": _until(notice),
        "others": [other for other in notices.shipped() if other.id != notice.id],
        "category": category,
        "tabs": _tabs(request, notice, category),
        "groups": _groups(notice, category),
    }
    return render(request, "public/standards.html", context)


def _notice_on(day: date) -> Notice | None:
    try:
        return notices.for_date(day, notices.shipped())
    except RuleError:
        return None


def _until(notice: Notice) -> date | None:
    """The last day of a notice that a newer one replaces."""
    later = [other.valid_from for other in notices.shipped() if other.valid_from > notice.valid_from]
    return min(later) - timedelta(days=1) if later else None


def _tabs(request: HttpRequest, notice: Notice, chosen: str) -> list[dict[str, Any]]:
    """One tab for all activities and one for each category; the day chosen is kept."""
    tabs = []
    for code, name in [("", "全部"), *((code, category.name) for code, category in notice.categories.items())]:
        query = request.GET.copy()
        query.pop("category", None)
        if code:
            query["category"] = code
        count = sum(1 for rule in notice.activities.values() if code in ("", rule.category))
        url = f"{request.path}?{query.urlencode()}" if query else request.path
        tabs.append({"label": name, "url": url, "count": count, "current": code == chosen})
    return tabs


def _groups(notice: Notice, category: str) -> list[Group]:
    """The activities under the notice's headings. Each anchor is given once, however the clauses repeat."""
    rules = [rule for rule in notice.activities.values() if category in ("", rule.category)]
    given = {clause_anchor(notice.minimums_clause), clause_anchor(notice.class_rules.clause)}
    groups = []
    for heading, members in groupby(rules, key=lambda rule: _heading(rule.clause)):
        own = tuple(members)
        anchor = _anchor(heading, given)
        names = tuple(dict.fromkeys(notice.categories[rule.category].name for rule in own))
        groups.append(Group(heading, anchor, names, tuple(_clauses(own, given))))
    return groups


def _clauses(rules: Iterable[ActivityRule], given: set[str]) -> Iterable[Clause]:
    for clause, members in groupby(rules, key=lambda rule: rule.clause):
        yield Clause(clause, _anchor(clause, given), tuple(members))


def _heading(clause: str) -> str:
    """二（二）2(1) → 二（二）: the part up to the bracketed Chinese numeral."""
    head, bracket, _ = clause.partition("）")
    return head + bracket


def _anchor(clause: str, given: set[str]) -> str:
    """The clause's anchor, or nothing when an element above carries it already."""
    anchor = clause_anchor(clause)
    if anchor in given:
        return ""
    given.add(anchor)
    return anchor
