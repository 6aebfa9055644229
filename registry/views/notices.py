"""The notices as the city office keeps them: versions, one as a lawyer reads it, differences, putting one in force."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.errors import Conflict, DomainError, InputError
from accounts.forms import add_domain_error
from accounts.guard import may
from accounts.pages import page_for
from hours_rules.notices import load
from hours_rules.notices.difference import difference
from registry.commands.notices import (
    notice_agree,
    notice_discard,
    notice_draft,
    notice_propose,
    notice_send_back,
)
from registry.forms.notices import DraftForm, ReasonForm
from registry.models import NoticeVersion
from registry.queries.notices import visible_to
from registry.states import NOTICE_MOVES, NoticeState
from registry.views.own import posted, user_of
from registry.views.reading import groups

KEEP = "registry.notices_keep"


@require_safe
def notice_list(request: HttpRequest) -> HttpResponse:
    """Every version that the user may see, the newest notice first."""
    user = user_of(request)
    context = {"versions": visible_to(user), "keeps": may(user, KEEP)}
    return render(request, "registry/notices/list.html", context)


@require_safe
def notice_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One version, clause by clause with our decisions and their authority, and what may be done with it."""
    version = _version(request, pk)
    return _detail(request, version)


@require_safe
def notice_text(request: HttpRequest, pk: int) -> HttpResponse:
    """The text itself, to be drafted on from."""
    version = _version(request, pk)
    response = HttpResponse(version.text, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="notice-{version.valid_from.year}-{version.pk}.toml"'
    return response


@require_safe
def notice_difference(request: HttpRequest, pk: int, other: int) -> HttpResponse:
    """What changes from version `other` to version `pk`."""
    new, old = _version(request, pk), _version(request, other)
    context = {
        "new": new,
        "old": old,
        "changes": difference(load(old.text), load(new.text)),
        "others": visible_to(user_of(request)).exclude(pk=new.pk),
    }
    return render(request, "registry/notices/difference.html", context)


@page_for(KEEP)
@require_http_methods(["GET", "HEAD", "POST"])
def notice_new(request: HttpRequest) -> HttpResponse:
    """Load a draft, starting from version `?from=`; every mistake is told with its line, nothing is half-kept."""
    form = DraftForm(posted(request), request.FILES or None, initial={"text": _text_to_start_from(request)})
    if request.method == "POST" and form.is_valid():
        try:
            version = notice_draft(
                actor=user_of(request),
                text=form.cleaned_data["text"],
                remark=form.cleaned_data["remark"],
            )
        except InputError as error:
            for line in error.message.splitlines():
                form.add_error("text", line)
        else:
            messages.success(request, "草稿已保存，请核对差异后提请复核。")
            return redirect("registry:notice_detail", pk=version.pk)
    context = {"form": form}
    return render(request, "registry/notices/new.html", context, status=422 if form.errors else 200)


@page_for(KEEP)
@require_POST
def notice_proposal(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask a second person."""
    return _do(request, pk, notice_propose, "已提请复核，须由另一人复核生效。")


@page_for(KEEP)
@require_POST
def notice_agreement(request: HttpRequest, pk: int) -> HttpResponse:
    """Put in force as the second person; leads to the progress of composing the years anew."""
    try:
        job = notice_agree(actor=user_of(request), version=_version(request, pk))
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("registry:notice_detail", pk=pk)
    messages.success(request, "已生效。受影响年度正在按新标准重新组成。")
    return redirect("jobs:detail", pk=job.pk)


@page_for(KEEP)
@require_POST
def notice_return(request: HttpRequest, pk: int) -> HttpResponse:
    """Not agreed: back to the draft, for a reason."""
    return _with_reason(request, pk, notice_send_back, "已退回修改。")


@page_for(KEEP)
@require_POST
def notice_disposal(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a draft up, for a reason."""
    return _with_reason(request, pk, notice_discard, "草稿已废弃。")


def _version(request: HttpRequest, pk: int) -> NoticeVersion:
    return get_object_or_404(visible_to(user_of(request)), pk=pk)


def _text_to_start_from(request: HttpRequest) -> str:
    pk = request.GET.get("from", "")
    if not pk.isdecimal() or len(pk) > 9:
        return ""
    return _version(request, int(pk)).text


def _do(request: HttpRequest, pk: int, command: Any, done: str) -> HttpResponse:
    try:
        command(actor=user_of(request), version=_version(request, pk))
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, done)
    return redirect("registry:notice_detail", pk=pk)


def _with_reason(request: HttpRequest, pk: int, command: Any, done: str) -> HttpResponse:
    version = _version(request, pk)
    form = ReasonForm(request.POST)
    if form.is_valid():
        try:
            command(actor=user_of(request), version=version, reason=form.cleaned_data["reason"])
        except Conflict as error:
            messages.error(request, error.message)
        except InputError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, done)
        if not form.errors:
            return redirect("registry:notice_detail", pk=pk)
    return _detail(request, version, form, status=422)


def _detail(
    request: HttpRequest,
    version: NoticeVersion,
    form: ReasonForm | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    user = user_of(request)
    notice = load(version.text)
    keeps = may(user, KEEP)
    moves = NOTICE_MOVES[version.state] if keeps else frozenset()
    context = {
        "version": version,
        "notice": notice,
        "groups": groups(notice),
        "others": visible_to(user).exclude(pk=version.pk),
        "keeps": keeps,
        "may_propose": NoticeState.PROPOSED in moves,
        "may_agree": NoticeState.IN_FORCE in moves and version.proposed_by_id != user.pk,
        "may_send_back": NoticeState.DRAFT in moves,
        "may_discard": NoticeState.DISCARDED in moves,
        "form": form or ReasonForm(),
    }
    return render(request, "registry/notices/detail.html", context, status=status)
