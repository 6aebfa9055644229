"""The annual list with the reviews, and the annual check by hand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.guard import may
from accounts.keyset import PAGE_SIZE, page_of
from accounts.lists import address, own_parameters
from accounts.models import User
from accounts.pages import page_for
from accounts.queries import regions_reviewed
from accounts.tables import csv_response
from compliance.commands.annual_check import annual_check_request
from compliance.commands.exports import standings_exported
from compliance.commands.review_batches import MOST
from compliance.forms.standings import MET, SHORT, VERDICTS, StandingFilter, YearForm
from compliance.queries import reviews
from compliance.queries.checks import checks_of
from compliance.states import ReviewState
from compliance.views.words import review_tag, review_word
from hours_rules.types import CATEGORIES, TOTAL, Notice
from registry.queries.notices import notice_of_year
from registry.queries.years import adjustment_in_words, figures_of, names_of
from registry.views.own import user_of

ORDER = ("practitioner__name_sort", "practitioner_id")
PARAMETERS = frozenset(StandingFilter.base_filters)
FIGURES = (TOTAL, *CATEGORIES)
COLUMNS = (
    "姓名",
    "身份证号后四位",
    "单位",
    "属地",
    "专业",
    "职称级别",
    "年度",
    "合计学时",
    "专业科目",
    "行业公需科目",
    "一般公需科目",
    "合计缺",
    "专业科目缺",
    "行业公需科目缺",
    "一般公需科目缺",
    "结论",
    "最低学时调整",
    "调整依据",
    "审核",
    "审核人",
    "审核时间",
    "审核意见",
)


@page_for("compliance.annual_list")
@require_safe
def annual_list(request: HttpRequest) -> HttpResponse:
    """Standings of one year with their verdicts; how many meet it and how many do not; filtered, in pages."""
    user = user_of(request)
    found = StandingFilter(request.GET, user=user)
    notice = notice_of_year(found.shown_year)
    page = page_of(found.qs, ORDER, after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    numbers = reviews.counts(found.qs)
    query = own_parameters(request.GET, PARAMETERS)
    may_check = may(user, "compliance.annual_check")
    lines = [_line(row, notice, user, regions_reviewed(user)) for row in page.rows]
    context = {
        "filter": found,
        "year": found.shown_year,
        "notice": notice,
        "headings": [(name, notice.minimums[code]) for code, name in names_of(notice).items()],
        "numbers": numbers,
        "lines": lines,
        "batch": numbers["waiting"] > 0,
        "tickable": any(line["tickable"] for line in lines),
        "kept": [(name, request.GET[name]) for name in sorted(PARAMETERS) if request.GET.get(name)],
        "most": MOST,
        "newer_url": page.newer and address("", query, f"before={page.newer}"),
        "older_url": page.older and address("", query, f"after={page.older}"),
        "export_url": address(reverse("compliance:annual_export"), query),
        "page_note": f"每页{PAGE_SIZE}人",
        "query": address("", query),
        "may_check": may_check,
        "may_remind": may(user, "compliance.reminders_keep"),
        "checks": checks_of(user, found.shown_year) if may_check else None,
    }
    return render(request, "compliance/annual_list.html", context)


@page_for("compliance.annual_list")
@require_safe
def annual_export(request: HttpRequest) -> StreamingHttpResponse:
    """The list with its filters as CSV; leaves an audit row with the number of rows."""
    user = user_of(request)
    found = StandingFilter(request.GET, user=user)
    rows = reviews.with_decision(found.qs).order_by(*ORDER)
    used = {name for name in PARAMETERS if request.GET.get(name)}
    standings_exported(actor=user, year=found.shown_year, rows=rows.count(), filters=used)
    name = f"standings-{found.shown_year}-{timezone.localdate():%Y%m%d}"
    return csv_response(name, COLUMNS, _cells(rows, notice_of_year(found.shown_year)))


def _line(row: Any, notice: Notice, user: User, ours: set[int]) -> dict[str, Any]:
    """A standing as the list shows it; `tickable` when the user may pass it now."""
    waits = row.review_state == ReviewState.OPEN
    mine = row.practitioner.user_id == user.pk
    return {
        "standing": row,
        "figures": figures_of(row, notice),
        "state": review_tag(row.review_state, changed=row.changed),
        "tickable": waits and row.meets and row.office in ours and not mine,
    }


@page_for("compliance.annual_check")
@require_POST
def annual_check(request: HttpRequest) -> HttpResponse:
    """Ask for a check of the year; leads to its progress, or to that of the one under way."""
    form = YearForm(request.POST)
    if not form.is_valid():
        messages.error(request, str(form.errors["year"][0]))
        return redirect("compliance:annual_list")
    job = annual_check_request(actor=user_of(request), year=form.cleaned_data["year"])
    return redirect("jobs:detail", job.pk)


def _cells(rows: QuerySet[Any], notice: Notice) -> Iterator[tuple[Any, ...]]:
    verdicts = dict(VERDICTS)
    for standing in rows.iterator(chunk_size=2000):
        person = standing.practitioner
        yield (
            person.name,
            f"{'*' * 14}{person.id_last4}",  # with its mask, so that a spreadsheet keeps it as text
            person.unit_name,
            person.region.name,
            person.specialty_name,
            person.get_title_level_display(),
            standing.year,
            *(getattr(standing, f"counted_{code}") for code in FIGURES),
            *(getattr(standing, f"deficit_{code}") for code in FIGURES),
            verdicts[MET if standing.meets else SHORT],
            adjustment_in_words(standing.adjustment, notice),
            standing.adjustment.authority if standing.adjustment else "",
            review_word(standing.review_state, changed=standing.changed),
            *_decision(standing),
        )


def _decision(row: Any) -> tuple[str, str, str]:
    """Who decided last, when and why; nothing for a year that is open."""
    if row.review_state == ReviewState.OPEN:
        return ("", "", "")
    return (row.decided_by, f"{timezone.localtime(row.decided_at):%Y-%m-%d %H:%M}", row.reason)
