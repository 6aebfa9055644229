"""How the offices are printed, as the city office keeps it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.commands.offices import OfficeInput, office_change
from accounts.errors import DomainError
from accounts.forms import add_domain_error
from accounts.models import Region
from accounts.pages import page_for

KEEP = "accounts.offices_keep"


class OfficeForm(forms.Form):
    """Name, address, telephone and e-mail of an office."""

    office_name = forms.CharField(
        label="主管部门全称",
        max_length=60,
        help_text="印在学时证明、办班审核意见和通知消息上。",
        error_messages={"required": "请填写主管部门的全称。"},
    )
    address = forms.CharField(label="办公地址", max_length=120, required=False)
    phone = forms.CharField(label="办公电话", max_length=40, required=False)
    email = forms.EmailField(
        label="电子邮箱",
        required=False,
        error_messages={"invalid": "电子邮箱格式不正确，例如name@example.com。"},
    )


@page_for(KEEP)
@require_safe
def office_list(request: HttpRequest) -> HttpResponse:
    """The five offices."""
    return render(request, "accounts/offices.html", {"regions": Region.objects.all()})


@page_for(KEEP)
@require_http_methods(["GET", "HEAD", "POST"])
def office_edit(request: HttpRequest, code: str) -> HttpResponse:
    """Change one."""
    region = get_object_or_404(Region, code=code)
    initial = {name: getattr(region, name) for name in OfficeForm.base_fields}
    form = OfficeForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        user: Any = request.user  # the login middleware lets nobody else through
        try:
            office_change(actor=user, region=region, data=OfficeInput(**form.cleaned_data))
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, f"{region.name}的办公信息已保存。")
            return redirect("accounts:offices")
    context = {"form": form, "region": region}
    return render(request, "accounts/office_edit.html", context, status=422 if form.errors else 200)
