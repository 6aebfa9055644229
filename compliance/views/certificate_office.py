"""Certificates as an office sees them: the list with its search, its export, taking one back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.errors import Conflict, InputError
from accounts.forms import add_domain_error
from accounts.keyset import PAGE_SIZE, page_of
from accounts.lists import address, own_parameters
from accounts.pages import page_for
from accounts.tables import csv_response
from compliance.commands.certificate_files import certificates_exported
from compliance.commands.certificates import certificate_revoke
from compliance.forms.certificates import CertificateFilter, RevokeForm
from compliance.models import Certificate
from compliance.queries import certificates as queries
from compliance.views.certificates import detail_page
from registry.views.own import user_of

ORDER = ("-issued_at", "-id")
PARAMETERS = frozenset(CertificateFilter.base_filters)
COLUMNS = (
    "证明编号",
    "姓名",
    "身份证号后四位",
    "单位",
    "所载年度",
    "审核单位",
    "签发时间",
    "状态",
    "状态变更时间",
    "理由",
)


@page_for("compliance.annual_list")
@require_safe
def certificate_list(request: HttpRequest) -> HttpResponse:
    """Certificates of the office's people, the latest first; filtered, in pages."""
    found = _found(request)
    page = page_of(found.qs, ORDER, after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    query = own_parameters(request.GET, PARAMETERS)
    context = {
        "filter": found,
        "certificates": page.rows,
        "newer_url": page.newer and address("", query, f"before={page.newer}"),
        "older_url": page.older and address("", query, f"after={page.older}"),
        "export_url": address(reverse("certificates:export"), query),
        "page_note": f"每页{PAGE_SIZE}份",
    }
    return render(request, "compliance/certificates/list.html", context)


@page_for("compliance.annual_list")
@require_safe
def certificate_export(request: HttpRequest) -> StreamingHttpResponse:
    """The list with its filters as CSV; leaves an audit row."""
    rows = _found(request).qs.order_by(*ORDER)
    used = {name for name in PARAMETERS if request.GET.get(name)}
    if request.method == "GET":
        certificates_exported(actor=user_of(request), rows=rows.count(), filters=used)
    return csv_response(f"certificates-{timezone.localdate():%Y%m%d}", COLUMNS, _cells(rows))


@page_for("compliance.annual_list")
@require_POST
def certificate_revocation(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one back for a reason."""
    user = user_of(request)
    found = get_object_or_404(queries.visible_to(user).select_related("practitioner"), pk=pk)
    form = RevokeForm(request.POST)
    if form.is_valid():
        try:
            certificate_revoke(actor=user, certificate=found, reason=form.cleaned_data["reason"])
        except Conflict as error:
            return detail_page(request, pk, conflict=error.message, status=409)
        except InputError as error:
            add_domain_error(form, error)
        else:
            return redirect("certificates:detail", pk)
    return detail_page(request, pk, form=form, status=422)


def _found(request: HttpRequest) -> CertificateFilter:
    user = user_of(request)
    rows = queries.visible_to(user).select_related("practitioner", "region", "organisation")
    return CertificateFilter(request.GET, rows, user=user)


def _cells(rows: QuerySet[Certificate]) -> Iterator[tuple[Any, ...]]:
    for row in rows.iterator(chunk_size=2000):
        yield (
            row.number,
            row.content["person"]["name"],
            f"{'*' * 14}{row.practitioner.id_last4}",  # with its mask, so that a spreadsheet keeps it as text
            row.organisation.name if row.organisation else "无单位",
            row.years_in_words,
            row.region.name,
            f"{timezone.localtime(row.issued_at):%Y-%m-%d %H:%M}",
            row.get_state_display(),
            f"{timezone.localtime(row.state_at):%Y-%m-%d %H:%M}",
            row.reason,
        )
