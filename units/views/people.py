"""The people of units: who belongs, who waits; confirmed, declined or ended, one or several at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from accounts.errors import DomainError
from accounts.guard import may
from accounts.keyset import PAGE_SIZE, page_of
from accounts.models import Organisation
from accounts.pages import page_for
from accounts.tables import csv_response
from registry.commands.links import link_confirm, link_decline, link_end
from registry.models import UnitLink
from registry.queries import links
from registry.states import UnitLinkState
from registry.views.lists import kept_query, page_urls
from registry.views.own import user_of
from units.commands.exports import unit_people_exported
from units.forms.lists import LinkFilter
from units.forms.people import DecideForm
from units.views.desk import back_to, chosen_unit, desk_tabs, ticked

PARAMETERS = frozenset({*LinkFilter.base_filters, "unit"})
COLUMNS = ("姓名", "身份证号后四位", "单位", "专业", "职称级别", "职称", "状态", "申请日期", "在册起", "在册止")


@page_for("units.people")
@require_safe
def people_list(request: HttpRequest) -> HttpResponse:
    """A unit's people, those who wait first; for an office without a unit chosen all who wait."""
    return _page(request, DecideForm())


@page_for("units.people")
@require_safe
def people_export(request: HttpRequest) -> StreamingHttpResponse:
    """The list with its filters as CSV; leaves an audit row."""
    found, _ = _found(request)
    rows = found.qs.order_by(*found.order)
    used = {name for name in PARAMETERS if request.GET.get(name)}
    unit_people_exported(actor=user_of(request), rows=rows.count(), filters=used)
    return csv_response(f"unit-people-{timezone.localdate():%Y%m%d}", COLUMNS, _cells(rows))


@page_for("units.people")
@require_POST
def people_decide(request: HttpRequest) -> HttpResponse:
    """One decision on the people ticked; each of them for itself, and what could not be done says why."""
    form = DecideForm(request.POST)
    chosen = links.visible_to(user_of(request)).filter(pk__in=ticked(request)).order_by("pk")
    if not form.is_valid():
        return _page(request, form, status=422)
    decision, reason = form.cleaned_data["decision"], form.cleaned_data["reason"]
    done = 0
    for link in chosen:
        try:
            _decide(request, link, decision, reason)
            done += 1
        except DomainError as error:
            messages.error(request, f"{link.practitioner.name}：{error.message}")
    if done:
        messages.success(request, f"{DecideForm.DONE[decision]}{done}人。")
    elif not chosen:
        messages.warning(request, "没有选择人员，请先勾选。")
    return redirect(back_to(request, "units:people"))


def _decide(request: HttpRequest, link: UnitLink, decision: str, reason: str) -> None:
    actor = user_of(request)
    if decision == DecideForm.CONFIRM:
        link_confirm(actor=actor, link=link)
    elif decision == DecideForm.DECLINE:
        link_decline(actor=actor, link=link, reason=reason)
    else:
        link_end(actor=actor, link=link, reason=reason)


def _page(request: HttpRequest, form: DecideForm, status: int = 200) -> HttpResponse:
    found, unit = _found(request)
    page = page_of(found.qs, found.order, after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    user = user_of(request)
    chosen = {"unit": str(unit.pk)} if unit else {}
    query = "&".join(part for part in (kept_query(request, found), urlencode(chosen)) if part)
    context = {
        "filter": found,
        "page": page,
        **page_urls(page, query),
        "query": f"?{query}" if query else "",
        "export_url": f"{reverse('units:people_export')}?{query}",
        "lines": [(link, may(user, "registry.link_decide", link)) for link in page.rows],
        "unit": unit,
        "tabs": desk_tabs(user, unit, "units:people"),
        "office": may(user, "units.list"),
        "form": form,
        "keep": chosen,
        "ticked": set(ticked(request)),
        "joins": links.joins_to_decide(user).count(),
        "page_note": f"每页{PAGE_SIZE}人",
        "here": f"{reverse('units:people')}?{query}",
        "filtered": any(request.GET.get(name) for name in PARAMETERS - {"sort", "unit"}),
    }
    return render(request, "units/people.html", context, status=422 if found.form.errors else status)


def _found(request: HttpRequest) -> tuple[LinkFilter, Organisation | None]:
    """The list's rows: of one unit, of the own ones, or for an office those that wait for it."""
    user = user_of(request)
    unit = chosen_unit(request)
    waiting = request.GET.get("state") == UnitLinkState.PENDING
    office = may(user, "units.list")
    rows: QuerySet[UnitLink] = links.to_decide(user) if waiting or (office and unit is None) else links.visible_to(user)
    if unit is not None:
        rows = rows.filter(organisation=unit)
    if not request.GET.get("state"):
        rows = rows.filter(state__in=links.OPEN)
    return LinkFilter(request.GET, rows), unit


def _cells(rows: QuerySet[UnitLink]) -> Iterator[tuple[Any, ...]]:
    for link in rows.iterator(chunk_size=2000):
        person = link.practitioner
        yield (
            person.name,
            f"{'*' * 14}{person.id_last4}",  # with its mask, so that a spreadsheet keeps it as text
            link.organisation.name,
            person.specialty_name,
            person.get_title_level_display(),
            person.title,
            link.get_state_display(),
            timezone.localdate(link.asked_at),
            link.started_on,
            link.ended_on,
        )
