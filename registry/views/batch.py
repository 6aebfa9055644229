"""Accepting many claims at once: which ones is shown before it is done, and then a job does it."""

from __future__ import annotations

from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.errors import DomainError
from accounts.lists import address, own_parameters
from accounts.pages import page_for
from accounts.queries import regions_reviewed
from registry.commands.batches import MOST, batch_request
from registry.forms.review import BatchForm
from registry.models import Claim
from registry.queries.claims import to_decide
from registry.states import ClaimState
from registry.views import words
from registry.views.own import user_of
from registry.views.queue import OUR_PARAMETERS, filtered, in_state, page_shown, state_of

TICKED, PAGE, ALL = "ticked", "page", "all"


@page_for("registry.work_queue")
@require_http_methods(["GET", "HEAD", "POST"])
def review_batch(request: HttpRequest) -> HttpResponse:
    """The claims chosen in the queue, with those of which something is to be told left out; posted, they are a job."""
    if request.method == "POST":
        return _asked(request)
    chosen = _chosen(request)
    query = own_parameters(request.GET, OUR_PARAMETERS)
    queue_url = address(reverse("registry:review_queue"), query)
    if not chosen:
        messages.warning(request, "没有选择本单位待审核的申报，请先勾选。")
        return redirect(queue_url)
    lines = [(claim, words.activity_name(claim)) for claim in chosen]
    context = {
        "clear": [line for line in lines if not line[0].finding_count],
        "told": [line for line in lines if line[0].finding_count],
        "token": uuid4(),
        "most": MOST,
        "cut": len(chosen) == MOST,
        "queue_url": queue_url,
    }
    return render(request, "registry/review/batch.html", context)


def _chosen(request: HttpRequest) -> list[Claim]:
    """What was ticked, the page's claims, or the first 200 of the list: those that wait for the own office."""
    user = user_of(request)
    mine = to_decide(user)
    found, state = filtered(request), state_of(request)
    pick = request.GET.get("pick", TICKED)
    if found.form.errors:  # a filter that could not be read chooses nothing, instead of everything
        return []
    if pick == ALL:
        rows = in_state(found.qs, ClaimState.SUBMITTED).filter(region_id__in=regions_reviewed(user))
        return list(rows.order_by(*found.order)[:MOST])
    if pick == PAGE:
        wanted = [claim.pk for claim in page_shown(request, found, state).rows]
    else:
        typed = request.GET.getlist("claim")[:MOST]
        wanted = [int(pk) for pk in typed if pk.isascii() and pk.isdecimal() and len(pk) < 19]
    return list(mine.filter(pk__in=wanted))


def _asked(request: HttpRequest) -> HttpResponse:
    form = BatchForm(request.POST)
    if not form.is_valid():
        messages.error(request, "页面已失效，请重新选择要认定的申报。")
        return redirect("registry:review_queue")
    try:
        job = batch_request(
            actor=user_of(request), claims=form.cleaned_data["claims"], token=form.cleaned_data["token"]
        )
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("registry:review_queue")
    return redirect("jobs:detail", job.pk)
