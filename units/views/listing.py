"""The register of units, one unit's page, and the way of a unit's own people to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.guard import may
from accounts.keyset import PAGE_SIZE, page_of
from accounts.models import Organisation
from accounts.pages import page_for
from accounts.queries import organisations_run
from accounts.tables import csv_response
from registry.views.lists import kept_query, page_urls
from registry.views.own import user_of
from units.commands.exports import units_exported
from units.forms.lists import UnitFilter
from units.models import ProviderFiling, Qualification
from units.queries import registered
from units.queries.papers import filed_with_both_on, valid_grade_on
from units.states import PaperState

PARAMETERS = frozenset(UnitFilter.base_filters)
COLUMNS = (
    "单位名称",
    "统一社会信用代码",
    "组织机构代码",
    "单位性质",
    "业务类别",
    "属地",
    "单位地址",
    "联系人",
    "联系电话",
    "在册人员",
    "状态",
)


@page_for("units.list")
@require_safe
def unit_list(request: HttpRequest) -> HttpResponse:
    """Registered units of the office, filtered, sorted, in pages."""
    user = user_of(request)
    found = UnitFilter(request.GET, registered.listed(user), user=user)
    page = page_of(found.qs, found.order, after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    query = kept_query(request, found)
    context = {
        "filter": found,
        "page": page,
        "page_note": f"每页{PAGE_SIZE}家",
        "filtered": any(request.GET.get(name) for name in PARAMETERS - {"sort"}),
        "export_url": f"{reverse('units:export')}?{query}",
        **page_urls(page, query),
    }
    return render(request, "units/list.html", context, status=422 if found.form.errors else 200)


@page_for("units.list")
@require_safe
def unit_export(request: HttpRequest) -> StreamingHttpResponse:
    """The list with its filters as CSV; leaves an audit row."""
    user = user_of(request)
    found = UnitFilter(request.GET, registered.listed(user), user=user)
    rows = found.qs.order_by(*found.order)
    units_exported(actor=user, rows=rows.count(), filters={name for name in PARAMETERS if request.GET.get(name)})
    return csv_response(f"units-{timezone.localdate():%Y%m%d}", COLUMNS, _cells(rows))


@page_for("units.own")
@require_safe
def own_units(request: HttpRequest) -> HttpResponse:
    """The unit one acts for; a choice where there are several."""
    units = registered.visible_to(user_of(request)).filter(pk__in=organisations_run(user_of(request)))
    found = list(units.order_by("name"))
    if len(found) == 1:
        return redirect("units:detail", pk=found[0].pk)
    return render(request, "units/own.html", {"units": found})


@require_safe
def unit_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One unit: facts, people, who acts for it, what proves it, what happened to it."""
    user = user_of(request)
    unit = get_object_or_404(registered.visible_to(user), pk=pk)
    today = timezone.localdate()
    keeps_papers = may(user, "units.papers_keep", unit)
    files = may(user, "units.qualification_file", unit)
    context = {
        "unit": unit,
        "facts": facts(unit),
        "numbers": registered.numbers_of(unit),
        "people_url": f"{reverse('units:people')}?unit={unit.pk}" if may(user, "units.people") else "",
        "admins": registered.admins_of(unit),
        "qualifications": _papers(Qualification.objects.filter(organisation=unit), keeps_papers, files),
        "filings": _papers(ProviderFiling.objects.filter(organisation=unit), keeps_papers, False),
        "grade": valid_grade_on(unit, today),
        "filed_with_both": filed_with_both_on(unit, today),
        "changes": unit.changes.all(),
        "absorbed": unit.absorbed.all(),
        "keeps": may(user, "units.keep", unit),
        "keeps_papers": keeps_papers,
        "files": files or keeps_papers,
        "office": may(user, "units.list"),
    }
    return render(request, "units/detail.html", context)


def facts(unit: Any) -> list[dict[str, Any]]:
    """What is stated of a unit or in its application, as rows of a summary."""
    stated = [
        ("单位名称", unit.name),
        ("统一社会信用代码", unit.uscc),
        ("组织机构代码", unit.old_code),
        ("单位性质", unit.get_kind_display()),
        ("业务类别", unit.get_business_display()),
        ("属地", f"{unit.region.name}（{unit.region.office_name}）"),
        ("单位地址", unit.address),
        ("联系人", unit.contact_name),
        ("联系电话", unit.phone),
    ]
    return [{"key": key, "value": value or "—"} for key, value in stated]


def _papers(papers: QuerySet[Any], keeps: bool, files: bool) -> list[dict[str, Any]]:
    """Each paper with what the user may do to it."""
    lines = []
    for paper in papers.select_related("proof", "filed_by", "decided_by"):
        waits, holds = paper.state == PaperState.PENDING, paper.state == PaperState.CONFIRMED
        lines.append(
            {
                "paper": paper,
                "expired": holds and paper.is_expired,
                "may_decide": keeps and waits,
                "may_revoke": (keeps and holds) or ((keeps or files) and waits),
            }
        )
    return lines


def _cells(rows: QuerySet[Organisation]) -> Iterator[tuple[Any, ...]]:
    for unit in rows.iterator(chunk_size=2000):
        yield (
            unit.name,
            unit.uscc,
            unit.old_code,
            unit.get_kind_display(),
            unit.get_business_display(),
            unit.region.name,
            unit.address,
            unit.contact_name,
            unit.phone,
            unit.people,  # type: ignore[attr-defined]  # annotated
            "在用" if unit.is_active else "已停用",
        )
