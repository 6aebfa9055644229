"""A person's own certificates: issue, look at, take away; and 学时情况表 of a year that is not reviewed."""

from __future__ import annotations

from datetime import date
from typing import Any, TypeVar

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from accounts.errors import Conflict, InputError
from accounts.forms import add_domain_error
from accounts.guard import may
from compliance.commands.certificate_files import certificate_taken, sheet_taken
from compliance.commands.certificates import certificate_issue
from compliance.forms.certificates import IssueForm, RevokeForm
from compliance.models import Certificate
from compliance.printed.certificate import draw_sheet, notes_of
from compliance.queries import certificates as queries
from compliance.queries.reviews import people_of_year
from compliance.queries.workings import workings_of
from compliance.states import CertificateState
from registry.models import Practitioner
from registry.queries.notices import has_notice
from registry.queries.years import year_of, years_to_show
from registry.views.own import own_record, user_of

PDF = "application/pdf"
Answer = TypeVar("Answer", bound=HttpResponseBase)


@require_safe
def own_certificates(request: HttpRequest) -> HttpResponse:
    """What was issued to oneself, and the passed years that a certificate can be made of."""
    person = own_record(request)
    return _own(request, person, None)


@require_POST
def own_issue(request: HttpRequest) -> HttpResponse:
    """Issue a certificate of one's own years; leads to it."""
    person = own_record(request)
    form = IssueForm(request.POST, queries.passed_years(person))
    if form.is_valid():
        try:
            made = certificate_issue(actor=user_of(request), practitioner=person, years=form.cleaned_data["years"])
        except (Conflict, InputError) as error:
            add_domain_error(form, error)
        else:
            messages.success(request, f"学时证明{made.number}已签发。")
            return redirect("certificates:detail", made.pk)
    return _own(request, person, form, status=422)


@require_POST
def person_issue(request: HttpRequest, practitioner_pk: int, year: int) -> HttpResponse:
    """An office issues the certificate of one year of a person whom it sees."""
    user = user_of(request)
    person = get_object_or_404(_people(request, year), pk=practitioner_pk)
    if not may(user, "compliance.annual_list"):
        raise Http404
    made = certificate_issue(actor=user, practitioner=person, years=[year])
    messages.success(request, f"{person.name}的学时证明{made.number}已签发。")
    return redirect("certificates:detail", made.pk)


@require_safe
def certificate_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything certified, the history, the file; for who may, the way to revoke it."""
    return detail_page(request, pk)


def detail_page(
    request: HttpRequest, pk: int, *, form: RevokeForm | None = None, conflict: str = "", status: int = 200
) -> HttpResponse:
    """The page of one certificate, with what went wrong."""
    user = user_of(request)
    rows = queries.visible_to(user).select_related("practitioner", "superseded_by", "region", "issued_by")
    found = get_object_or_404(rows, pk=pk)
    valid = found.state == CertificateState.VALID
    context = {
        "certificate": found,
        "years": shown_years(found),
        "steps": list(found.steps.all()),
        "own": found.practitioner.user_id == user.pk,
        "revocable": valid and may(user, "compliance.certificate_revoke", found),
        "reason": form["reason"].value() if form else "",
        "error": next(iter(form.errors.get("reason", [])), "") if form else "",
        "conflict": conflict,
    }
    return render(request, "compliance/certificates/detail.html", context, status=status)


@require_safe
def certificate_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The signed PDF; leaves an audit row."""
    found = get_object_or_404(queries.visible_to(user_of(request)), pk=pk)
    if request.method == "GET":
        certificate_taken(actor=user_of(request), certificate=found)
    name = f"学时证明-{found.content['person']['name']}-{found.number}.pdf"
    return attachment(found.file, name, PDF)


@require_safe
def year_sheet(request: HttpRequest, practitioner_pk: int, year: int) -> HttpResponse:
    """学时情况表 of a year, unsigned and marked 未审核; leaves an audit row."""
    person = get_object_or_404(_people(request, year), pk=practitioner_pk)
    pdf = draw_sheet(person, year_of(person, year))
    if request.method == "GET":
        sheet_taken(actor=user_of(request), practitioner=person, year=year)
    response = HttpResponse(pdf, content_type=PDF)
    return named(response, f"学时情况表（未审核）-{person.name}-{year}.pdf")


def attachment(path: str, name: str, kind: str) -> HttpResponseBase:
    """A stored file as a download. 404 when the storage does not have it."""
    try:
        file = default_storage.open(path)
    except FileNotFoundError as error:
        raise Http404 from error
    return named(FileResponse(file, content_type=kind), name)


def named(response: Answer, name: str) -> Answer:
    """The response as an attachment of that name, which no cache keeps."""
    header = content_disposition_header(True, name)
    assert header is not None  # noqa: S101 - an attachment has one
    response["Content-Disposition"] = header
    response["Cache-Control"] = "no-store, private"
    return response


def shown_years(certificate: Certificate) -> list[dict[str, Any]]:
    """The certified years as pages show them."""
    return [
        {
            **year,
            "passed_on": date.fromisoformat(year["passed_on"]),
            "notes": notes_of(year),
            "workings": workings_of(year),
            "lines": [{**line, "on": date.fromisoformat(line["on"]) if line["on"] else None} for line in year["lines"]],
        }
        for year in certificate.content["years"]
    ]


def _people(request: HttpRequest, year: int) -> Any:
    if year > timezone.localdate().year or not has_notice(year):
        raise Http404
    return people_of_year(user_of(request), year).select_related("organisation", "region")


def _own(request: HttpRequest, person: Practitioner, form: IssueForm | None, status: int = 200) -> HttpResponse:
    passed = queries.passed_years(person)
    context = {
        "practitioner": person,
        "form": form or IssueForm(None, passed),
        "passed": passed,
        "certificates": list(queries.own(person)),
        "sheets": [year for year in years_to_show(person) if year not in {review.year for review in passed}],
    }
    return render(request, "compliance/certificates/own.html", context, status=status)
