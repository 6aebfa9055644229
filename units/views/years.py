"""年度学时: a unit's people and their year at a glance, taken away as a table, reminded of what they lack."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from accounts.errors import InputError
from accounts.guard import may
from accounts.keyset import PAGE_SIZE, Page, page_of
from accounts.models import Organisation, Role
from accounts.pages import page_for
from accounts.queries import organisations_run
from accounts.tables import csv_response
from office.documents.workbook import NUMBER, Column, Form, write
from registry.queries import links
from registry.queries.notices import notice_of_year
from registry.queries.years import figures_of, names_of
from registry.states import ClaimState
from registry.views.lists import kept_query, page_urls
from registry.views.own import user_of
from units.commands.exports import unit_year_exported
from units.commands.reminders import person_remind
from units.forms.years import PeopleYearFilter, RemindForm, today_asked, year_asked
from units.queries.years import FIGURES, membership_day, open_claims, people_in_year, totals
from units.views.desk import back_to, chosen_unit, desk_tabs, ticked

PARAMETERS = frozenset({*PeopleYearFilter.base_filters, "unit"})
PRINTED_ROWS = 1000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for: the unit (None: all one administers), the year, and the rows with their filter."""

    unit: Organisation | None
    year: int
    today: bool
    found: PeopleYearFilter


@page_for("units.people")
@require_safe
def people_year(request: HttpRequest) -> HttpResponse:
    """Everybody of the unit with the four figures, what is lacking and what waits; `?all=1` on one page, to print."""
    if may(user_of(request), "units.list") and not request.GET.get("unit"):
        messages.info(request, "请先选择单位，再在单位页面查看其人员的年度学时。")
        return redirect("units:list")
    asked = _asked(request)
    size = PRINTED_ROWS if request.GET.get("all") else PAGE_SIZE
    cursors = {way: request.GET.get(way, "") for way in ("after", "before")}
    page = page_of(asked.found.qs, asked.found.order, size=size, **cursors)
    context = _context(request, asked, page) | {"whole": size == PRINTED_ROWS}
    return render(request, "units/people_year.html", context, status=422 if asked.found.form.errors else 200)


