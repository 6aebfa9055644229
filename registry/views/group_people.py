"""Who is in a group claim: ticked from the unit's people or listed in a workbook; and one person's part of it."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.errors import DomainError, InputError
from accounts.forms import add_domain_error
from accounts.keyset import PAGE_SIZE, page_of
from accounts.pages import page_for
from registry.commands.claims import claim_submit, claim_withdraw
from registry.commands.evidence import evidence_remove
from registry.commands.files import STORAGE_FULL
from registry.commands.group_certificates import certificate_add
from registry.commands.group_list import group_list_add
from registry.commands.groups import Participant, group_number_set, group_people_add
from registry.forms.claims import WithdrawForm
from registry.forms.evidence import EvidenceForm
from registry.forms.groups import NumberForm, PickFilter, SheetForm
from registry.models import Claim, GroupClaim
from registry.queries.groups import may_join, people_of
from registry.states import CLAIM_MOVES, EDITABLE, ClaimState
from registry.uploads import lost_uploads
from registry.views import words
from registry.views.group_page import WORK, own_group, page_of_group
from registry.views.lists import kept_query, page_urls
from registry.views.own import posted, user_of
from registry.workbook import empty_list, read_list

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ORDER = ("name_sort", "id")


@page_for(WORK)
@require_safe
def group_people(request: HttpRequest, pk: int) -> HttpResponse:
    """Who is in, and whom to add: a list to tick, or a workbook."""
    return _people_page(request, own_group(request, pk), SheetForm())


@page_for(WORK)
@require_POST
def group_people_pick(request: HttpRequest, pk: int) -> HttpResponse:
    """Add the people ticked."""
    group = own_group(request, pk)
    ticked = [int(text) for text in request.POST.getlist("person")[:PAGE_SIZE] if text.isdecimal() and len(text) < 19]
    people = [Participant(person) for person in may_join(group).filter(pk__in=ticked)]
    try:
        count = group_people_add(actor=user_of(request), group=group, people=people) if people else 0
    except DomainError as error:
        messages.error(request, error.message)
    else:
        if count:
            messages.success(request, f"已添加{count}人。")
        else:
            messages.warning(request, "没有选择人员，请先勾选。")
    return redirect("registry:group_people", pk=group.pk)


@page_for(WORK)
@require_POST
def group_people_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """Add everybody of a workbook, or nobody: then every mistake of every row is told."""
    group = own_group(request, pk)
    form = SheetForm(request.POST, request.FILES)
    if "file" in lost_uploads(request):
        form.add_error("file", ValidationError(STORAGE_FULL, code="storage_full"))
    elif form.is_valid():
        file = form.cleaned_data["file"]
        try:
            lines = read_list(file.read(), name=file.name)
            count = group_list_add(actor=user_of(request), group=group, lines=lines)
        except InputError as error:
            for line in error.message.split("\n"):
                form.add_error("file", ValidationError(line, code=error.code))
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, f"名单共{len(lines)}人，新添加{count}人。")
            return redirect("registry:group_certificates", pk=group.pk)
    return _people_page(request, group, form)


@page_for(WORK)
@require_safe
def group_list_form(request: HttpRequest) -> HttpResponse:
    """The empty list as a workbook."""
    response = HttpResponse(empty_list(), content_type=XLSX)
    response["Content-Disposition"] = content_disposition_header(True, "集体申报人员名单.xlsx") or ""
    return response


@page_for(WORK)
@require_http_methods(["GET", "HEAD", "POST"])
def group_person(request: HttpRequest, pk: int, claim_pk: int) -> HttpResponse:
    """One person's part: the certificate's number and files, while they may be changed."""
    group, claim = _one(request, pk, claim_pk)
    asked = [page_of_group(group)["certificate"]]
    files = request.FILES if request.method == "POST" else None
    number = NumberForm(posted(request), initial={"certificate_number": claim.certificate_number})
    proofs = EvidenceForm(posted(request), files, asked=asked, initial={"token": uuid.uuid4()})
    if request.method == "POST" and number.is_valid() and proofs.is_valid():
        _save_person(request, claim, number, proofs)
        if not number.errors and not proofs.errors:
            messages.success(request, f"{claim.practitioner.name}的证书信息已保存。")
            return redirect("registry:group_person", pk=group.pk, claim_pk=claim.pk)
        group, claim = _one(request, pk, claim_pk)  # with the files that were taken
    return _person_page(request, group, claim, number, proofs)


@page_for(WORK)
@require_POST
def group_person_submit(request: HttpRequest, pk: int, claim_pk: int) -> HttpResponse:
    """Hand one claim in again that came back and was mended."""
    group, claim = _one(request, pk, claim_pk)
    try:
        claim_submit(actor=user_of(request), claim=claim)
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("registry:group_person", pk=group.pk, claim_pk=claim.pk)
    messages.success(request, f"{claim.practitioner.name}的申报已重新提交。")
    return redirect("registry:group_detail", pk=group.pk)


@page_for(WORK)
@require_POST
def group_person_remove(request: HttpRequest, pk: int, claim_pk: int) -> HttpResponse:
    """Take one person out: a draft is gone, what was handed in is taken back."""
    group, claim = _one(request, pk, claim_pk)
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        for error in form.errors.get("reason", []):
            messages.error(request, str(error))
        return redirect("registry:group_person", pk=group.pk, claim_pk=claim.pk)
    try:
        claim_withdraw(actor=user_of(request), claim=claim, reason=form.cleaned_data["reason"])
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, f"{claim.practitioner.name}的申报已撤回。")
    return redirect("registry:group_detail", pk=group.pk)


@page_for(WORK)
@require_POST
def group_person_file_remove(request: HttpRequest, pk: int, claim_pk: int, evidence_pk: int) -> HttpResponse:
    """Take one of a person's certificates away."""
    group, claim = _one(request, pk, claim_pk)
    evidence = claim.evidence.filter(pk=evidence_pk).first()
    if evidence is not None:  # gone already is what was asked for
        try:
            evidence_remove(actor=user_of(request), evidence=evidence)
        except DomainError as error:
            messages.error(request, error.message)
        else:
            messages.success(request, f"已删除“{evidence.name}”。")
    return redirect("registry:group_person", pk=group.pk, claim_pk=claim.pk)


