"""邀请: whom the unit invited and how it stands; new ones, whose links are shown once; sent again, taken back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.errors import InputError
from accounts.forms import add_domain_error
from accounts.keyset import PAGE_SIZE, page_of
from accounts.models import Organisation, Role
from accounts.pages import page_for
from accounts.queries import organisations_run
from accounts.tables import csv_response
from office.documents.qr import data_address
from office.documents.workbook import Column, Form, write
from registry.commands.invitations import (
    Sent,
    invitation_resend,
    invitation_withdraw,
    invitations_exported,
    people_invite,
)
from registry.models import Invitation
from registry.queries import invitations
from registry.states import InvitationState
from registry.views.lists import kept_query, page_urls
from registry.views.own import posted, user_of
from units.forms.invitations import InvitationFilter, InviteForm
from units.queries import registered
from units.views.desk import back_to, chosen_unit, desk_tabs
from units.views.years import XLSX

PARAMETERS = frozenset({*InvitationFilter.base_filters, "unit"})
COLUMNS = ("姓名", "手机号码", "单位", "发出时间", "有效期至", "发出次数", "邀请人", "状态", "单位关系")
BLANK = Form(
    "邀请人员名单",
    (Column("姓名", 14), Column("手机号码", 18), Column("电子邮箱", 28)),
    notes=("电子邮箱可不填。填好后在“邀请人员”页面上传。",),
    landscape=False,
)


@page_for("registry.invitations")
@require_safe
def invitation_list(request: HttpRequest) -> HttpResponse:
    """Invitations of the own units, filtered, sorted, in pages."""
    found, unit = _found(request)
    page = page_of(found.qs, found.order, after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    chosen = {"unit": str(unit.pk)} if unit else {}
    query = "&".join(part for part in (kept_query(request, found), urlencode(chosen)) if part)
    context = {
        "filter": found,
        "page": page,
        "keep": chosen,
        "several": unit is None and _units(request).count() > 1,
        "tabs": desk_tabs(user_of(request), unit, "units:invitations"),
        "here": f"{reverse('units:invitations')}?{query}",
        "export_url": f"{reverse('units:invitation_export')}?{query}",
        "page_note": f"每页{PAGE_SIZE}人",
        "filtered": any(request.GET.get(name) for name in PARAMETERS - {"sort", "unit"}),
        **page_urls(page, query),
    }
    return render(request, "units/invitations.html", context, status=422 if found.form.errors else 200)


@page_for("registry.invitations")
@require_safe
def invitation_export(request: HttpRequest) -> StreamingHttpResponse:
    """The list with its filters as CSV, phones masked; leaves an audit row."""
    found, _ = _found(request)
    rows = found.qs.order_by(*found.order)
    used = [name for name in PARAMETERS if request.GET.get(name)]
    invitations_exported(actor=user_of(request), rows=rows.count(), filters=used)
    return csv_response(f"invitations-{timezone.localdate():%Y%m%d}", COLUMNS, _cells(rows))


@page_for("registry.invitations")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation_new(request: HttpRequest) -> HttpResponse:
    """Invite one or many; the answer shows their links, this once."""
    form = InviteForm(posted(request), request.FILES or None, units=_units(request))
    if request.method == "POST" and form.is_valid():
        try:
            sent = people_invite(
                actor=user_of(request), organisation=form.cleaned_data["organisation"], invitees=form.invitees
            )
        except InputError as error:
            add_domain_error(form, error)
        else:
            return _links(request, sent)
    return render(request, "units/invitation_new.html", {"form": form}, status=422 if form.errors else 200)


@page_for("registry.invitations")
@require_safe
def invitation_blank_file(request: HttpRequest) -> HttpResponse:
    """An empty workbook with the columns that the upload reads."""
    response = HttpResponse(write(BLANK, [], empty_rows=50), content_type=XLSX)
    response["Content-Disposition"] = 'attachment; filename="invitations.xlsx"'
    return response


@page_for("registry.invitations")
@never_cache
@require_POST
def invitation_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Send it again with a new link, which is shown this once."""
    invitation = get_object_or_404(invitations.visible_to(user_of(request)), pk=pk)
    try:
        sent = invitation_resend(actor=user_of(request), invitation=invitation)
    except InputError as error:
        messages.error(request, error.message)
        return redirect(back_to(request, "units:invitations"))
    return _links(request, [sent])


@page_for("registry.invitations")
@require_POST
def invitation_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it back."""
    invitation = get_object_or_404(invitations.visible_to(user_of(request)), pk=pk)
    invitation_withdraw(actor=user_of(request), invitation=invitation)
    messages.success(request, f"给{invitation.name}的邀请已撤回，原链接不能再使用。")
    return redirect(back_to(request, "units:invitations"))


def _found(request: HttpRequest) -> tuple[InvitationFilter, Organisation | None]:
    unit = chosen_unit(request)
    rows = invitations.visible_to(user_of(request))
    return InvitationFilter(request.GET, rows.filter(organisation=unit) if unit else rows), unit


def _units(request: HttpRequest) -> QuerySet[Organisation]:
    """Units for which the user may invite."""
    user = user_of(request)
    run = organisations_run(user, Role.EMPLOYER_ADMIN)
    return registered.visible_to(user).filter(pk__in=run, is_active=True).order_by("name")


def _links(request: HttpRequest, sent: Sequence[Sent]) -> HttpResponse:
    """The links with their QR codes. Nobody can ask for this page again: only hashes of the links are kept."""
    lines: list[dict[str, Any]] = []
    for one in sent:
        address = f"{settings.PORTAL_URL}{one.path}" if settings.PORTAL_URL else request.build_absolute_uri(one.path)
        lines.append({"invitation": one.invitation, "link": address, "qr": data_address(address, scale=4)})
    told = bool(settings.PORTAL_URL and settings.SMS_BACKEND)
    return render(request, "units/invitation_links.html", {"lines": lines, "told": told})


def _cells(rows: QuerySet[Invitation]) -> Iterator[tuple[Any, ...]]:
    for invitation in rows.iterator(chunk_size=2000):
        yield (
            invitation.name,
            invitation.phone_masked,
            invitation.organisation.name,
            timezone.localtime(invitation.sent_at).strftime("%Y-%m-%d %H:%M"),
            timezone.localtime(invitation.expires_at).strftime("%Y-%m-%d %H:%M"),
            invitation.sends,
            invitation.invited_by.display_name,
            invitation.shown_label,
            outcome(invitation),
        )


def outcome(invitation: Invitation) -> str:
    """How the invited person stands with the unit now."""
    if invitation.state != InvitationState.ACCEPTED:
        return ""
    return invitation.link.get_state_display() if invitation.link else "注册待核对"
