"""Check the answers, promise that they are true, hand the application in; then its 受理编号."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.errors import Conflict, DomainError
from accounts.forms import add_domain_error
from accounts.pages import page_for
from courses.commands.applications import application_submit
from courses.forms.applications import HandInForm
from courses.queries.applications import office_of
from courses.states import ApplicationState
from courses.views.application_page import WORK, own_application, page_of_application
from courses.views.application_parts import no_longer_open
from courses.views.application_words import days_of, facts, file_items, part_url
from registry.views.own import posted, user_of


@page_for(WORK)
@require_http_methods(["GET", "HEAD", "POST"])
def application_check(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything on one page, what is missing with the way to it, and the hand-in."""
    application = own_application(request, pk)
    if application.state == ApplicationState.SUBMITTED and request.method == "POST":
        return redirect("courses:application_submitted", pk=pk)  # posted twice
    if (elsewhere := no_longer_open(request, application)) is not None:
        return elsewhere
    page = page_of_application(application)
    form = HandInForm(posted(request), late=page["late"], initial={"late_reason": application.late_reason})
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data.get("late_reason", "")
        try:
            application_submit(actor=user_of(request), application=application, late_reason=reason)
        except Conflict as error:
            messages.error(request, error.message)
            return redirect("courses:application_detail", pk=pk)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            return redirect("courses:application_submitted", pk=pk)
    context = {
        **page,
        "form": form,
        "blocks": facts(application, change=True),
        "days": days_of(application),
        "files": file_items(application),
        "change": True,
        "lacking": [(one.words, part_url(application, one.part)) for one in page["missing"]],
    }
    return render(request, "courses/applications/check.html", context, status=422 if form.errors else 200)


@page_for(WORK)
@require_safe
def application_submitted(request: HttpRequest, pk: int) -> HttpResponse:
    """The 受理编号, and what happens next."""
    application = own_application(request, pk)
    if application.state != ApplicationState.SUBMITTED:
        return redirect("courses:application_detail", pk=pk)
    context = {"application": application, "office": office_of(application)}
    return render(request, "courses/applications/submitted.html", context)
