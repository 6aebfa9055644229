"""The working days as the city office keeps them."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.errors import Conflict, DomainError
from accounts.forms import add_domain_error
from accounts.pages import page_for
from office.calendars.commands import calendar_year_enter, special_day_set
from office.calendars.forms import DayForm, YearForm
from office.calendars.models import CalendarYear
from office.calendars.queries import years_wanted

KEEP = "calendars.keep"


@page_for(KEEP)
@require_safe
def year_list(request: HttpRequest) -> HttpResponse:
    """Years with data, and by name the years without."""
    counted = CalendarYear.objects.select_related("entered_by").annotate(
        off=Count("days", filter=Q(days__is_working=False)),
        made_up=Count("days", filter=Q(days__is_working=True)),
    )
    context = {"years": counted, "wanted": years_wanted(timezone.localdate())}
    return render(request, "calendars/list.html", context)


@page_for(KEEP)
@require_http_methods(["GET", "HEAD", "POST"])
def year_new(request: HttpRequest) -> HttpResponse:
    """Enter a year's arrangement; every wrong line is named."""
    wanted = years_wanted(timezone.localdate())
    initial = {"year": wanted[0] if wanted else None}
    form = YearForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            year = calendar_year_enter(actor=_user(request), **form.cleaned_data)
        except DomainError as error:
            if error.field == "text":
                for line in error.message.splitlines():
                    form.add_error("text", line)
            else:
                add_domain_error(form, error)
        else:
            messages.success(request, f"{year.year}年的工作日数据已录入，请再核对一遍。")
            return redirect("calendars:year", year.year)
    return render(request, "calendars/new.html", {"form": form}, status=422 if form.errors else 200)


@page_for(KEEP)
@require_http_methods(["GET", "HEAD", "POST"])
def year_detail(request: HttpRequest, year: int) -> HttpResponse:
    """A year's special days by month; one day is set right with its reason."""
    found = get_object_or_404(CalendarYear.objects.select_related("entered_by"), pk=year)
    form = DayForm(request.POST if request.method == "POST" else None, year=year)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            special_day_set(
                actor=_user(request),
                day=data["day"],
                is_working=data["is_working"],
                name=data["name"],
                reason=data["reason"],
            )
        except Conflict as error:
            messages.error(request, error.message)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, "已更正。")
        if not form.errors:
            return redirect("calendars:year", year)
    months = [(month, list(days)) for month, days in groupby(found.days.all(), key=lambda special: special.date.month)]
    context = {"year": found, "months": months, "form": form}
    return render(request, "calendars/year.html", context, status=422 if form.errors else 200)


def _user(request: HttpRequest) -> Any:
    return request.user  # the login middleware lets nobody else through
