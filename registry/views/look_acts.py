"""A second opinion on an accepted claim, and a third person's decision where two disagree."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.errors import Conflict, InputError
from accounts.forms import add_domain_error
from accounts.pages import page_for
from registry.commands.second_looks import look_agree, look_disagree, look_dismiss, look_uphold
from registry.forms.second_looks import AGREE, DISAGREE, DISMISS, UPHOLD, DecisionOnLookForm, OpinionForm
from registry.models import SecondLook
from registry.queries import second_looks
from registry.views.own import user_of
from registry.views.review import claim_page, claim_seen

COMMANDS = {AGREE: look_agree, DISAGREE: look_disagree, UPHOLD: look_uphold, DISMISS: look_dismiss}
DONE = {
    AGREE: "复核一致",
    DISAGREE: "的异议已提交裁定",
    UPHOLD: "异议成立，已撤销认定",
    DISMISS: "异议不成立，维持认定",
}


@page_for("registry.work_queue")
@require_POST
def look_opinion(request: HttpRequest, pk: int) -> HttpResponse:
    """Agree or disagree; then back to what else waits."""
    return _act(request, pk, OpinionForm(request.POST))


@page_for("registry.work_queue")
@require_POST
def look_decision(request: HttpRequest, pk: int) -> HttpResponse:
    """Uphold (the claim is reversed) or dismiss; then back to what else waits."""
    return _act(request, pk, DecisionOnLookForm(request.POST))


def _act(request: HttpRequest, pk: int, form: OpinionForm | DecisionOnLookForm) -> HttpResponse:
    look: SecondLook = get_object_or_404(second_looks.visible_to(user_of(request)), pk=pk)
    if form.is_valid():
        finding = form.cleaned_data["finding"]
        try:
            COMMANDS[finding](actor=user_of(request), look=look, reason=form.cleaned_data["reason"])
        except Conflict as error:
            messages.error(request, error.message)
            return redirect("registry:review_claim", pk=look.claim_id)
        except InputError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, f"{look.claim.number}{DONE[finding]}。")
            return redirect(f"{reverse('registry:look_list')}?state=mine")
    return claim_page(request, claim_seen(request, look.claim_id), look_form=form, status=422)
