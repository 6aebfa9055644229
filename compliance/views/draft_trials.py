"""标准试算: a draft notice tried out on a year's ledger, its numbers, its people and lines, and their exports."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.errors import DomainError
from accounts.forms import add_domain_error
from accounts.keyset import PAGE_SIZE, page_of
from accounts.lists import address, own_parameters
from accounts.pages import page_for
from accounts.tables import csv_response
from compliance.commands.draft_trials import TRIED, trial_request
from compliance.commands.exports import trial_exported
from compliance.forms.draft_trials import GAP, EntryFilter, LineFilter, TrialForm
from compliance.models import Outcome, Trial, TrialEntry, TrialLine
from compliance.queries import corrections, draft_trials
from hours_rules.notices import load
from hours_rules.notices.difference import difference
from hours_rules.types import Notice
from registry.queries.notices import notice_of_year, years_with_notice
from registry.queries.years import activity_names, names_of
from registry.views.own import posted, user_of

TRY = "compliance.what_if"
LATEST = ("-requested_at", "-id")
BY_NAME = ("practitioner__name_sort", "practitioner_id", "id")
BY_GAP = ("-deficit_total", "practitioner_id", "id")
COLUMNS = (
    *("姓名", "身份证号后四位", "单位", "属地", "专业", "职称级别", "年度", "试算结果"),
    *("现合计学时", "现专业科目", "现行业公需科目", "现一般公需科目"),
    *("试算合计学时", "试算专业科目", "试算行业公需科目", "试算一般公需科目"),
    *("试算合计缺", "试算专业科目缺", "试算行业公需科目缺", "试算一般公需科目缺"),
)
ENTRY_COLUMNS = (
    *("姓名", "身份证号后四位", "单位", "属地", "年度", "学时事项", "名称", "现认定学时", "试算学时", "试算结果"),
    *("依据条款", "试算说明"),
)


@page_for(TRY)
@require_safe
def trial_list(request: HttpRequest) -> HttpResponse:
    """Every trial, the latest first."""
    rows = draft_trials.visible_to(user_of(request))
    page = page_of(rows, LATEST, after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    context = {
        "lines": [(row, draft_trials.sums(row)) for row in page.rows],
        "newer_url": page.newer and address("", f"before={page.newer}"),
        "older_url": page.older and address("", f"after={page.older}"),
        "page_note": f"每页{PAGE_SIZE}次",
    }
    return render(request, "compliance/draft_trials/list.html", context)


@page_for(TRY)
@require_http_methods(["GET", "HEAD", "POST"])
def trial_new(request: HttpRequest) -> HttpResponse:
    """Try a draft out (`?version=`) on a year; leads to the job."""
    user = user_of(request)
    form = TrialForm(posted(request), user=user, initial={"version": request.GET.get("version")})
    if request.method == "POST" and form.is_valid():
        try:
            trial = trial_request(actor=user, version=form.cleaned_data["version"], years=form.years)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            return redirect("compliance:draft_trial", trial.pk)
    return render(request, "compliance/draft_trials/new.html", {"form": form}, status=422 if form.errors else 200)


@page_for(TRY)
@require_safe
def trial(request: HttpRequest, pk: int) -> HttpResponse:
    """One trial: how far it is; then its numbers by region, specialty and level, and its people, filtered, in pages."""
    row = get_object_or_404(draft_trials.visible_to(user_of(request)), pk=pk)
    if row.finished_at is None:
        return render(request, "compliance/draft_trials/waiting.html", {"trial": row})
    new, now = load(row.version.text), notice_of_year(row.years[-1])
    found = LineFilter(request.GET, trial=row)
    order = BY_GAP if request.GET.get("order") == GAP else BY_NAME
    page = page_of(found.qs, order, after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    query = own_parameters(request.GET, found.filters)
    context = {
        "trial": row,
        "filter": found,
        "sums": draft_trials.named_sums(row),
        "tables": draft_trials.tables(row),
        "outcomes": Outcome.choices,
        "entries": draft_trials.named_entries(row),
        "correction": corrections.of_trial(row),
        "may_correct": corrections.can_be_proposed(row, new),
        "minimums": [(name, now.minimums[code], new.minimums[code]) for code, name in names_of(new).items()],
        "changes": len(difference(now, new)),
        "headings": names_of(new).values(),
        "lines": [(line, _figures(line, new)) for line in page.rows],
        "newer_url": page.newer and address("", query, f"before={page.newer}"),
        "older_url": page.older and address("", query, f"after={page.older}"),
        "export_url": address(reverse("compliance:draft_trial_export", args=[row.pk]), query),
        "page_note": f"每页{PAGE_SIZE}人",
        "again": row.version.state in TRIED,
    }
    return render(request, "compliance/draft_trials/detail.html", context, status=422 if found.form.errors else 200)


@page_for(TRY)
@require_safe
def trial_export(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """The trial's people with the page's filters as CSV; leaves an audit row."""
    user = user_of(request)
    row = get_object_or_404(draft_trials.visible_to(user), pk=pk)
    found = LineFilter(request.GET, trial=row)
    rows = found.qs.order_by(*(BY_GAP if request.GET.get("order") == GAP else BY_NAME))
    trial_exported(actor=user, trial=row, rows=rows.count())
    return csv_response(f"what-if-{row.pk}", COLUMNS, _cells(rows))


@page_for(TRY)
@require_safe
def trial_entries(request: HttpRequest, pk: int) -> HttpResponse:
    """The ledger's lines that the tried version would have credited otherwise."""
    row = get_object_or_404(draft_trials.visible_to(user_of(request)).exclude(finished_at=None), pk=pk)
    found = EntryFilter(request.GET, trial=row)
    page = page_of(found.qs, BY_NAME, after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    query = own_parameters(request.GET, found.filters)
    names = activity_names(_notices(row))
    context = {
        "trial": row,
        "filter": found,
        "lines": [(line, names.get(line.entry.activity, "")) for line in page.rows],
        "newer_url": page.newer and address("", query, f"before={page.newer}"),
        "older_url": page.older and address("", query, f"after={page.older}"),
        "export_url": address(reverse("compliance:draft_trial_entries_export", args=[row.pk]), query),
        "page_note": f"每页{PAGE_SIZE}条",
        "filtered": bool(query),
    }
    return render(request, "compliance/draft_trials/entries.html", context, status=422 if found.form.errors else 200)


@page_for(TRY)
@require_safe
def trial_entries_export(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """Those lines with the page's filters as CSV; leaves an audit row."""
    user = user_of(request)
    row = get_object_or_404(draft_trials.visible_to(user).exclude(finished_at=None), pk=pk)
    rows = EntryFilter(request.GET, trial=row).qs.order_by(*BY_NAME)
    trial_exported(actor=user, trial=row, rows=rows.count(), entries=True)
    return csv_response(f"what-if-entries-{row.pk}", ENTRY_COLUMNS, _entry_cells(rows, activity_names(_notices(row))))


def _notices(row: Trial) -> list[Notice]:
    """Whose names the trial's activities have: the tried version's, else those in force in its years."""
    return [*(notice_of_year(year) for year in row.years if year in years_with_notice()), load(row.version.text)]


def _figures(line: TrialLine, notice: Notice) -> list[dict[str, Any]]:
    """The four figures of a person, now and by the tried version."""
    return [
        {
            "name": name,
            "was": getattr(line, f"was_counted_{code}"),
            "counted": getattr(line, f"counted_{code}"),
            "deficit": getattr(line, f"deficit_{code}"),
        }
        for code, name in names_of(notice).items()
    ]


def _person(line: TrialLine | TrialEntry) -> tuple[Any, ...]:
    person = line.practitioner
    masked = f"{'*' * 14}{person.id_last4}"  # with its mask, so that a spreadsheet keeps it as text
    return (person.name, masked, person.unit_name, person.region.name)


def _cells(rows: QuerySet[TrialLine]) -> Iterator[tuple[Any, ...]]:
    names = ("total", "professional", "industry_public", "general_public")
    for line in rows.iterator(chunk_size=2000):
        yield (
            *_person(line),
            line.practitioner.specialty_name,
            line.practitioner.get_title_level_display(),
            line.year,
            line.get_outcome_display(),
            *(getattr(line, f"was_counted_{name}") for name in names),
            *(getattr(line, f"counted_{name}") for name in names),
            *(getattr(line, f"deficit_{name}") for name in names),
        )


def _entry_cells(rows: QuerySet[TrialEntry], names: dict[int, str]) -> Iterator[tuple[Any, ...]]:
    for line in rows.iterator(chunk_size=2000):
        yield (
            *_person(line),
            line.year,
            names.get(line.entry.activity, ""),
            line.entry.facts.get("title", ""),
            line.before,
            line.after,
            line.get_verdict_display(),
            line.clause,
            line.said,
        )
