"""The public list of approved classes: for whoever wants to take part, without signing in. Nothing of persons."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.keyset import PAGE_SIZE, page_of
from accounts.lists import address, own_parameters
from accounts.tables import csv_response
from courses.forms.classes import LATEST, SOONEST, PublicFilter
from courses.models import TrainingClass
from courses.queries import classes
from courses.views import class_words as words
from registry.queries.notices import notice_on

OPEN, OVER, ALL = "open", "over", "all"
TABS = {OPEN: "未结束", OVER: "已结束", ALL: "全部"}
OUR_PARAMETERS = frozenset(PublicFilter.base_filters)
COLUMNS = (
    "培训班名称",
    "培训单位",
    "地区",
    "开班日期",
    "结束日期",
    "天数",
    "认定学时",
    "培训地点",
    "培训形式",
    "培训层次",
    "培训专业",
    "报名方式",
)


@login_not_required
@require_safe
def class_list(request: HttpRequest) -> HttpResponse:
    """Approved classes, those to come and under way first; filtered, in pages."""
    found, state = _filtered(request)
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    page = page_of(_in_tab(found.qs, state), found.order, after=after, before=before)
    query = own_parameters(request.GET, OUR_PARAMETERS)
    context = {
        "filter": found,
        "state": state,
        "tabs": [
            {"label": label, "url": address("", query, f"state={code}"), "current": code == state}
            for code, label in TABS.items()
        ],
        "lines": [_line(one) for one in page.rows],
        "newer_url": page.newer and address("", query, f"state={state}", f"before={page.newer}"),
        "older_url": page.older and address("", query, f"state={state}", f"after={page.older}"),
        "page_note": f"每页{PAGE_SIZE}个",
        "export_url": address(reverse("courses:class_export"), query, f"state={state}"),
        "keep": {"state": state},
        "filtered": any(value for name, value in request.GET.items() if name in OUR_PARAMETERS - {"sort"}),
    }
    return render(request, "courses/public/list.html", context, status=422 if found.form.errors else 200)


@login_not_required
@require_safe
def class_export(request: HttpRequest) -> StreamingHttpResponse:
    """The list with its filters as CSV; it is public and names nobody."""
    found, state = _filtered(request)
    rows = _in_tab(found.qs, state).order_by(*found.order)
    return csv_response(f"classes-{timezone.localdate():%Y%m%d}", COLUMNS, _cells(rows))


@login_not_required
@require_safe
def class_public(request: HttpRequest, pk: int) -> HttpResponse:
    """One class with its hours, clause and how to register; of a cancelled one, that it is."""
    one = get_object_or_404(classes.approved().prefetch_related("application__sessions"), pk=pk)
    notice = notice_on(one.last_day)
    context = {
        "one": one,
        "stage": words.stage(one),
        "facts": words.facts(one),
        "rule": notice.activities["training_class"],
        "notice": notice,
        "days": _days(one),
    }
    return render(request, "courses/public/detail.html", context)


def _filtered(request: HttpRequest) -> tuple[PublicFilter, str]:
    """The list as the address filters it, and the tab that is open."""
    state = request.GET.get("state", OPEN)
    state = state if state in TABS else OPEN
    order = SOONEST if state == OPEN else LATEST
    return PublicFilter(request.GET, classes.announced(), order=order), state


def _in_tab(rows: QuerySet[TrainingClass], state: str) -> QuerySet[TrainingClass]:
    today = timezone.localdate()
    return rows.filter({OPEN: Q(last_day__gte=today), OVER: Q(last_day__lt=today), ALL: Q()}[state])


def _line(one: TrainingClass) -> dict[str, Any]:
    return {
        "one": one,
        "stage": words.stage(one),
        "days": words.days(one),
        "levels": words.levels(one),
        "specialties": words.specialties(one),
    }


def _days(one: TrainingClass) -> list[dict[str, Any]]:
    """What is taught on each day; by whom stays with the application."""
    found: dict[Any, dict[str, Any]] = {}
    for session in one.application.sessions.all():
        day = found.setdefault(session.day, {"day": session.day, "sessions": []})
        day["sessions"].append(session)
    return list(found.values())


def _cells(rows: QuerySet[TrainingClass]) -> Iterator[tuple[Any, ...]]:
    for one in rows.iterator(chunk_size=500):
        application = one.application
        yield (
            one.title,
            application.unit_name,
            one.organisation.region.name,
            one.first_day,
            one.last_day,
            one.day_count,
            one.hours,
            application.place,
            application.get_delivery_display(),
            words.levels(one),
            words.specialties(one),
            application.registration,
        )
