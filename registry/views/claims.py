"""One's own claims: the list, one claim, and taking it back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.errors import Conflict
from accounts.keyset import PAGE_SIZE, page_of
from accounts.lists import address, own_parameters
from accounts.tables import csv_response
from registry.commands.claims import claim_withdraw
from registry.commands.exports import own_claims_exported
from registry.forms.claims import WithdrawForm
from registry.forms.lists import OwnClaimFilter
from registry.models import Claim
from registry.queries import claims
from registry.queries.evidence import missing_evidence
from registry.queries.yearly import reopened_until, window_of
from registry.states import CLAIM_MOVES, EDITABLE, ClaimState
from registry.views import group_words, words
from registry.views.own import own_claim, own_record, posted, user_of

COLUMNS = (
    "受理编号",
    "年度",
    "学时事项",
    "名称",
    "主办（发证）单位",
    "开始日期",
    "结束日期",
    "学时",
    "科目",
    "依据条款",
    "状态",
    "提交时间",
)


@require_safe
def claim_list(request: HttpRequest) -> HttpResponse:
    """Own claims: filtered, sorted, in pages."""
    own_record(request)
    found = _filtered(request)
    page = page_of(
        found.qs,
        found.order,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    query = own_parameters(request.GET, found.filters)
    context = {
        "filter": found,
        "lines": [(claim, words.activity_name(claim)) for claim in page.rows],
        "page": page,
        "newer_url": page.newer and address("", query, f"before={page.newer}"),
        "older_url": page.older and address("", query, f"after={page.older}"),
        "export_url": address(reverse("registry:claim_export"), query),
        "page_note": f"每页{PAGE_SIZE}条",
        "filtered": any(request.GET.get(name) for name in ("year", "state", "category", "activity")),
    }
    return render(request, "registry/claim_list.html", context)


@require_safe
def claim_export(request: HttpRequest) -> StreamingHttpResponse:
    """The list with its filters as CSV that Excel and WPS open (with a BOM); leaves an audit row."""
    practitioner = own_record(request)
    found = _filtered(request)
    rows = list(found.qs.order_by(*found.order))
    own_claims_exported(actor=user_of(request), practitioner=practitioner, rows=len(rows))
    return csv_response(f"claims-{timezone.localdate():%Y%m%d}", COLUMNS, (_cells(claim) for claim in rows))


@require_safe
def claim_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One claim with its evidence and its timeline, for everybody who may see it; buttons for its owner."""
    user = user_of(request)
    claim = get_object_or_404(claims.with_details(claims.visible_to(user)), pk=pk)
    own = claim.practitioner.user_id == user.pk
    filed = own and claim.group_id is None
    editable = filed and claim.state in EDITABLE
    context = {
        "claim": claim,
        "activity": words.activity_name(claim),
        "facts": words.facts(claim),
        "evidence": words.evidence(claim),
        "missing": missing_evidence(claim) if editable else [],
        "steps": claim.steps.all(),
        "last": words.last_step(claim),
        "own": own,
        "group_files": group_words.files_seen(user, claim),
        "unit_text": group_words.unit_text(claim),
        "editable": editable,
        "withdrawable": filed and ClaimState.WITHDRAWN in CLAIM_MOVES[claim.state],
    }
    return render(request, "registry/claim_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def claim_withdrawal(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask whether to take a claim back, and do it."""
    claim = own_claim(request, pk)
    form = WithdrawForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            claim_withdraw(actor=user_of(request), claim=claim, reason=form.cleaned_data["reason"])
        except Conflict as error:
            messages.error(request, error.message)
        else:
            messages.success(request, "申报已撤回。")
        return redirect("registry:claim_detail", pk=claim.pk)
    if ClaimState.WITHDRAWN not in CLAIM_MOVES[claim.state]:
        return redirect("registry:claim_detail", pk=claim.pk)
    context = {"claim": claim, "facts": words.facts(claim), "form": form, "late": _late(claim)}
    return render(request, "registry/claim_withdraw.html", context, status=422 if form.errors else 200)


def _late(claim: Claim) -> str:
    """What withdrawing costs once the year's registration is over; empty while it is not."""
    window, today = window_of(claim.year), timezone.localdate()
    over = today > window.closes_on and reopened_until(claim.practitioner, claim.year, today) is None
    return f"{claim.year}年度的登记已截止，撤回后这项活动不能重新申报。需要更正的，可请审核单位退回。" if over else ""


def _filtered(request: HttpRequest) -> OwnClaimFilter:
    own = claims.own(user_of(request))
    return OwnClaimFilter(request.GET, own, years=claims.years_of(own))


def _cells(claim: Claim) -> Iterable[Any]:
    submitted = timezone.localtime(claim.submitted_at).strftime("%Y-%m-%d %H:%M") if claim.submitted_at else ""
    return (
        claim.number or "",
        claim.year,
        words.activity_name(claim),
        claim.title,
        claim.organiser,
        claim.started_on,
        claim.ended_on,
        claim.hours,
        words.category_name(claim),
        claim.clause,
        claim.get_state_display(),
        submitted,
    )
