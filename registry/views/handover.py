"""Handing a claim over to the office that it belongs to."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from accounts.errors import Conflict, InputError
from accounts.forms import add_domain_error
from accounts.guard import may
from accounts.pages import page_for
from registry.commands.handover import claim_hand_over
from registry.forms.review import HandOverForm
from registry.queries import claims
from registry.states import ClaimState
from registry.views import words
from registry.views.own import posted, user_of


@page_for("registry.work_queue")
@require_http_methods(["GET", "HEAD", "POST"])
def review_hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask which office and why, with the office of the person's present region chosen; then hand over."""
    user = user_of(request)
    claim = get_object_or_404(claims.with_details(claims.queue(user)), pk=pk)
    form = HandOverForm(posted(request), claim=claim)
    if request.method == "POST" and form.is_valid():
        try:
            claim_hand_over(actor=user, claim=claim, **form.cleaned_data)
        except Conflict as error:
            messages.error(request, error.message)
            return redirect("registry:review_claim", pk=claim.pk)
        except InputError as error:
            add_domain_error(form, error)
        else:
            office = form.cleaned_data["region"].office_name
            messages.success(request, f"{claim.number}（{claim.practitioner.name}）已移交{office}。")
            return redirect("registry:review_queue")
    elif claim.state != ClaimState.SUBMITTED or not may(user, "registry.claim_review", claim):
        return redirect("registry:review_claim", pk=claim.pk)
    context = {"claim": claim, "activity": words.activity_name(claim), "form": form}
    return render(request, "registry/review/hand_over.html", context, status=422 if form.errors else 200)
