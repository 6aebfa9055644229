"""What an office changes of a registered unit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from accounts.errors import DomainError, Forbidden
from accounts.forms import add_domain_error
from accounts.guard import may
from accounts.models import Organisation
from accounts.pages import page_for
from registry.views.own import posted, user_of
from units.commands.changes import unit_change, unit_close, unit_reopen
from units.commands.merging import unit_merge
from units.forms.papers import ReasonForm
from units.forms.units import ChangeForm, OtherUnitForm
from units.queries import registered
from units.views.listing import facts


@page_for("units.list")
@require_http_methods(["GET", "HEAD", "POST"])
def unit_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename it, or change its codes, kind, business, region, address or contact."""
    unit = _kept(request, pk)
    form = ChangeForm(posted(request), initial=ChangeForm.initial_of(unit))
    if request.method == "POST" and form.is_valid():
        try:
            unit_change(actor=user_of(request), unit=unit, data=form.unit(), reason=form.cleaned_data["reason"])
        except Forbidden:
            form.add_error("region", "您只能把单位变更到本单位负责的地区，跨地区变更请联系市学时办。")
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, "单位信息已变更。")
            return redirect("units:detail", pk=pk)
    return render(request, "units/edit.html", {"form": form, "unit": unit}, status=422 if form.errors else 200)


@page_for("units.list")
@require_http_methods(["GET", "HEAD", "POST"])
def unit_closing(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a unit."""
    words = ("停用单位", "停用后，人员注册和转入时不能再选择该单位；在册人员和已有记录保留。", "已停用")
    return _switch(request, _kept(request, pk), unit_close, words)


@page_for("units.list")
@require_http_methods(["GET", "HEAD", "POST"])
def unit_reopening(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a closed unit again."""
    words = ("恢复单位", "恢复后，人员注册和转入时可以选择该单位。", "已恢复")
    return _switch(request, _kept(request, pk), unit_reopen, words)


@page_for("units.list")
@require_http_methods(["GET", "HEAD", "POST"])
def unit_merging(request: HttpRequest, pk: int) -> HttpResponse:
    """Find the other record, see both side by side with what will move, and merge them."""
    kept = _kept(request, pk)
    finding = OtherUnitForm(request.GET if "other" in request.GET else None)
    other = _other(request, kept, finding) if finding.is_bound and finding.is_valid() else None
    form = ReasonForm(posted(request) if other else None)
    if request.method == "POST" and other is not None and form.is_valid():
        try:
            unit_merge(actor=user_of(request), kept=kept, other=other, reason=form.cleaned_data["reason"])
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, f"“{other.name}”已并入“{kept.name}”。")
            return redirect("units:detail", pk=kept.pk)
    context: dict[str, Any] = {"unit": kept, "finding": finding, "form": form, "other": other}
    if other is not None:
        pairs = zip(facts(kept), facts(other), strict=True)
        context["sides"] = [(mine["key"], mine["value"], theirs["value"]) for mine, theirs in pairs]
        context["moving"] = registered.moving_with(other)
    wrong = finding.errors or form.errors or request.method == "POST"
    return render(request, "units/merge.html", context, status=422 if wrong else 200)


def _kept(request: HttpRequest, pk: int) -> Organisation:
    """A unit that the office may change; its own one it sees and may not, which the command would say."""
    unit = get_object_or_404(registered.visible_to(user_of(request)), pk=pk)
    if not may(user_of(request), "units.keep", unit):
        raise Http404
    return unit


def _other(request: HttpRequest, kept: Organisation, finding: OtherUnitForm) -> Organisation | None:
    units = registered.visible_to(user_of(request))
    other = registered.called(units, finding.cleaned_data["other"])
    if other is None:
        finding.add_error("other", "没有找到这家单位，请填写登记的全称或代码。")
    elif other.pk == kept.pk:
        finding.add_error("other", "请选择另一条单位记录。")
    elif other.merged_into is not None:
        finding.add_error("other", f"该单位已并入“{other.merged_into.name}”。")
    else:
        return other
    return None


def _switch(
    request: HttpRequest, unit: Organisation, command: Callable[..., Organisation], words: tuple[str, str, str]
) -> HttpResponse:
    title, text, done = words
    form = ReasonForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            command(actor=user_of(request), unit=unit, reason=form.cleaned_data["reason"])
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, f"“{unit.name}”{done}。")
            return redirect("units:detail", pk=unit.pk)
    context = {"unit": unit, "form": form, "title": title, "text": text, "danger": command is unit_close}
    return render(request, "units/reason.html", context, status=422 if form.errors else 200)
