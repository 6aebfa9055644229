"""The public pages: what the portal is, and 认定标准, both drawn from the notice."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.lists import address, own_parameters, without_hidden
from hours_rules import RuleError
from hours_rules.types import Notice
from registry.queries import notices
from registry.views.reading import groups
from zsjxjy.templatetags.portal import cn_date


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
            notices.notice_on(day)
        except RuleError as error:
            first = cn_date(notices.first_day())
            raise forms.ValidationError(f"{error}最早的通知自{first}起适用，请选择当日或以后的日期。") from error
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
    form = StandardsForm({"on": without_hidden(request.GET).get("on", "")})
    context: dict[str, Any] = {"form": form, "first": notices.first_day()}
    if not form.is_valid():
        return render(request, "public/standards.html", context, status=422)
    day = form.cleaned_data["on"]
    notice = notices.notice_on(day)
    category = request.GET.get("category", "")
    if category not in notice.categories:
        category = ""
    context |= {
        "day": day,
        "notice": notice,
        "until": _until(notice),
        "others": [other for other in notices.in_force() if other.id != notice.id],
        "category": category,
        "tabs": _tabs(request, notice, category),
        "groups": groups(notice, category),
    }
    return render(request, "public/standards.html", context)


def _notice_on(day: date) -> Notice | None:
    try:
        return notices.notice_on(day)
    except RuleError:
        return None


def _until(notice: Notice) -> date | None:
    """The last day of a notice that a newer one replaces."""
    later = [other.valid_from for other in notices.in_force() if other.valid_from > notice.valid_from]
    return min(later) - timedelta(days=1) if later else None


def _tabs(request: HttpRequest, notice: Notice, chosen: str) -> list[dict[str, Any]]:
    """One tab for all activities and one for each category; the day chosen is kept."""
    tabs = []
    for code, name in [("", "全部"), *((code, category.name) for code, category in notice.categories.items())]:
        count = sum(1 for rule in notice.activities.values() if code in ("", rule.category))
        url = address(request.path, own_parameters(request.GET, ["on"]), f"category={code}" if code else "")
        tabs.append({"label": name, "url": url, "count": count, "current": code == chosen})
    return tabs
