"""The work queue of class applications: by whose turn it is, filtered and searched, taken away as a table."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.keyset import PAGE_SIZE, page_of
from accounts.lists import address, own_parameters
from accounts.models import User
from accounts.pages import page_for
from accounts.tables import csv_response
from courses.commands.exports import queue_exported
from courses.forms.review import ClassFilter
from courses.models import ClassApplication
from courses.queries import review
from registry.views.own import user_of

WORK = "courses.work_queue"
OUR_PARAMETERS = frozenset(ClassFilter.base_filters)
COLUMNS = (
    "受理编号",
    "单位",
    "属地",
    "办理方式",
    "培训班名称",
    "开班日期",
    "结束日期",
    "天数",
    "申请学时",
    "计划人数",
    "首次提交时间",
    "提交时间",
    "逾期申请",
    "状态",
)


@page_for(WORK)
@require_safe
def review_queue(request: HttpRequest) -> HttpResponse:
    """Applications of the office by tab, with counts; filtered, searched, in pages."""
    user = user_of(request)
    found, tab = filtered(request), tab_of(request, user)
    counts = review.counts_by_tab(found.qs, user)
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    page = page_of(found.qs.filter(review.tabs(user)[tab][1]), found.order, after=after, before=before)
    query = own_parameters(request.GET, OUR_PARAMETERS)
    own = review.own_units(user)
    context = {
        "filter": found,
        "tab": tab,
        "tabs": [
            {
                "label": label,
                "url": address("", query, f"tab={code}"),
                "count": counts[code],
                "current": code == tab,
            }
            for code, (label, _) in review.tabs(user).items()
        ],
        "lines": [_line(application, own) for application in page.rows],
        "newer_url": page.newer and address("", query, f"tab={tab}", f"before={page.newer}"),
        "older_url": page.older and address("", query, f"tab={tab}", f"after={page.older}"),
        "page_note": f"每页{PAGE_SIZE}件",
        "export_url": address(reverse("courses:review_export"), query, f"tab={tab}"),
        "keep": {"tab": tab},
        "query": f"?{query}" if query else "",
        "filtered": any(value for name, value in request.GET.items() if name in OUR_PARAMETERS - {"sort"}),
    }
    return render(request, "courses/review/queue.html", context, status=422 if found.form.errors else 200)


@page_for(WORK)
@require_safe
def review_export(request: HttpRequest) -> StreamingHttpResponse:
    """The list with its filters as CSV; leaves an audit row."""
    user = user_of(request)
    found, tab = filtered(request), tab_of(request, user)
    rows = found.qs.filter(review.tabs(user)[tab][1]).order_by(*found.order)
    used = {name for name in OUR_PARAMETERS if request.GET.get(name)}
    queue_exported(actor=user, rows=rows.count(), filters={*used, "tab"})
    return csv_response(f"class-applications-{timezone.localdate():%Y%m%d}", COLUMNS, _cells(rows))


def filtered(request: HttpRequest) -> ClassFilter:
    """The office's applications as the address filters them."""
    user = user_of(request)
    return ClassFilter(request.GET, review.queue(user), user=user)


def tab_of(request: HttpRequest, user: User) -> str:
    """The tab that is open; what the user has to decide unless another one is asked for."""
    tab = request.GET.get("tab", "")
    return tab if tab in review.tabs(user) else review.TODO


def _line(application: ClassApplication, own: set[int]) -> dict[str, Any]:
    return {
        "application": application,
        "days": review.waiting_days(application),
        "own": application.organisation_id in own,
    }


def _cells(rows: QuerySet[ClassApplication]) -> Iterator[tuple[Any, ...]]:
    for one in rows.iterator(chunk_size=1000):
        yield (
            one.number,
            one.unit_name,
            one.region.name,
            one.get_route_display(),
            one.title,
            one.first_day,
            one.last_day,
            one.day_count,
            one.asked_hours,
            one.planned_number,
            moment(one.handed_in_at),
            moment(one.submitted_at),
            f"是：{one.late_reason}" if one.is_late else "否",
            one.get_state_display(),
        )


def moment(value: datetime | None) -> str:
    """A moment as a table tells it, in Shanghai; nothing for none."""
    return timezone.localtime(value).strftime("%Y-%m-%d %H:%M") if value else ""
