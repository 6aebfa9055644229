"""Approved classes with the roster each awaits: an office's list, and the page of one for its unit and the offices."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.keyset import PAGE_SIZE, page_of
from accounts.lists import address, own_parameters
from accounts.pages import page_for
from accounts.tables import csv_response
from courses.commands.exports import register_exported
from courses.forms.classes import RegisterFilter
from courses.models import TrainingClass
from courses.queries import classes, review
from courses.views import class_words as words
from courses.views.review_queue import WORK, moment
from registry.queries.claims import counted
from registry.queries.notices import notice_on
from registry.views.own import user_of

OUR_PARAMETERS = frozenset(RegisterFilter.base_filters)
COLUMNS = (
    "受理编号",
    "培训班名称",
    "培训单位",
    "属地",
    "开班日期",
    "结束日期",
    "天数",
    "认定学时",
    "审核单位",
    "审核人",
    "审核日期",
    "申请状态",
    "汇总表状态",
    "汇总表提交时间",
)


@page_for(WORK)
@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """The office's approved classes by the state of their roster; filtered, in pages."""
    found, tab = _filtered(request), _tab_of(request)
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    tabs = classes.roster_tabs()
    page = page_of(found.qs.filter(tabs[tab][1]), found.order, after=after, before=before)
    query = own_parameters(request.GET, OUR_PARAMETERS)
    context = {
        "filter": found,
        "tab": tab,
        "tabs": [
            {
                "label": label,
                "url": address("", query, f"roster={code}"),
                "count": counted(found.qs.filter(which)) if code == classes.LATE else None,
                "current": code == tab,
            }
            for code, (label, which) in tabs.items()
        ],
        "lines": [_line(one) for one in page.rows],
        "newer_url": page.newer and address("", query, f"roster={tab}", f"before={page.newer}"),
        "older_url": page.older and address("", query, f"roster={tab}", f"after={page.older}"),
        "page_note": f"每页{PAGE_SIZE}个",
        "export_url": address(reverse("courses:register_export"), query, f"roster={tab}"),
        "keep": {"roster": tab},
        "filtered": any(value for name, value in request.GET.items() if name in OUR_PARAMETERS - {"sort"}),
    }
    return render(request, "courses/review/register.html", context, status=422 if found.form.errors else 200)


@page_for(WORK)
@require_safe
def register_export(request: HttpRequest) -> StreamingHttpResponse:
    """The list with its filters as CSV; leaves an audit row."""
    found, tab = _filtered(request), _tab_of(request)
    rows = found.qs.filter(classes.roster_tabs()[tab][1]).order_by(*found.order)
    used = {name for name in OUR_PARAMETERS if request.GET.get(name)}
    register_exported(actor=user_of(request), rows=rows.count(), filters={*used, "roster"})
    return csv_response(f"approved-classes-{timezone.localdate():%Y%m%d}", COLUMNS, _cells(rows))


@require_safe
def class_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One class for its unit and for the offices: its facts, where its roster stands, its documents."""
    user = user_of(request)
    seen = classes.visible_to(user).select_related("application__region", "organisation__region", "roster")
    one = get_object_or_404(seen, pk=pk)
    office = review.queue(user).filter(pk=one.application_id).exists()
    context = {
        "one": one,
        "office": office,
        "stage": words.stage(one),
        "facts": words.facts(one),
        "roster": one.roster,
        "due": one.last_day + timedelta(days=notice_on(one.last_day).class_rules.roster_days),
        "overdue": classes.is_overdue(one),
        "public_url": reverse("courses:class_public", args=[one.pk]),
        "application_url": reverse(
            "courses:review_class" if office else "courses:application_detail", args=[one.application_id]
        ),
    }
    return render(request, "courses/class.html", context)


def _filtered(request: HttpRequest) -> RegisterFilter:
    user = user_of(request)
    return RegisterFilter(request.GET, classes.register(user), user=user)


def _tab_of(request: HttpRequest) -> str:
    tab = request.GET.get("roster", "")
    return tab if tab in classes.roster_tabs() else "all"


def _line(one: TrainingClass) -> dict[str, Any]:
    return {"one": one, "stage": words.stage(one), "days": words.days(one)}


def _cells(rows: QuerySet[TrainingClass]) -> Iterator[tuple[Any, ...]]:
    for one in rows.iterator(chunk_size=500):
        roster = getattr(one, "roster", None)
        yield (
            one.application.number,
            one.title,
            one.application.unit_name,
            one.organisation.region.name,
            one.first_day,
            one.last_day,
            one.day_count,
            one.hours,
            one.get_office_display(),
            one.approved_by_name,
            timezone.localdate(one.approved_at),
            one.application.get_state_display(),
            roster.get_state_display() if roster else "",
            moment(roster.submitted_at if roster else None),
        )
