"""Files of an application: handed in and taken away by the unit, fetched by whoever may see the application."""

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
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.errors import DomainError
from accounts.pages import page_for
from courses.commands.application_files import attachment_add, attachment_remove
from courses.models import ApplicationPart, AttachmentKind, ClassApplication
from courses.queries.applications import attachments_visible_to, route_for
from courses.views.application_page import WORK, own_application, page_of_application
from courses.views.application_parts import no_longer_open
from courses.views.application_words import file_items
from hours_rules.classes import proofs_of
from hours_rules.types import EvidenceRule
from registry.commands.files import STORAGE_FULL
from registry.forms.evidence import EvidenceForm
from registry.uploads import lost_uploads
from registry.views.attachments import attachment
from registry.views.own import posted, user_of

MIB = 1024 * 1024


@page_for(WORK)
@require_http_methods(["GET", "HEAD", "POST"])
def application_attachments(request: HttpRequest, pk: int) -> HttpResponse:
    """What §三 asks for, what is there, and an input for each."""
    application = own_application(request, pk)
    if (elsewhere := no_longer_open(request, application)) is not None:
        return elsewhere
    files = request.FILES if request.method == "POST" else None
    form = EvidenceForm(posted(request), files, asked=_asked(application), initial={"token": uuid.uuid4()})
    if request.method == "POST" and form.is_valid():
        added = _add(request, application, form)
        if not form.errors:
            if "next" in request.POST:
                return redirect("courses:application_check", pk=pk)
            if added:
                messages.success(request, f"已上传{added}个文件。")
            else:
                messages.warning(request, "没有选择文件，请先选择文件再上传。")
            return redirect("courses:application_attachments", pk=pk)
        application = own_application(request, pk)  # with the files that were taken
    return _page(request, application, form)


@csp({"default-src": [NONE], "sandbox": [""]})  # type: ignore[arg-type]  # its type forgets the arguments of a view
@require_safe
def application_file(request: HttpRequest, pk: int, file_pk: int) -> FileResponse:
    """The file itself, for the unit and the offices that see the application."""
    files = attachments_visible_to(user_of(request))
    return attachment(get_object_or_404(files, pk=file_pk, application_id=pk))


@page_for(WORK)
@require_POST
def application_file_removal(request: HttpRequest, pk: int, file_pk: int) -> HttpResponse:
    """Take one file away; gone already is what was asked for."""
    application = own_application(request, pk)
    file = application.attachments.filter(pk=file_pk).first()
    if file is not None:
        try:
            attachment_remove(actor=user_of(request), attachment=file)
        except DomainError as error:
            messages.error(request, error.message)
            return redirect("courses:application_detail", pk=pk)
        messages.success(request, f"已删除“{file.name}”。")
    return redirect("courses:application_attachments", pk=pk)


def _asked(application: ClassApplication) -> list[EvidenceRule]:
    """The proofs of the route, then 其他材料."""
    proofs = [EvidenceRule(proof.code, proof.name, True, proof.hint) for proof in proofs_of(route_for(application))]
    other = AttachmentKind.OTHER
    return [*proofs, EvidenceRule(other.value, str(other.label), False, "需要补充说明的材料。")]


def _add(request: HttpRequest, application: ClassApplication, form: EvidenceForm) -> int:
    """Add each file; those that are refused say so on their own input. How many were taken."""
    added = 0
    for kind, file, _token in list(form.files_given()):
        try:
            attachment_add(actor=user_of(request), application=application, kind=kind, upload=file)
        except DomainError as error:
            form.refuse(kind, file, error.message, error.code)
        else:
            added += 1
    for name in form.fields.keys() & set(lost_uploads(request)):
        form.add_error(name, ValidationError(STORAGE_FULL, code="storage_full"))
    return added


def _page(request: HttpRequest, application: ClassApplication, form: EvidenceForm) -> HttpResponse:
    given: list[dict[str, Any]] = file_items(application)
    known = {rule.code for rule in form.asked}
    sections = [
        {
            "rule": rule,
            "field": form[form.field_name(rule.code)],
            "files": [item for item in given if item["code"] == rule.code],
        }
        for rule in form.asked
    ]
    context = {
        **page_of_application(application),
        "part": ApplicationPart.ATTACHMENTS,
        "form": form,
        "sections": sections,
        "others": [item for item in given if item["code"] not in known],
        "most_megabytes": settings.EVIDENCE_MAX_BYTES // MIB,
    }
    return render(request, "courses/applications/attachments.html", context, status=422 if form.errors else 200)
