"""The system administrator's desk: for which of the city's two offices somebody acts."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.commands.appointments import appointment_office_set
from accounts.desk import DESK
from accounts.desk_forms import OfficeForm
from accounts.errors import DomainError
from accounts.forms import add_domain_error
from accounts.pages import page_for
from accounts.queries import appointments_visible_to


@page_for(DESK)
@require_http_methods(["GET", "HEAD", "POST"])
def appointment_office(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a reviewer of the city act for the other office."""
    actor: Any = request.user  # the login middleware lets nobody else through
    appointment = get_object_or_404(appointments_visible_to(actor), pk=pk)
    if not appointment.office:
        raise Http404
    form = OfficeForm(request.POST if request.method == "POST" else None, initial={"office": appointment.office})
    if request.method == "POST" and form.is_valid():
        try:
            appointment_office_set(actor=actor, appointment=appointment, **form.cleaned_data)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, "已变更办公室。")
            return redirect("accounts:desk_account", appointment.user_id)
    context = {
        "form": form,
        "account": appointment.user,
        "title": f"变更办公室：{appointment}",
        "submit": "变更",
        "danger": False,
        "back": reverse("accounts:desk_account", args=[appointment.user_id]),
    }
    return render(request, "accounts/desk/form.html", context, status=422 if form.errors else 200)
