"""注册核对: sign-ups whose ID number a roster had brought in, judged by the unit or an office."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.errors import Conflict, InputError
from accounts.forms import add_domain_error
from accounts.guard import may
from accounts.keyset import page_of
from accounts.pages import page_for
from registry.commands.joining import join_accept, join_decline
from registry.models import JoinRequest
from registry.queries import links
from registry.states import JoinState
from registry.views.lists import page_urls
from registry.views.own import user_of
from units.forms.people import JoinForm


@page_for("units.people")
@require_safe
def join_list(request: HttpRequest) -> HttpResponse:
    """Who waits, longest first."""
    rows = links.joins_to_decide(user_of(request))
    page = page_of(rows, ("asked_at", "id"), after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    return render(request, "units/join_list.html", {"page": page, **page_urls(page, "")})


@page_for("units.people")
@require_safe
def join_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What is on record beside what was given at sign-up."""
    return _page(request, _join(request, pk), JoinForm())


@page_for("units.people")
@require_POST
def join_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """It is this person, or it is not."""
    join, form = _join(request, pk), JoinForm(request.POST)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            if form.cleaned_data["decision"] == JoinForm.ACCEPT:
                join_accept(actor=user_of(request), join=join)
            else:
                join_decline(actor=user_of(request), join=join, reason=reason)
        except Conflict as error:
            messages.error(request, error.message)
            return redirect("units:join_detail", pk=pk)
        except InputError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, f"{join.practitioner.name}的注册已办理。")
            return redirect("units:join_list")
    return _page(request, join, form, status=422)


def _join(request: HttpRequest, pk: int) -> JoinRequest:
    joins = links.joins_visible_to(user_of(request)).select_related("organisation", "decided_by")
    return get_object_or_404(joins, pk=pk)


def _page(request: HttpRequest, join: JoinRequest, form: JoinForm, status: int = 200) -> HttpResponse:
    person, user = join.practitioner, join.user
    rows = [
        ("姓名", person.name, user.display_name, join.name_fits),
        ("手机号码", person.phone_masked, user.phone_masked, join.phone_fits),
        ("单位", person.unit_name, join.organisation.name if join.organisation else "未填写", None),
        ("专业", person.specialty_name, join.get_specialty_display(), None),
        ("职称级别", person.get_title_level_display(), join.get_title_level_display(), None),
        ("职称", person.title or "—", join.title or "—", None),
    ]
    context = {
        "join": join,
        "person": person,
        "rows": rows,
        "form": form,
        "decidable": join.state == JoinState.PENDING and may(user_of(request), "registry.join_decide", join),
    }
    return render(request, "units/join_detail.html", context, status=status)
