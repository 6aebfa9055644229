"""Second looks: the list of what was drawn, and taking it away as a table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.guard import may
from accounts.keyset import PAGE_SIZE, page_of
from accounts.lists import address, own_parameters
from accounts.pages import page_for
from accounts.tables import csv_response
from registry.commands.exports import second_looks_exported
from registry.forms.second_looks import LookFilter
from registry.models import SecondLook
from registry.queries import second_looks
from registry.views import words
from registry.views.own import user_of

COLUMNS = (
    "受理编号",
    "受理单位",
    "姓名",
    "身份证号后四位",
    "单位",
    "学时事项",
    "学时",
    "初审人",
    "抽取时间",
    "状态",
    "复核人",
    "复核意见",
    "裁定人",
    "裁定理由",
)


@page_for("registry.work_queue")
@require_safe
def look_list(request: HttpRequest) -> HttpResponse:
    """What was drawn, for the offices that may look at it; filtered, sorted, in pages."""
    found = _filtered(request)
    page = page_of(found.qs, found.order, after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    query = own_parameters(request.GET, found.filters)
    context = {
        "filter": found,
        "lines": [(look, words.activity_name(look.claim)) for look in page.rows],
        "newer_url": page.newer and address("", query, f"before={page.newer}"),
        "older_url": page.older and address("", query, f"after={page.older}"),
        "page_note": f"每页{PAGE_SIZE}件",
        "export_url": address(reverse("registry:look_export"), query),
        "rates": may(user_of(request), "registry.samples_keep"),
        "filtered": any(request.GET.get(name) for name in found.filters if name != "sort"),
    }
    return render(request, "registry/second_looks/list.html", context, status=422 if found.form.errors else 200)


@page_for("registry.work_queue")
@require_safe
def look_export(request: HttpRequest) -> StreamingHttpResponse:
    """The list with its filters as CSV; leaves an audit row."""
    found = _filtered(request)
    rows = found.qs.order_by(*found.order)
    used = {name for name in found.filters if request.GET.get(name)}
    second_looks_exported(actor=user_of(request), rows=rows.count(), filters=used)
    return csv_response(f"second-looks-{timezone.localdate():%Y%m%d}", COLUMNS, _cells(rows))


def _filtered(request: HttpRequest) -> LookFilter:
    user = user_of(request)
    return LookFilter(request.GET, second_looks.visible_to(user), user=user)


def _cells(rows: QuerySet[SecondLook]) -> Iterator[tuple[Any, ...]]:
    for look in rows.iterator(chunk_size=2000):
        claim, person = look.claim, look.claim.practitioner
        yield (
            claim.number,
            look.region.name,
            person.name,
            f"{'*' * 14}{person.id_last4}",
            person.unit_name,
            words.activity_name(claim),
            claim.hours,
            look.first_reviewer.display_name,
            timezone.localtime(look.drawn_at).strftime("%Y-%m-%d %H:%M"),
            look.get_state_display(),
            look.looked_by.display_name if look.looked_by else "",
            look.opinion,
            look.decided_by.display_name if look.decided_by else "",
            look.decision,
        )
