"""Proofs of a claim: handed in, taken away, fetched by whoever may see the claim."""

from __future__ import annotations

import uuid
from typing import Any

from csp.constants import NONE
from csp.decorators import csp
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from accounts.errors import DomainError, InputError
from registry.commands.evidence import evidence_add, evidence_remove
from registry.commands.files import STORAGE_FULL
from registry.forms.evidence import ACCEPT, EvidenceForm
from registry.models import Claim
from registry.queries.claims import evidence_visible_to
from registry.queries.evidence import missing_evidence
from registry.states import EDITABLE
from registry.uploads import lost_uploads
from registry.views import words
from registry.views.attachments import attachment
from registry.views.own import own_claim, posted, user_of


@require_http_methods(["GET", "HEAD", "POST"])
def claim_evidence(request: HttpRequest, pk: int) -> HttpResponse:
    """What the activity asks for, what was handed in, and an input for each."""
    claim = own_claim(request, pk)
    if claim.state not in EDITABLE:
        return _go(request, "registry:claim_detail", claim)
    asked = words.rule_of(claim).evidence
    files = request.FILES if request.method == "POST" else None
    form = EvidenceForm(posted(request), files, asked=asked, initial={"token": uuid.uuid4()})
    if request.method == "POST" and form.is_valid():
        added = _add(request, claim, form)
        if not form.errors:
            return _onwards(request, claim, added)
        claim = own_claim(request, pk)  # with the files that were taken
    return render(
        request,
        "registry/claim_evidence.html",
        _context(claim, form),
        status=422 if form.errors else 200,
    )


@require_POST
def evidence_removal(request: HttpRequest, pk: int, evidence_pk: int) -> HttpResponse:
    """Take one file away from a claim that is not handed in."""
    claim = own_claim(request, pk)
    evidence = claim.evidence.filter(pk=evidence_pk).first()
    if evidence is not None:  # gone already is what was asked for
        try:
            evidence_remove(actor=user_of(request), evidence=evidence)
        except DomainError as error:
            messages.error(request, error.message)
            return redirect("registry:claim_detail", pk=claim.pk)
        messages.success(request, f"已删除“{evidence.name}”。")
    return redirect("registry:claim_evidence", pk=claim.pk)


@csp({"default-src": [NONE], "sandbox": [""]})  # type: ignore[arg-type]  # its type forgets the arguments of a view
@require_safe
def evidence_file(request: HttpRequest, pk: int, evidence_pk: int) -> FileResponse:
    """The file itself, as an attachment that no browser runs anything of."""
    return attachment(get_object_or_404(evidence_visible_to(user_of(request)), pk=evidence_pk, claim_id=pk))


def _add(request: HttpRequest, claim: Claim, form: EvidenceForm) -> int:
    """Add each file; those that are refused say so on their own input. How many were taken."""
    added = 0
    for kind, file, token in list(form.files_given()):
        try:
            evidence_add(actor=user_of(request), claim=claim, kind=kind, upload=file, token=token)
        except InputError as error:
            form.refuse(kind, file, error.message, error.code)
        else:
            added += 1
    for name in form.fields.keys() & set(lost_uploads(request)):
        form.add_error(name, ValidationError(STORAGE_FULL, code="storage_full"))
    return added


def _onwards(request: HttpRequest, claim: Claim, added: int) -> HttpResponse:
    if "next" not in request.POST:
        if added:
            messages.success(request, f"已上传{added}个文件。")
        else:
            messages.warning(request, "没有选择文件，请先选择文件再上传。")
        return _go(request, "registry:claim_evidence", claim)
    return _go(request, "registry:claim_check", claim)


def _go(request: HttpRequest, name: str, claim: Claim) -> HttpResponse:
    """A redirect; the script that shows how far an upload is (htmx) is told to load the page, not to fetch it."""
    if request.htmx:  # type: ignore[attr-defined]  # django-htmx's middleware
        return HttpResponseClientRedirect(reverse(name, args=[claim.pk]))
    return redirect(name, pk=claim.pk)


def _context(claim: Claim, form: EvidenceForm) -> dict[str, Any]:
    given = [words.file_item(claim, file) | {"code": file.kind} for file in claim.evidence.all()]
    known = {rule.code for rule in form.asked}
    sections = [
        {
            "rule": rule,
            "field": form[form.field_name(rule.code)],
            "files": [item for item in given if item["code"] == rule.code],
        }
        for rule in form.asked
    ]
    return {
        "claim": claim,
        "activity": words.activity_name(claim),
        "form": form,
        "sections": sections,
        "others": [item for item in given if item["code"] not in known],
        "missing": missing_evidence(claim),
        "accept": ACCEPT,
        "most_bytes": settings.EVIDENCE_MAX_BYTES,
        "most_megabytes": settings.EVIDENCE_MAX_BYTES // 1024 // 1024,
        "last": words.last_step(claim),
    }
