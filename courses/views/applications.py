"""Class applications as a unit keeps them: the list, one of them, a new one, a copy, a draft deleted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.errors import DomainError
from accounts.forms import add_domain_error
from accounts.keyset import PAGE_SIZE, page_of
from accounts.models import Organisation, Role
from accounts.pages import page_for
from accounts.queries import organisations_run
from accounts.tables import csv_response
from courses.commands.application_moves import EDITABLE
from courses.commands.applications import application_copy, application_delete, application_draft
from courses.commands.exports import applications_exported
from courses.forms.application_lists import UnitApplicationFilter
from courses.forms.applications import CopyForm, NewForm
from courses.models import ClassApplication
from courses.queries import applications
from courses.views.application_page import WORK, own_application, page_of_application, page_of_handed_in
from registry.views.lists import kept_query, page_urls
from registry.views.own import posted, user_of

PARAMETERS = frozenset(UnitApplicationFilter.base_filters)
COLUMNS = (
    "受理编号",
    "单位",
    "培训名称",
    "培训地点",
    "培训形式",
    "开班日期",
    "结束日期",
    "天数",
    "申请学时",
    "计划培训人数",
    "办理情况",
    "是否逾期",
    "首次提交时间",
)


@page_for(WORK)
@require_safe
def application_list(request: HttpRequest) -> HttpResponse:
    """The unit's applications: filtered, sorted, in pages."""
    found = _filtered(request)
    page = page_of(found.qs, found.order, after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    query = kept_query(request, found)
    context = {
        "filter": found,
        "rows": page.rows,
        **page_urls(page, query),
        "export_url": f"{reverse('courses:application_export')}?{query}",
        "page_note": f"每页{PAGE_SIZE}件",
        "filtered": any(request.GET.get(name) for name in PARAMETERS - {"sort"}),
    }
    status = 422 if found.form.errors else 200
    return render(request, "courses/applications/list.html", context, status=status)


@page_for(WORK)
@require_safe
def application_export(request: HttpRequest) -> StreamingHttpResponse:
    """The list with its filters as CSV; leaves an audit row."""
    found = _filtered(request)
    rows = list(found.qs.order_by(*found.order))
    named = [name for name in PARAMETERS if request.GET.get(name)]
    applications_exported(actor=user_of(request), rows=len(rows), filters=named)
    return csv_response(f"class-applications-{timezone.localdate():%Y%m%d}", COLUMNS, _cells(rows))


@page_for(WORK)
@require_http_methods(["GET", "HEAD", "POST"])
def application_new(request: HttpRequest) -> HttpResponse:
    """Choose the unit; a POST makes the draft. The same form posted again is the same draft."""
    units = _units(request)
    form = NewForm(posted(request), units=units)
    if request.method == "POST" and form.is_valid():
        unit, token = form.units[form.cleaned_data["unit"]], form.cleaned_data["token"]
        try:
            draft = application_draft(actor=user_of(request), unit=unit, token=token)
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            return redirect("courses:application_detail", pk=draft.pk)
    context = {"form": form, "units": units}
    return render(request, "courses/applications/new.html", context, status=422 if form.errors else 200)


@page_for(WORK)
@require_safe
def application_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The task list of an application that may be changed; of any other what it states, and where it stands."""
    application = own_application(request, pk)
    if application.state in EDITABLE:
        return render(request, "courses/applications/tasks.html", page_of_application(application))
    return render(request, "courses/applications/detail.html", page_of_handed_in(application))


@page_for(WORK)
@require_http_methods(["GET", "HEAD", "POST"])
def application_again(request: HttpRequest, pk: int) -> HttpResponse:
    """A new draft like this one, its timetable moved to another first day."""
    application = own_application(request, pk)
    form = CopyForm(posted(request))
    if request.method == "POST" and form.is_valid():
        first_day, token = form.cleaned_data["first_day"], form.cleaned_data["token"]
        try:
            draft = application_copy(actor=user_of(request), application=application, token=token, first_day=first_day)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, "已建立新的申请草稿，请核对各部分，并重新上传材料。")
            return redirect("courses:application_detail", pk=draft.pk)
    context = {"form": form, "application": application}
    return render(request, "courses/applications/copy.html", context, status=422 if form.errors else 200)


@page_for(WORK)
@require_POST
def application_removal(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a draft."""
    application = own_application(request, pk)
    try:
        application_delete(actor=user_of(request), application=application)
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("courses:application_detail", pk=pk)
    messages.success(request, f"草稿“{application}”已删除。")
    return redirect("courses:application_list")


def _filtered(request: HttpRequest) -> UnitApplicationFilter:
    return UnitApplicationFilter(request.GET, applications.of_units_of(user_of(request)))


def _units(request: HttpRequest) -> list[Organisation]:
    """Those that the user acts for and that are in use; closed ones apply for nothing."""
    run = organisations_run(user_of(request), Role.ORGANISER, Role.EMPLOYER_ADMIN)
    return list(Organisation.objects.filter(pk__in=run, is_active=True).order_by("name"))


def _cells(rows: list[ClassApplication]) -> Iterator[tuple[Any, ...]]:
    for row in rows:
        first = timezone.localtime(row.handed_in_at).strftime("%Y-%m-%d %H:%M") if row.handed_in_at else ""
        yield (
            row.number,
            row.organisation.name,
            row.title,
            row.place,
            row.get_delivery_display(),
            row.first_day,
            row.last_day,
            row.day_count,
            row.asked_hours,
            row.planned_number,
            row.get_state_display(),
            "是" if row.is_late else "否",
            first,
        )