def _one(request: HttpRequest, pk: int, claim_pk: int) -> tuple[GroupClaim, Claim]:
    group = own_group(request, pk)
    claims = people_of(group).select_related("group", "practitioner__organisation")
    return group, get_object_or_404(claims.prefetch_related("evidence", "steps"), pk=claim_pk)


def _save_person(request: HttpRequest, claim: Claim, number: NumberForm, proofs: EvidenceForm) -> None:
    """The number if it changed, then each file; what is refused says so on its own input."""
    typed = number.cleaned_data["certificate_number"]
    try:
        if typed != claim.certificate_number:
            group_number_set(actor=user_of(request), claim=claim, number=typed)
    except InputError as error:
        add_domain_error(number, error)
    for kind, file, token in list(proofs.files_given()):
        try:
            certificate_add(actor=user_of(request), claim=claim, upload=file, token=token)
        except InputError as error:
            proofs.refuse(kind, file, error.message, error.code)
    for name in proofs.fields.keys() & set(lost_uploads(request)):
        proofs.add_error(name, ValidationError(STORAGE_FULL, code="storage_full"))


def _people_page(request: HttpRequest, group: GroupClaim, form: SheetForm) -> HttpResponse:
    found = PickFilter(request.GET, may_join(group))
    page = page_of(found.qs, ORDER, after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    context: dict[str, Any] = {
        **page_of_group(group),
        "filter": found,
        "page": page,
        **page_urls(page, kept_query(request, found)),
        "page_note": f"每页{PAGE_SIZE}人",
        "filtered": bool(request.GET.get("q")),
        "form": form,
        "open": group.submitted_at is None and group.withdrawn_at is None,
    }
    status = 422 if form.errors or found.form.errors else 200
    return render(request, "registry/groups/people.html", context, status=status)


def _person_page(
    request: HttpRequest, group: GroupClaim, claim: Claim, number: NumberForm, proofs: EvidenceForm
) -> HttpResponse:
    shared = page_of_group(group)
    kind = shared["certificate"]
    context = {
        **shared,
        "claim": claim,
        "number": number,
        "proofs": proofs,
        "field": proofs[proofs.field_name(kind.code)],
        "certificates": words.evidence(claim),
        "last": words.last_step(claim),
        "steps": claim.steps.all(),
        "editable": claim.state in EDITABLE,
        "removable": ClaimState.WITHDRAWN in CLAIM_MOVES[claim.state],
        "remove": WithdrawForm(),
        "forms": [number, proofs],
    }
    status = 422 if number.errors or proofs.errors else 200
    return render(request, "registry/groups/person.html", context, status=status)
