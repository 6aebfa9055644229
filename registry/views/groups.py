"""集体申报 as a unit files it: its list, one envelope, handing it in and taking it back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.errors import DomainError
from accounts.forms import add_domain_error
from accounts.keyset import PAGE_SIZE, page_of
from accounts.pages import page_for
from accounts.tables import csv_response
from registry.commands.exports import unit_groups_exported
from registry.commands.groups import group_submit, group_withdraw
from registry.forms.claims import DeclarationForm, WithdrawForm
from registry.forms.groups import GroupFilter
from registry.queries import groups
from registry.views import group_words, words
from registry.views.group_page import WORK, own_group, page_of_group
from registry.views.lists import kept_query, page_urls
from registry.views.own import posted, user_of

PARAMETERS = frozenset(GroupFilter.base_filters)
COLUMNS = (
    "受理编号",
    "单位",
    "年度",
    "学时事项",
    "名称",
    "开始日期",
    "结束日期",
    "每人学时",
    "人数",
    "待审核",
    "待补正",
    "已认定",
    "不予认定",
    "办理情况",
    "提交时间",
)


@page_for(WORK)
@require_safe
def group_list(request: HttpRequest) -> HttpResponse:
    """The unit's group claims: filtered, sorted, in pages."""
    found = _filtered(request)
    page = page_of(found.qs, found.order, after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    query = kept_query(request, found)
    context = {
        "filter": found,
        "lines": [
            (group, words.activity_name(group), group_words.standing(group), group_words.outcome(group))
            for group in page.rows
        ],
        **page_urls(page, query),
        "export_url": f"{reverse('registry:group_export')}?{query}",
        "page_note": f"每页{PAGE_SIZE}份",
        "filtered": any(request.GET.get(name) for name in PARAMETERS - {"sort"}),
    }
    return render(request, "registry/groups/list.html", context, status=422 if found.form.errors else 200)


@page_for(WORK)
@require_safe
def group_export(request: HttpRequest) -> StreamingHttpResponse:
    """The list with its filters as CSV; leaves an audit row."""
    found = _filtered(request)
    rows = list(found.qs.order_by(*found.order))
    unit_groups_exported(actor=user_of(request), rows=len(rows))
    return csv_response(f"group-claims-{timezone.localdate():%Y%m%d}", COLUMNS, (_cells(group) for group in rows))


@page_for(WORK)
@require_safe
def group_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One envelope: its facts and files, its people and where each of them stands, and what is still to do."""
    group = own_group(request, pk)
    return render(request, "registry/groups/detail.html", page_of_group(group))


@page_for(WORK)
@require_http_methods(["GET", "HEAD", "POST"])
def group_check(request: HttpRequest, pk: int) -> HttpResponse:
    """Check everything, promise that it is true, hand in what waits for the unit."""
    group = own_group(request, pk)
    form = DeclarationForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            group = group_submit(actor=user_of(request), group=group)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, f"集体申报{group.number}已提交。")
            return redirect("registry:group_detail", pk=group.pk)
    context = page_of_group(group)
    if request.method != "POST" and not context["waiting"] and group.submitted_at is not None:
        return redirect("registry:group_detail", pk=group.pk)
    return render(request, "registry/groups/check.html", {**context, "form": form}, status=422 if form.errors else 200)


@page_for(WORK)
@require_http_methods(["GET", "HEAD", "POST"])
def group_withdrawal(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask whether to take the envelope back, and do it."""
    group = own_group(request, pk)
    form = WithdrawForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            count = group_withdraw(actor=user_of(request), group=group, reason=form.cleaned_data["reason"])
        except DomainError as error:
            messages.error(request, error.message)
        else:
            messages.success(request, f"集体申报已撤回（{count}人）。")
        return redirect("registry:group_detail", pk=group.pk)
    context = {**page_of_group(group), "form": form}
    return render(request, "registry/groups/withdraw.html", context, status=422 if form.errors else 200)


def _filtered(request: HttpRequest) -> GroupFilter:
    return GroupFilter(request.GET, groups.filed_by_units_of(user_of(request)))


def _cells(group: Any) -> Iterable[Any]:
    submitted = timezone.localtime(group.submitted_at).strftime("%Y-%m-%d %H:%M") if group.submitted_at else ""
    return (
        group.number or "",
        group.organisation.name,
        group.year,
        words.activity_name(group),
        group.title,
        group.started_on,
        group.ended_on,
        group.hours,
        group.people,
        group.in_submitted,
        group.in_returned,
        group.in_accepted,
        group.in_refused,
        group_words.standing(group)[1],
        submitted,
    )
