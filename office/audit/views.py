"""The auditor's pages: the trail searched, one event, and a list taken away."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.keyset import PAGE_SIZE, page_of
from accounts.lists import address, own_parameters
from accounts.pages import page_for
from accounts.tables import csv_response
from office.audit import queries
from office.audit.commands.notes import events_exported
from office.audit.forms import EventFilter
from office.audit.models import Event
from office.audit.names import action_name, fields, state_name, type_name

COLUMNS = (
    "编号",
    "时间",
    "操作人",
    "操作",
    "操作代码",
    "对象类型",
    "对象编号",
    "变更前",
    "变更后",
    "理由",
    "详情",
    "请求编号",
)
PARAMETERS = frozenset(EventFilter.base_filters)


@page_for("audit.read")
@require_safe
def event_list(request: HttpRequest) -> HttpResponse:
    """Events, newest first; searched, in pages, never counted."""
    found = EventFilter(request.GET, queries.visible_to(_user(request)))
    page = page_of(found.qs, queries.ORDER, after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    query = own_parameters(request.GET, PARAMETERS)
    context = {
        "filter": found,
        "lines": [_line(event) for event in page.rows],
        "newer_url": page.newer and address("", query, f"before={page.newer}"),
        "older_url": page.older and address("", query, f"after={page.older}"),
        "export_url": None if found.errors else address(reverse("audit:export"), query),
        "page_note": f"每页{PAGE_SIZE}条",
        "filtered": bool(query),
    }
    return render(request, "audit/list.html", context, status=422 if found.errors else 200)


@page_for("audit.read")
@require_safe
def event_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One event with everything it holds, and the seal that closes it."""
    event = get_object_or_404(queries.visible_to(_user(request)).select_related("actor"), pk=pk)
    context = {
        "event": event,
        "line": _line(event),
        "object_words": queries.object_words(event),
        "data": [(fields().get(name, name), _plain(value)) for name, value in event.data.items()],
        "seal": queries.seal_of(event),
    }
    return render(request, "audit/detail.html", context)


@page_for("audit.read")
@require_safe
def event_export(request: HttpRequest) -> HttpResponseBase:
    """The events found as CSV; the event that tells of it comes after all of them."""
    user = _user(request)
    found = EventFilter(request.GET, queries.visible_to(user))
    if found.errors:
        return event_list(request)
    told = events_exported(actor=user, rows=found.qs.count(), filters=_parameters(request))
    rows = found.qs.filter(pk__lt=told.pk).order_by(*queries.ORDER)
    return csv_response(f"audit-{timezone.localdate():%Y%m%d}", COLUMNS, _cells(rows))


def _user(request: HttpRequest) -> Any:
    return request.user  # the login middleware lets nobody else through


def _line(event: Event) -> dict[str, Any]:
    """An event in words."""
    return {
        "event": event,
        "action": action_name(event.action),
        "object_type": type_name(event.object_type),
        "before": state_name(event.object_type, event.before),
        "after": state_name(event.object_type, event.after),
    }


def _cells(rows: QuerySet[Event]) -> Iterator[tuple[Any, ...]]:
    for event in rows.iterator(chunk_size=2000):
        yield (
            event.pk,
            timezone.localtime(event.at).strftime("%Y-%m-%d %H:%M:%S"),
            event.actor_name,
            action_name(event.action),
            event.action,
            type_name(event.object_type),
            event.object_id,
            state_name(event.object_type, event.before),
            state_name(event.object_type, event.after),
            event.reason,
            json.dumps(event.data, ensure_ascii=False, sort_keys=True) if event.data else "",
            event.request_id,
        )


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)


def _parameters(request: HttpRequest) -> list[str]:
    return [name for name in PARAMETERS if request.GET.get(name)]
