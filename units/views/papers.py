"""Qualifications and filings: handed in, entered, confirmed, made void; and their proofs on the way out."""

from __future__ import annotations

from csp.constants import NONE
from csp.decorators import csp
from django import forms
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.errors import DomainError
from accounts.forms import add_domain_error
from accounts.guard import may
from accounts.keyset import page_of
from accounts.models import Organisation
from accounts.pages import page_for
from registry.commands.files import STORAGE_FULL
from registry.uploads import lost_uploads
from registry.views.attachments import attachment
from registry.views.lists import page_urls
from registry.views.own import posted, user_of
from units.commands.filings import filing_enter, filing_revoke
from units.commands.qualifications import (
    qualification_confirm,
    qualification_decline,
    qualification_file,
    qualification_revoke,
)
from units.forms.papers import FilingForm, PaperDecisionForm, QualificationForm, ReasonForm
from units.models import ProviderFiling, Qualification
from units.queries import registered
from units.queries.papers import proofs_visible_to, to_confirm


@page_for("units.list")
@require_safe
def qualifications_waiting(request: HttpRequest) -> HttpResponse:
    """待核验 qualifications of all units, oldest first."""
    rows = to_confirm(user_of(request))
    page = page_of(rows, ("filed_at", "id"), after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    return render(request, "units/qualifications_waiting.html", {"page": page, **page_urls(page, "")})


@require_http_methods(["GET", "HEAD", "POST"])
def qualification_new(request: HttpRequest, pk: int) -> HttpResponse:
    """File a qualification for the own unit, or enter one as 市学时办."""
    user, unit = user_of(request), _unit(request, pk)
    keeps = may(user, "units.papers_keep", unit)
    if not keeps and not may(user, "units.qualification_file", unit):
        raise Http404
    form = QualificationForm(posted(request), request.FILES or None)
    if request.method == "POST" and _is_whole(request, form):
        data = form.cleaned_data
        try:
            qualification_file(
                actor=user, unit=unit, data=form.qualification(), upload=data["file"], token=data["token"]
            )
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, "资质已录入。" if keeps else "资质已报送，等待市学时办核验。")
            return redirect("units:detail", pk=pk)
    title = "录入资质" if keeps else "报送资质"
    context = {"form": form, "unit": unit, "title": title}
    return render(request, "units/paper.html", context, status=422 if form.errors else 200)


@require_POST
def qualification_decide(request: HttpRequest, pk: int, paper_pk: int) -> HttpResponse:
    """Confirm, decline or revoke; whoever may none of it does not find it."""
    user, unit = user_of(request), _unit(request, pk)
    if not may(user, "units.papers_keep", unit) and not may(user, "units.qualification_file", unit):
        raise Http404
    paper = get_object_or_404(Qualification.objects.select_related("organisation"), pk=paper_pk, organisation=unit)
    form = PaperDecisionForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(str(error) for found in form.errors.values() for error in found))
        return redirect("units:detail", pk=pk)
    decision, reason = form.cleaned_data["decision"], form.cleaned_data["reason"]
    try:
        if decision == "confirm":
            qualification_confirm(actor=user, qualification=paper)
        elif decision == "decline":
            qualification_decline(actor=user, qualification=paper, reason=reason)
        else:
            qualification_revoke(actor=user, qualification=paper, reason=reason)
    except DomainError as error:
        messages.error(request, f"{paper}：{error.message}")
    else:
        messages.success(request, f"{paper}：已办理。")
    return redirect("units:detail", pk=pk)


@page_for("units.list")
@require_http_methods(["GET", "HEAD", "POST"])
def filing_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter a filing as a provider of face-to-face classes."""
    unit = _kept(request, pk)
    form = FilingForm(posted(request), request.FILES or None)
    if request.method == "POST" and _is_whole(request, form):
        data = form.cleaned_data
        try:
            filing_enter(
                actor=user_of(request), unit=unit, data=form.filing(), upload=data["file"], token=data["token"]
            )
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, "备案已录入。")
            return redirect("units:detail", pk=pk)
    context = {"form": form, "unit": unit, "title": "录入面授辅导机构备案"}
    return render(request, "units/paper.html", context, status=422 if form.errors else 200)


@page_for("units.list")
@require_POST
def filing_end(request: HttpRequest, pk: int, paper_pk: int) -> HttpResponse:
    """Make a filing void."""
    unit = _kept(request, pk)
    filing = get_object_or_404(ProviderFiling.objects.select_related("organisation"), pk=paper_pk, organisation=unit)
    form = ReasonForm(request.POST)
    try:
        reason = form.cleaned_data["reason"] if form.is_valid() else ""
        filing_revoke(actor=user_of(request), filing=filing, reason=reason)
    except DomainError as error:
        messages.error(request, f"{filing}：{error.message}")
    else:
        messages.success(request, f"{filing}：已作废。")
    return redirect("units:detail", pk=pk)


@csp({"default-src": [NONE], "sandbox": [""]})  # type: ignore[arg-type]  # its type forgets the arguments of a view
@require_safe
def proof_file(request: HttpRequest, pk: int, proof_pk: int) -> FileResponse:
    """The file itself, as an attachment that no browser runs anything of."""
    return attachment(get_object_or_404(proofs_visible_to(user_of(request)), pk=proof_pk, organisation_id=pk))


def _is_whole(request: HttpRequest, form: forms.Form) -> bool:
    """Whether the form is right; a file for which the server had no room is said so, not called missing."""
    if form.is_valid() and "file" in lost_uploads(request):
        form.add_error("file", forms.ValidationError(STORAGE_FULL, code="storage_full"))
    return form.is_valid()


def _unit(request: HttpRequest, pk: int) -> Organisation:
    return get_object_or_404(registered.visible_to(user_of(request)), pk=pk)


def _kept(request: HttpRequest, pk: int) -> Organisation:
    unit = _unit(request, pk)
    if not may(user_of(request), "units.papers_keep", unit):
        raise Http404
    return unit
