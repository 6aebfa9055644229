"""Files of a group claim: the envelope's own, a zip of certificates, and those that still belong to nobody."""

from __future__ import annotations

import uuid

from csp.constants import NONE
from csp.decorators import csp
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.errors import DomainError, InputError
from accounts.forms import add_domain_error
from accounts.pages import page_for
from registry.bundles import MOST_BYTES
from registry.commands.files import STORAGE_FULL
from registry.commands.group_certificates import bundle_add
from registry.commands.group_evidence import certificate_assign, group_evidence_add, group_evidence_remove
from registry.forms.evidence import EvidenceForm
from registry.forms.groups import AssignForm, BundleForm
from registry.models import Evidence, GroupClaim
from registry.queries.groups import UNASSIGNED, evidence_visible_to
from registry.uploads import lost_uploads
from registry.views.attachments import attachment
from registry.views.group_page import WORK, own_group, page_of_group
from registry.views.own import posted, user_of

MIB = 1024 * 1024


@page_for(WORK)
@require_http_methods(["GET", "HEAD", "POST"])
def group_files(request: HttpRequest, pk: int) -> HttpResponse:
    """What the notice asks of the unit once for all people, and an input for each."""
    group = own_group(request, pk)
    asked = page_of_group(group)["rules"].evidence
    files = request.FILES if request.method == "POST" else None
    form = EvidenceForm(posted(request), files, asked=asked, initial={"token": uuid.uuid4()})
    if request.method == "POST" and form.is_valid():
        added = _add(request, group, form)
        if not form.errors:
            if added:
                messages.success(request, f"已上传{added}个文件。")
            onwards = "registry:group_people" if "next" in request.POST else "registry:group_files"
            return redirect(onwards, pk=group.pk)
        group = own_group(request, pk)  # with the files that were taken
    return _files_page(request, group, form)


@csp({"default-src": [NONE], "sandbox": [""]})  # type: ignore[arg-type]  # its type forgets the arguments of a view
@require_safe
def group_file(request: HttpRequest, pk: int, evidence_pk: int) -> FileResponse:
    """One file of the envelope, for the unit, its office, and as far as the notice shows it to them its people."""
    return attachment(get_object_or_404(evidence_visible_to(user_of(request)), pk=evidence_pk, group_id=pk))


@page_for(WORK)
@require_POST
def group_file_remove(request: HttpRequest, pk: int, evidence_pk: int) -> HttpResponse:
    """Take a file of the envelope away."""
    group = own_group(request, pk)
    evidence = group.evidence.filter(pk=evidence_pk).first()
    if evidence is not None:  # gone already is what was asked for
        try:
            group_evidence_remove(actor=user_of(request), evidence=evidence)
        except DomainError as error:
            messages.error(request, error.message)
        else:
            messages.success(request, f"已删除“{evidence.name}”。")
    unassigned = evidence is not None and evidence.kind == UNASSIGNED
    return redirect("registry:group_certificates" if unassigned else "registry:group_files", pk=group.pk)


@page_for(WORK)
@require_POST
def group_file_assign(request: HttpRequest, pk: int, evidence_pk: int) -> HttpResponse:
    """Give a certificate that belongs to nobody yet to one person."""
    group = own_group(request, pk)
    evidence = get_object_or_404(Evidence.objects.filter(group=group), pk=evidence_pk)
    form = AssignForm(request.POST, people=page_of_group(group)["waiting"])
    if not form.is_valid():
        messages.error(request, f"“{evidence.name}”：{form.errors['claim'][0]}")
        return redirect("registry:group_certificates", pk=group.pk)
    claim = group.claims.get(pk=form.cleaned_data["claim"])
    try:
        certificate_assign(actor=user_of(request), evidence=evidence, claim=claim)
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, f"“{evidence.name}”已归入{claim.practitioner.name}。")
    return redirect("registry:group_certificates", pk=group.pk)


@page_for(WORK)
@require_http_methods(["GET", "HEAD", "POST"])
def group_certificates(request: HttpRequest, pk: int) -> HttpResponse:
    """Whose certificate is there and whose is not; a POST brings a zip of them."""
    group = own_group(request, pk)
    form = BundleForm(posted(request), request.FILES or None, initial={"token": uuid.uuid4()})
    if request.method == "POST" and "bundle" in lost_uploads(request):
        form.add_error("bundle", ValidationError(STORAGE_FULL, code="storage_full"))
    elif request.method == "POST" and form.is_valid():
        upload, token = form.cleaned_data["bundle"], form.cleaned_data["token"]
        try:
            result = bundle_add(actor=user_of(request), group=group, upload=upload, token=token)
        except InputError as error:
            for line in error.message.split("\n"):
                form.add_error("bundle", ValidationError(line, code=error.code))
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, f"已归入人员的证书{result.assigned}个。")
            for name, problem in result.unassigned:
                messages.warning(request, f"“{name}”没有归入人员：{problem}。")
            return redirect("registry:group_certificates", pk=group.pk)
    return _certificates_page(request, group, form)


def _add(request: HttpRequest, group: GroupClaim, form: EvidenceForm) -> int:
    """Add each file; those that are refused say so on their own input. How many were taken."""
    added = 0
    for kind, file, token in list(form.files_given()):
        try:
            group_evidence_add(actor=user_of(request), group=group, kind=kind, upload=file, token=token)
        except DomainError as error:
            form.refuse(kind, file, error.message, error.code)
        else:
            added += 1
    for name in form.fields.keys() & set(lost_uploads(request)):
        form.add_error(name, ValidationError(STORAGE_FULL, code="storage_full"))
    return added


def _files_page(request: HttpRequest, group: GroupClaim, form: EvidenceForm) -> HttpResponse:
    shared = page_of_group(group)
    sections = [
        {
            "rule": rule,
            "field": form[form.field_name(rule.code)],
            "files": [item for item in shared["files"] if item["code"] == rule.code],
        }
        for rule in form.asked
    ]
    context = {
        **shared,
        "form": form,
        "sections": sections,
        "most_megabytes": settings.EVIDENCE_MAX_BYTES // MIB,
        "open": group.withdrawn_at is None and (group.submitted_at is None or bool(shared["waiting"])),
    }
    return render(request, "registry/groups/files.html", context, status=422 if form.errors else 200)


def _certificates_page(request: HttpRequest, group: GroupClaim, form: BundleForm) -> HttpResponse:
    shared = page_of_group(group)
    context = {
        **shared,
        "form": form,
        "stray": [
            (file, AssignForm(people=shared["waiting"], auto_id=f"id_%s_{file['pk']}")) for file in shared["unassigned"]
        ],
        "without": [claim for claim in shared["waiting"] if not claim.certificates],
        "most_megabytes": MOST_BYTES // MIB,
    }
    return render(request, "registry/groups/certificates.html", context, status=422 if form.errors else 200)
