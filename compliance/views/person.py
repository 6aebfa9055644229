"""One person's year: every entry with its clause, its review, and the decision on it; then the next of the list."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.errors import Conflict, InputError
from accounts.forms import add_domain_error
from accounts.guard import may
from accounts.lists import address, own_parameters
from accounts.models import User
from accounts.pages import page_for
from compliance.commands.reviews import review_fail, review_open, review_pass
from compliance.forms.reviews import FAIL, OPEN, PASS, ReviewForm
from compliance.forms.standings import StandingFilter
from compliance.models import AnnualReview
from compliance.queries import reviews
from compliance.queries.seen import fingerprint, seen_of
from compliance.states import ReviewState
from compliance.views.words import review_tag
from registry.models import AnnualStanding, Practitioner
from registry.queries import people
from registry.queries.notices import has_notice
from registry.queries.years import year_of, years_to_show
from registry.views.ledger import groups_of
from registry.views.own import user_of

PARAMETERS = frozenset(StandingFilter.base_filters)
COMMANDS = {PASS: review_pass, FAIL: review_fail, OPEN: review_open}
DONE = {PASS: "审核通过", FAIL: "审核不通过", OPEN: "已重新打开审核"}


@page_for("compliance.person_year")
@require_safe
def person_year(request: HttpRequest, practitioner_pk: int, year: int) -> HttpResponse:
    """One person's year, for an office and for their unit: the ledger, the caps, the verdict, the review."""
    return _page(request, _seen(request, practitioner_pk, year), year)


@page_for("compliance.annual_list")
@require_http_methods(["GET", "HEAD", "POST"])
def review_decide(request: HttpRequest, practitioner_pk: int, year: int) -> HttpResponse:
    """Pass, fail or open again; then the next open year of the list one came from, or back to it."""
    practitioner = _seen(request, practitioner_pk, year)
    query = own_parameters(request.GET, PARAMETERS)
    if request.method != "POST":
        return redirect(_address("compliance:person_year", query, practitioner_pk, year))
    form = ReviewForm(request.POST)
    if form.is_valid():
        decision, given = form.cleaned_data["decision"], {"reason": form.cleaned_data["reason"]}
        if decision != OPEN:
            given["expected"] = form.cleaned_data["expected"]
        try:
            COMMANDS[decision](actor=user_of(request), practitioner=practitioner, year=year, **given)
        except Conflict as error:
            return _page(request, practitioner, year, conflict=error.message, status=409)
        except InputError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, f"{practitioner.name}{year}年度{DONE[decision]}。")
            return _onwards(request, practitioner, year, form.cleaned_data["go_on"] and decision != OPEN)
    return _page(request, practitioner, year, form=form, status=422)


def _seen(request: HttpRequest, pk: int, year: int) -> Practitioner:
    if year > timezone.localdate().year or not has_notice(year):
        raise Http404
    visible = reviews.people_of_year(user_of(request), year)
    return get_object_or_404(visible.select_related("organisation__region", "region"), pk=pk)


def _page(
    request: HttpRequest,
    practitioner: Practitioner,
    year: int,
    *,
    form: ReviewForm | None = None,
    conflict: str = "",
    status: int = 200,
) -> HttpResponse:
    user = user_of(request)
    shown = year_of(practitioner, year)
    office = may(user, "compliance.annual_list")
    # A unit sees of who has left it the years that ended there, and nothing of where they went; so does an office.
    stays = people.visible_to(user).filter(pk=practitioner.pk).exists()
    query = own_parameters(request.GET, PARAMETERS) if office else ""
    context = {
        "practitioner": practitioner,
        "shown": shown,
        "groups": groups_of(shown),
        "years": sorted({*years_to_show(practitioner), year}, reverse=True) if stays else [year],
        "query": address("", query),
        "office": office,
        "not_office": not office,
        "stays": stays,
        "adjust": may(user, "registry.adjustment_enter", practitioner),
        "reopen": may(user, "registry.window_reopen", practitioner),
        **_review(user, practitioner, year, form),
        "conflict": conflict,
    }
    if context["decidable"]:
        context["next"] = _next(request, practitioner, year)
    return render(request, "compliance/person_year.html", context, status=status)


def _review(user: User, practitioner: Practitioner, year: int, form: ReviewForm | None) -> dict[str, Any]:
    """The review as the page shows it; with its form for who may decide."""
    review: AnnualReview = reviews.review_of(practitioner, year)
    standing = AnnualStanding.objects.filter(practitioner=practitioner, year=year).first()
    expected = fingerprint(seen_of(standing)) if standing else ""
    is_open = review.state == ReviewState.OPEN
    return {
        "review": review,
        "tag": review_tag(review.state, changed=review.changed),
        "steps": list(review.steps.all()) if review.pk else [],
        "is_open": is_open,
        "decidable": may(user, "compliance.review", review),
        "form": form or ReviewForm(initial={"expected": expected}),
        "expected": expected,
    }


def _next(request: HttpRequest, practitioner: Practitioner, year: int) -> Practitioner | None:
    """Who follows in the list one came from among those who meet the year and wait; the first when nobody follows."""
    user = user_of(request)
    typed = request.GET.copy()
    typed["year"] = str(year)
    rows = reviews.passable(StandingFilter(typed, user=user).qs, user).exclude(practitioner=practitioner)
    ordered = rows.order_by("practitioner__name_sort", "practitioner_id")
    name = practitioner.name_sort
    behind = Q(practitioner__name_sort__gt=name) | Q(practitioner__name_sort=name, practitioner__gt=practitioner.pk)
    found = ordered.filter(behind).first() or ordered.first()
    return found.practitioner if found else None


def _onwards(request: HttpRequest, practitioner: Practitioner, year: int, go_on: bool) -> HttpResponse:
    query = own_parameters(request.GET, PARAMETERS)
    if not go_on:
        return redirect(_address("compliance:person_year", query, practitioner.pk, year))
    following = _next(request, practitioner, year)
    if following is not None:
        return redirect(_address("compliance:person_year", query, following.pk, year))
    messages.info(request, "名单中达标待审核的人员已全部办理。")
    return redirect(_address("compliance:annual_list", query))


def _address(name: str, query: str, *args: int) -> str:
    return address(reverse(name, args=args), query)
