"""The annual list, one person's year, and the annual check by hand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.guard import may
from accounts.keyset import PAGE_SIZE, page_of
from accounts.lists import address, own_parameters
from accounts.pages import page_for
from accounts.tables import csv_response
from compliance.commands.annual_check import annual_check_request
from compliance.commands.exports import standings_exported
from compliance.forms.standings import MET, SHORT, VERDICTS, StandingFilter, YearForm
from compliance.queries import standings as queries
from hours_rules.types import CATEGORIES, TOTAL, Notice
from registry.models import AnnualStanding
from registry.queries import people
from registry.queries.notices import has_notice, notice_of_year
from registry.queries.years import adjustment_in_words, figures_of, names_of, year_of, years_to_show
from registry.views.ledger import groups_of
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
)


@page_for("compliance.annual_list")
@require_safe
def annual_list(request: HttpRequest) -> HttpResponse:
    """Standings of one year with their verdicts; how many meet it and how many do not; filtered, in pages."""
    user = user_of(request)
    found = StandingFilter(request.GET, queries.standings(user), user=user)
    notice = notice_of_year(found.shown_year)
    page = page_of(found.qs, ORDER, after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    query = own_parameters(request.GET, PARAMETERS)
    may_check = may(user, "compliance.annual_check")
    numbers = queries.counts(found.qs)
    context = {
        "filter": found,
        "year": found.shown_year,
        "notice": notice,
        "headings": [(name, notice.minimums[code]) for code, name in names_of(notice).items()],
        "numbers": numbers | {"all": sum(numbers.values())},
        "lines": [(standing, figures_of(standing, notice)) for standing in page.rows],
        "newer_url": page.newer and address("", query, f"before={page.newer}"),
        "older_url": page.older and address("", query, f"after={page.older}"),
        "export_url": address(reverse("compliance:annual_export"), query),
        "page_note": f"每页{PAGE_SIZE}人",
        "query": address("", query),
        "may_check": may_check,
        "checks": queries.checks_of(user, found.shown_year) if may_check else None,
    }
    return render(request, "compliance/annual_list.html", context)


@page_for("compliance.annual_list")
@require_safe
def annual_export(request: HttpRequest) -> StreamingHttpResponse:
    """The list with its filters as CSV; leaves an audit row with the number of rows."""
    user = user_of(request)
    found = StandingFilter(request.GET, queries.standings(user), user=user)
    rows = found.qs.order_by(*ORDER)
    used = {name for name in PARAMETERS if request.GET.get(name)}
    standings_exported(actor=user, year=found.shown_year, rows=rows.count(), filters=used)
    return csv_response(
        f"standings-{found.shown_year}-{timezone.localdate():%Y%m%d}",
        COLUMNS,
        _cells(rows, notice_of_year(found.shown_year)),
    )


@page_for("compliance.person_year")
@require_safe
def person_year(request: HttpRequest, practitioner_pk: int, year: int) -> HttpResponse:
    """One person's year, for an office and for their unit: every entry with its clause, the caps and the verdict."""
    user = user_of(request)
    if year > timezone.localdate().year or not has_notice(year):
        raise Http404
    visible = people.visible_in_year(user, year).select_related("organisation", "region")
    practitioner = get_object_or_404(visible, pk=practitioner_pk)
    shown = year_of(practitioner, year)
    office = may(user, "compliance.annual_list")
    # A unit sees of who has left it the years that ended there, and nothing of where they went.
    stays = office or people.visible_to(user).filter(pk=practitioner.pk).exists()
    context = {
        "practitioner": practitioner,
        "shown": shown,
        "groups": groups_of(shown),
        "years": sorted({*years_to_show(practitioner), year}, reverse=True) if stays else [year],
        "query": address("", own_parameters(request.GET, PARAMETERS)) if office else "",
        "office": office,
        "not_office": not office,
        "stays": stays,
        "reopen": may(user, "registry.window_reopen", practitioner),
    }
    return render(request, "compliance/person_year.html", context)


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


def _cells(rows: QuerySet[AnnualStanding], notice: Notice) -> Iterator[tuple[Any, ...]]:
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
        )