@page_for("units.people")
@require_safe
def people_year_export(request: HttpRequest) -> HttpResponseBase:
    """The list with its filters as CSV or (`?as=xlsx`) as a workbook; leaves an audit row."""
    if may(user_of(request), "units.list") and not request.GET.get("unit"):
        return redirect("units:list")
    asked = _asked(request)
    rows = asked.found.qs.order_by(*asked.found.order)
    form = "xlsx" if request.GET.get("as") == "xlsx" else "csv"
    used = {name for name in PARAMETERS if request.GET.get(name)}
    actor = user_of(request)
    count = rows.count()
    unit_year_exported(actor=actor, unit=asked.unit, year=asked.year, rows=count, filters=used, form=form)
    name = f"unit-year-{asked.year}-{timezone.localdate():%Y%m%d}"
    columns = _columns(asked.year)
    if form == "csv":
        return csv_response(name, [column.header for column in columns], _cells(rows, asked.year))
    above = [_whose(request, asked), f"依据：{notice_of_year(asked.year).id}", f"{_day_in_words(asked)}，未经年度审核"]
    sheet = Form(f"{asked.year}年度继续教育学时情况", columns, above=above, sheet=f"{asked.year}年度")
    response = HttpResponse(write(sheet, _cells(rows, asked.year)), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return response


@page_for("units.people")
@require_POST
def people_year_remind(request: HttpRequest) -> HttpResponse:
    """Remind those ticked, or everybody on the page who lacks something; what could not be done says why."""
    form = RemindForm(request.POST)
    if not form.is_valid():
        messages.error(request, "请从列表中选择年度后再提醒。")
        return redirect("units:people_year")
    actor, year = user_of(request), form.cleaned_data["year"]
    ids = ticked(request, "short" if request.POST.get("everybody") else "link")
    done: Counter[bool] = Counter()
    refused: dict[str, list[str]] = {}
    for link in links.visible_to(actor).filter(pk__in=ids).order_by("pk"):
        try:
            done[person_remind(actor=actor, link=link, year=year)] += 1
        except InputError as error:
            name = link.practitioner.name
            refused.setdefault(error.message.removeprefix(name), []).append(name)
    for why, names in refused.items():
        messages.warning(request, f"{'、'.join(names)}：{why}")
    if done[True]:
        messages.success(request, f"已提醒{done[True]}人。")
    if done[False]:
        messages.info(request, f"{done[False]}人今天已提醒过，每人每天只提醒一次。")
    if not ids:
        messages.warning(request, "没有选择人员，请先勾选。")
    return redirect(back_to(request, "units:people_year"))


def _asked(request: HttpRequest) -> Asked:
    unit = chosen_unit(request)
    year = year_asked(request.GET)
    today = today_asked(request.GET, year)
    rows = people_in_year(user_of(request), unit, year, now=today)
    return Asked(unit, year, today, PeopleYearFilter(request.GET, rows, year=year))


def _context(request: HttpRequest, asked: Asked, page: Page[Any]) -> dict[str, Any]:
    user, notice = user_of(request), notice_of_year(asked.year)
    chosen = {"unit": str(asked.unit.pk)} if asked.unit else {}
    query = "&".join(part for part in (kept_query(request, asked.found), urlencode(chosen)) if part)
    export = reverse("units:people_year_export")
    return {
        "filter": asked.found,
        "unit": asked.unit,
        "office": may(user, "units.list"),
        "several": asked.unit is None and len(organisations_run(user, Role.EMPLOYER_ADMIN)) > 1,
        "remind": asked.unit is None or may(user, "units.remind", asked.unit),
        "tabs": desk_tabs(user, asked.unit, "units:people_year"),
        "year": asked.year,
        "notice": notice,
        "whose": _whose(request, asked),
        "day": _day_in_words(asked),
        "headings": [(name, notice.minimums[code]) for code, name in names_of(notice).items()],
        "numbers": totals(asked.found.qs),
        "lacking": _lacking(asked),
        "lines": _lines(page, asked.year),
        "keep": chosen,
        "query": f"?{query}" if query else "",
        "here": f"{reverse('units:people_year')}?{query}",
        "export_url": f"{export}?{query}",
        "xlsx_url": f"{export}?{query}&as=xlsx",
        "today": timezone.localdate(),
        "print_url": f"{reverse('units:people_year')}?{query}&all=1",
        "page_note": f"每页{PAGE_SIZE}人",
        "filtered": any(request.GET.get(name) for name in PARAMETERS - {"sort", "unit", "year", "people"}),
        **page_urls(page, query),
    }


def _lines(page: Page[Any], year: int) -> list[dict[str, Any]]:
    notice = notice_of_year(year)
    claims = open_claims([row.practitioner_id for row in page.rows], year)
    lines = []
    for row in page.rows:
        states = claims.get(row.practitioner_id, {})
        waiting, returned = states.get(ClaimState.SUBMITTED, 0), states.get(ClaimState.RETURNED, 0)
        lines.append({"row": row, "figures": figures_of(row, notice), "waiting": waiting, "returned": returned})
    return lines


def _lacking(asked: Asked) -> list[tuple[str, str]]:
    """Code and name of the three categories, for the totals."""
    return [(f"lack_{code}", name) for code, name in list(names_of(notice_of_year(asked.year)).items())[1:]]


def _whose(request: HttpRequest, asked: Asked) -> str:
    if asked.unit is not None:
        return asked.unit.name
    names = {held.organisation.name for held in user_of(request).appointments_now if held.organisation}
    return names.pop() if len(names) == 1 else "本人管理的各单位"


def _day_in_words(asked: Asked) -> str:
    day = membership_day(asked.year, now=asked.today)
    return f"{day.year}年{day.month}月{day.day}日在册人员"


def _columns(year: int) -> list[Column]:
    names = list(names_of(notice_of_year(year)).values())
    return [
        Column("姓名", 10),
        Column("身份证号后四位", 20),
        Column("单位", 28),
        Column("专业", 16),
        Column("职称级别", 9),
        *(Column(f"{name}学时" if name == "合计" else name, 9, NUMBER) for name in names),
        *(Column(f"{name}缺", 9, NUMBER) for name in names),
        Column("结论", 9),
        Column("最低学时", 9),
        Column("待审核申报", 9, NUMBER),
        Column("被退回申报", 9, NUMBER),
    ]


def _cells(rows: Any, year: int) -> Iterator[tuple[Any, ...]]:
    claims = open_claims(rows.values_list("practitioner_id", flat=True), year)
    for row in rows.iterator(chunk_size=2000):
        person, states = row.practitioner, claims.get(row.practitioner_id, {})
        yield (
            person.name,
            f"{'*' * 14}{person.id_last4}",  # with its mask, so that a spreadsheet keeps it as text
            row.organisation.name,
            person.specialty_name,
            person.get_title_level_display(),
            *(getattr(row, f"counted_{code}") for code in FIGURES),
            *(getattr(row, f"deficit_{code}") for code in FIGURES),
            "达标" if row.meets else "未达标",
            "已调整" if row.adjusted else "",
            states.get(ClaimState.SUBMITTED, 0),
            states.get(ClaimState.RETURNED, 0),
        )
