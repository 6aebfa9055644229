"""The work queue: an office's claims by state, filtered and searched, taken away as a table, ticked for a batch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.keyset import PAGE_SIZE, Page, page_of
from accounts.lists import address, own_parameters
from accounts.models import User
from accounts.pages import page_for
from accounts.queries import regions_reviewed
from accounts.tables import csv_response
from registry.commands.exports import queue_exported
from registry.forms.review import ReviewFilter
from registry.models import Claim
from registry.queries import claims, review
from registry.states import ClaimState
from registry.views import words
from registry.views.own import user_of

ALL_STATES = "all"
STATES = (
    ClaimState.SUBMITTED,
    ClaimState.ACCEPTED,
    ClaimState.RETURNED,
    ClaimState.REFUSED,
    ClaimState.REVERSED,
)
TABS = {**{state.value: state.label for state in STATES}, ALL_STATES: "全部"}
OUR_PARAMETERS = frozenset(ReviewFilter.base_filters)
COLUMNS = (
    "受理编号",
    "受理单位",
    "姓名",
    "身份证号后四位",
    "单位",
    "年度",
    "学时事项",
    "名称",
    "主办（发证）单位",
    "证书（文号）编号",
    "开始日期",
    "结束日期",
    "学时",
    "科目",
    "依据条款",
    "状态",
    "提交时间",
    "提交时的提示",
)


@page_for("registry.work_queue")
@require_safe
def review_queue(request: HttpRequest) -> HttpResponse:
    """Claims of the office by state, with counts; filtered, searched, in pages."""
    user = user_of(request)
    found, state = filtered(request), state_of(request)
    counts = claims.counts_by_state(found.qs, STATES) if found.is_cheap else {}
    page = page_shown(request, found, state)
    query = own_parameters(request.GET, OUR_PARAMETERS)
    own_regions = regions_reviewed(user)
    lines = [_line(claim, own_regions) for claim in page.rows]
    context = {
        "filter": found,
        "state": state,
        "tabs": _tabs(counts, state, query),
        "lines": lines,
        "tickable": any(line["tickable"] for line in lines),
        "newer_url": page.newer and address("", query, f"state={state}", f"before={page.newer}"),
        "older_url": page.older and address("", query, f"state={state}", f"after={page.older}"),
        "page_note": f"每页{PAGE_SIZE}件",
        "export_url": address(reverse("registry:review_export"), query, f"state={state}"),
        "keep": {"state": state},
        "kept": _kept(request, state),
        "query": f"?{query}" if query else "",
        "filtered": any(value for name, value in request.GET.items() if name in OUR_PARAMETERS - {"sort", "region"}),
    }
    return render(request, "registry/review/queue.html", context, status=422 if found.form.errors else 200)


@page_for("registry.work_queue")
@require_safe
def review_export(request: HttpRequest) -> StreamingHttpResponse:
    """The list with its filters as CSV; leaves an audit row."""
    found, state = filtered(request), state_of(request)
    rows = in_state(found.qs, state).order_by(*found.order)
    used = {name for name in OUR_PARAMETERS if request.GET.get(name)}
    queue_exported(actor=user_of(request), rows=rows.count(), filters={*used, "state"})
    return csv_response(f"review-{timezone.localdate():%Y%m%d}", COLUMNS, _cells(rows))


def filtered(request: HttpRequest) -> ReviewFilter:
    """The office's claims as the address filters them."""
    user: User = user_of(request)
    return ReviewFilter(request.GET, claims.queue(user), user=user)


def state_of(request: HttpRequest) -> str:
    """The tab that is open; 待审核 unless another one is asked for."""
    state = request.GET.get("state", "")
    return state if state in TABS else ClaimState.SUBMITTED.value


def in_state(rows: QuerySet[Claim], state: str) -> QuerySet[Claim]:
    """Those of a tab."""
    return rows if state == ALL_STATES else rows.filter(state=state)


def page_shown(request: HttpRequest, found: ReviewFilter, state: str) -> Page[Claim]:
    """The page of the list that the address names."""
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    return page_of(in_state(found.qs, state), found.order, after=after, before=before)


def _tabs(counts: dict[str, claims.Count], state: str, query: str) -> list[dict[str, Any]]:
    numbers = {**counts, ALL_STATES: sum(counts.values(), claims.Count(0))} if counts else {}
    return [
        {
            "label": label,
            "url": address("", query, f"state={code}"),
            "count": numbers.get(code),
            "current": code == state,
        }
        for code, label in TABS.items()
    ]


def _kept(request: HttpRequest, state: str) -> list[tuple[str, str]]:
    """What the ticking form takes along, so that a whole page or list can be chosen."""
    names = [*sorted(OUR_PARAMETERS), "after", "before"]
    return [("state", state), *((name, request.GET[name]) for name in names if request.GET.get(name))]


def _line(claim: Claim, own_regions: set[int]) -> dict[str, Any]:
    waiting = claim.state == ClaimState.SUBMITTED
    own = claim.region_id in own_regions
    return {
        "claim": claim,
        "activity": words.activity_name(claim),
        "days": review.waiting_days(claim) if waiting else None,
        "read_only": not own,
        "tickable": waiting and own,
    }


def _cells(rows: QuerySet[Claim]) -> Iterator[tuple[Any, ...]]:
    for claim in rows.iterator(chunk_size=2000):
        person = claim.practitioner
        yield (
            claim.number,
            claim.region.name,
            person.name,
            f"{'*' * 14}{person.id_last4}",  # with its mask, so that a spreadsheet keeps it as text
            person.unit_name,
            claim.year,
            words.activity_name(claim),
            claim.title,
            claim.organiser,
            claim.certificate_number,
            claim.started_on,
            claim.ended_on,
            claim.hours,
            words.category_name(claim),
            claim.clause,
            claim.get_state_display(),
            timezone.localtime(claim.submitted_at).strftime("%Y-%m-%d %H:%M") if claim.submitted_at else "",
            claim.finding_count,
        )
