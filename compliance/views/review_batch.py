"""Passing many years at once: who is shown before it is done, and then a job does it."""

from __future__ import annotations

from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.errors import DomainError
from accounts.lists import address, own_parameters
from accounts.models import User
from accounts.pages import page_for
from compliance.commands.review_batches import MOST, review_batch_request
from compliance.forms.reviews import BatchForm, ids_of
from compliance.forms.standings import StandingFilter
from compliance.queries import reviews
from compliance.views.standings import ORDER, PARAMETERS
from registry.queries.notices import notice_of_year
from registry.queries.years import figures_of, names_of
from registry.views.own import user_of

TICKED, ALL = "ticked", "all"
SHOWN = 100


@page_for("compliance.annual_list")
@require_http_methods(["GET", "HEAD", "POST"])
def review_batch(request: HttpRequest) -> HttpResponse:
    """The people chosen in the list whose year may be passed; posted, they are a job."""
    if request.method == "POST":
        return _asked(request)
    pick = ALL if request.GET.get("pick") == ALL else TICKED
    return _confirm(request, pick, ids_of(request.GET, "person"))


def _confirm(request: HttpRequest, pick: str, ids: list[str]) -> HttpResponse:
    user, query = user_of(request), own_parameters(request.GET, PARAMETERS)
    list_url = address(reverse("compliance:annual_list"), query)
    found = StandingFilter(request.GET, user=user)
    chosen = _chosen(found, user, pick, ids)
    if not chosen:
        messages.warning(request, "没有选择由本单位审核、已达标且未审核的人员，请先勾选。")
        return redirect(list_url)
    notice = notice_of_year(found.shown_year)
    rows = reviews.with_people(reviews.of_year(found.shown_year)).filter(practitioner__in=chosen[:SHOWN])
    context = {
        "year": found.shown_year,
        "headings": names_of(notice).values(),
        "lines": [(row, figures_of(row, notice)) for row in rows.order_by(*ORDER)],
        "number": len(chosen),
        "more": max(len(chosen) - SHOWN, 0),
        "cut": len(chosen) == MOST,
        "most": MOST,
        "all": pick == ALL,
        "token": uuid4(),
        "list_url": list_url,
        "query": address("", query),
    }
    return render(request, "compliance/review_batch.html", context)


def _chosen(found: StandingFilter, user: User, pick: str, ids: list[str]) -> list[int]:
    """Ids of the people ticked, or of the list's first 5,000, whose year the user may pass now."""
    if found.form.errors:  # a filter that could not be read chooses nobody, instead of everybody
        return []
    rows = reviews.passable(found.qs, user)
    if pick != ALL:
        rows = rows.filter(practitioner__in=[int(pk) for pk in ids])
    return list(rows.order_by(*ORDER).values_list("practitioner", flat=True)[:MOST])


def _asked(request: HttpRequest) -> HttpResponse:
    list_url = address(reverse("compliance:annual_list"), own_parameters(request.GET, PARAMETERS))
    form = BatchForm(request.POST)
    if not form.is_valid():
        messages.error(request, "页面已失效，请重新选择要审核的人员。")
        return redirect(list_url)
    user, found = user_of(request), StandingFilter(request.GET, user=user_of(request))
    ids = form.cleaned_data["people"]
    if form.cleaned_data["pick"] == ALL:
        ids = _chosen(found, user, ALL, [])
        if len(ids) != form.cleaned_data["number"]:
            messages.warning(request, f"名单有变动，现在符合条件的为{len(ids)}人，请重新确认。")
            return redirect(address(request.path, _all(request.GET)))
    try:
        job = review_batch_request(
            actor=user, year=found.shown_year, practitioners=ids, token=form.cleaned_data["token"]
        )
    except DomainError as error:
        messages.error(request, error.message)
        return redirect(list_url)
    return redirect("jobs:detail", job.pk)


def _all(typed: QueryDict) -> str:
    query = own_parameters(typed, PARAMETERS)
    return f"{query}&pick={ALL}" if query else f"pick={ALL}"
