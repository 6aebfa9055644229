"""我的单位: where one belongs, where one belonged, and asking for another unit or leaving."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.errors import InputError
from accounts.forms import add_domain_error
from registry.commands.links import link_ask, link_leave, link_withdraw
from registry.forms.links import AskForm, LeaveForm
from registry.models import Practitioner
from registry.queries.links import history_of, open_links
from registry.queries.people import units_like
from registry.states import UnitLinkState
from registry.views.own import own_record, user_of

UNITS_OFFERED = 50


@require_safe
def own_unit(request: HttpRequest) -> HttpResponse:
    """The present unit, what waits, and every unit before."""
    return _page(request, own_record(request))


@require_POST
def own_unit_ask(request: HttpRequest) -> HttpResponse:
    """Ask to be taken into a unit."""
    person, form = own_record(request), AskForm(request.POST)
    if form.is_valid():
        unit = form.cleaned_data["organisation"]
        try:
            link_ask(actor=user_of(request), practitioner=person, organisation=unit)
        except InputError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, f"已申请加入“{unit.name}”，等待单位或属地住建部门确认。")
            return redirect("registry:own_unit")
    return _page(request, person, ask=form)


@require_POST
def own_unit_withdraw(request: HttpRequest) -> HttpResponse:
    """Take back what was asked for."""
    link_withdraw(actor=user_of(request), practitioner=own_record(request))
    messages.success(request, "申请已撤回。")
    return redirect("registry:own_unit")


@require_POST
def own_unit_leave(request: HttpRequest) -> HttpResponse:
    """Leave the present unit from today on."""
    person, form = own_record(request), LeaveForm(request.POST)
    if form.is_valid():
        try:
            link_leave(actor=user_of(request), practitioner=person, region=form.cleaned_data["region"])
        except InputError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, "已办理离开单位。有新单位的，可在本页申请加入。")
            return redirect("registry:own_unit")
    return _page(request, person, leave=form)


def _page(
    request: HttpRequest, person: Practitioner, ask: AskForm | None = None, leave: LeaveForm | None = None
) -> HttpResponse:
    links = open_links(person)
    bound: list[Any] = [form for form in (ask, leave) if form is not None]
    context = {
        "person": person,
        "confirmed": links.get(UnitLinkState.CONFIRMED),
        "pending": links.get(UnitLinkState.PENDING),
        "history": history_of(person),
        "ask": ask or AskForm(),
        "leave": leave or LeaveForm(initial={"region": person.region_id}),
        "forms": bound,
        "units": units_like("", limit=UNITS_OFFERED),
    }
    return render(request, "registry/own_unit.html", context, status=422 if bound else 200)
