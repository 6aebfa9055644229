"""最低学时调整: the city office's list, what one says and asks for, entered by one person and decided by a second."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.errors import DomainError
from accounts.forms import add_domain_error
from accounts.guard import may
from accounts.keyset import PAGE_SIZE, page_of
from accounts.lists import address, own_parameters
from accounts.models import User
from accounts.pages import page_for
from accounts.tables import csv_response
from registry.adjustment_states import AdjustmentState
from registry.commands.adjustments import (
    AdjustmentInput,
    adjustment_approve,
    adjustment_decline,
    adjustment_enter,
    adjustment_revoke,
    adjustment_withdraw,
)
from registry.commands.exports import adjustments_exported
from registry.forms.adjustments import (
    APPROVE,
    DECLINE,
    REVOKE,
    WITHDRAW,
    ActForm,
    AdjustmentFilter,
    AdjustmentForm,
)
from registry.models import Adjustment, Practitioner
from registry.queries import people
from registry.queries.adjustments import visible_to
from registry.queries.notices import notice_of_year
from registry.queries.years import adjusted_figures, adjustment_in_words, names_of
from registry.views.own import posted, user_of

KEEP = "registry.adjustments_keep"
ORDER = ("-entered_at", "-id")
COLUMNS = (
    *("年度", "姓名", "身份证号", "单位", "调整后最低学时", "依据", "理由", "状态"),
    *("提出人", "提出时间", "复核人", "复核时间", "撤销人", "撤销时间"),
)
DONE = {APPROVE: "已批准，调整即时生效。", DECLINE: "已不同意该调整。", WITHDRAW: "已撤回。", REVOKE: "调整已撤销。"}


@page_for(KEEP)
@require_safe
def adjustment_list(request: HttpRequest) -> HttpResponse:
    """Whose minimums were adjusted, are, or wait for a second person."""
    user = user_of(request)
    found = AdjustmentFilter(request.GET, visible_to(user), user=user)
    page = page_of(found.qs, ORDER, after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    query = own_parameters(request.GET, found.filters)
    context = {
        "filter": found,
        "lines": [(row, adjusted_figures(row, notice_of_year(row.year))) for row in page.rows],
        "newer_url": page.newer and address("", query, f"before={page.newer}"),
        "older_url": page.older and address("", query, f"after={page.older}"),
        "export_url": address(reverse("registry:adjustment_export"), query),
        "page_note": f"每页{PAGE_SIZE}条",
        "filtered": bool(query),
    }
    return render(request, "registry/adjustments/list.html", context, status=422 if found.form.errors else 200)


@page_for(KEEP)
@require_safe
def adjustment_export(request: HttpRequest) -> StreamingHttpResponse:
    """The list with its filters as CSV; leaves an audit row."""
    user = user_of(request)
    rows = AdjustmentFilter(request.GET, visible_to(user), user=user).qs.order_by(*ORDER)
    adjustments_exported(actor=user, rows=rows.count())
    return csv_response(f"adjustments-{timezone.localdate():%Y%m%d}", COLUMNS, _cells(rows))


@page_for(KEEP)
@require_http_methods(["GET", "HEAD", "POST"])
def adjustment_new(request: HttpRequest) -> HttpResponse:
    """Ask for an adjustment: of the person of the address (`person`), or of whose ID number is typed."""
    user = user_of(request)
    visible = people.visible_to(user).select_related("user", "organisation", "region")
    person = _of_address(request, visible)
    initial = {"year": request.GET.get("year") or timezone.localdate().year}
    form = AdjustmentForm(posted(request), people=visible, person=person, initial=initial)
    if request.method == "POST" and form.is_valid() and form.person is not None:
        said = form.cleaned_data
        data = AdjustmentInput(said["year"], form.minimums, said["authority"], said["reason"])
        try:
            row = adjustment_enter(actor=user, practitioner=form.person, data=data)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, "已提出，待另一人复核后生效。")
            return redirect("registry:adjustment", row.pk)
    notice = notice_of_year(timezone.localdate().year)
    minimums = [(name, notice.minimums[code]) for code, name in names_of(notice).items()]
    context = {"person": person, "form": form, "notice": notice, "minimums": minimums}
    return render(request, "registry/adjustments/new.html", context, status=422 if form.errors else 200)


@page_for(KEEP)
@require_safe
def adjustment(request: HttpRequest, pk: int) -> HttpResponse:
    """One adjustment: what it says, and what this user may do about it."""
    return _page(request, get_object_or_404(visible_to(user_of(request)), pk=pk))


@page_for(KEEP)
@require_POST
def adjustment_act(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve, decline, withdraw or revoke; what is refused says why on the page."""
    user = user_of(request)
    row = get_object_or_404(visible_to(user), pk=pk)
    form = ActForm(request.POST)
    if not form.is_valid():
        return _page(request, row, error=str(next(iter(form.errors.values()))[0]), act=request.POST.get("act", ""))
    act, reason = form.cleaned_data["act"], form.cleaned_data["reason"]
    try:
        _do(user, row, act, reason)
    except DomainError as error:
        if not error.field:
            messages.error(request, error.message)
            return redirect("registry:adjustment", row.pk)
        return _page(request, row, error=error.message, act=act)
    messages.success(request, DONE[act])
    return redirect("registry:adjustment", row.pk)


def _do(user: User, row: Adjustment, act: str, reason: str) -> None:
    if act == APPROVE:
        adjustment_approve(actor=user, adjustment=row)
    elif act == DECLINE:
        adjustment_decline(actor=user, adjustment=row, reason=reason)
    elif act == WITHDRAW:
        adjustment_withdraw(actor=user, adjustment=row)
    else:
        adjustment_revoke(actor=user, adjustment=row, reason=reason)


def _page(request: HttpRequest, row: Adjustment, *, error: str = "", act: str = "") -> HttpResponse:
    user, notice = user_of(request), notice_of_year(row.year)
    entered, own = row.state == AdjustmentState.ENTERED, row.entered_by_id == user.pk
    decides = may(user, "registry.adjustment_decide", row)
    context = {
        "row": row,
        "figures": adjusted_figures(row, notice),
        "notice": notice,
        "decides": entered and not own and decides,
        "withdraws": entered and own,
        "waits": entered and not own and not decides,
        "revokes": row.state == AdjustmentState.APPROVED and decides,
        "error": error,
        "act": act,
        "reason": request.POST.get("reason", ""),
    }
    return render(request, "registry/adjustments/detail.html", context, status=422 if error else 200)


def _of_address(request: HttpRequest, visible: QuerySet[Practitioner]) -> Practitioner | None:
    text = request.GET.get("person", "")
    if not text:
        return None
    person: Practitioner | None = visible.filter(pk=text).first() if text.isdecimal() and len(text) < 19 else None
    if person is None:
        raise Http404
    return person


def _cells(rows: QuerySet[Adjustment]) -> Iterator[tuple[Any, ...]]:
    for row in rows.iterator(chunk_size=2000):
        person = row.practitioner
        decided, revoked = row.decided_by, row.revoked_by
        yield (
            row.year,
            person.name,
            f"{'*' * 14}{person.id_last4}",  # with its mask, so that a spreadsheet keeps it as text
            person.unit_name,
            adjustment_in_words(row, notice_of_year(row.year)),
            row.authority,
            row.reason,
            row.get_state_display(),
            row.entered_by.display_name,
            timezone.localdate(row.entered_at),
            decided.display_name if decided else "",
            timezone.localdate(row.decided_at) if row.decided_at else "",
            revoked.display_name if revoked else "",
            timezone.localdate(row.revoked_at) if row.revoked_at else "",
        )
