"""The parts of an application that are one form each: unit and class. Saved on change by htmx, by a button without.

`saving` is what all editable parts share: an application that may be changed no longer leads to its page, what was
typed on an older page is refused with 409, and htmx is answered the line that tells whether it was saved.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.errors import Conflict, DomainError
from accounts.forms import add_domain_error
from accounts.pages import page_for
from courses.commands.application_moves import EDITABLE
from courses.commands.application_parts import class_part_save, unit_part_save
from courses.forms.applications import ClassPartForm, PartForm, UnitPartForm
from courses.models import ApplicationPart, ClassApplication
from courses.queries.parts import stamp_of
from courses.views.application_page import WORK, own_application, page_of_application
from registry.views.own import posted, user_of


@page_for(WORK)
@require_http_methods(["GET", "HEAD", "POST"])
def application_unit(request: HttpRequest, pk: int) -> HttpResponse:
    """Address and contact."""

    def save(application: ClassApplication, form: Any) -> None:
        stamp = form.cleaned_data["stamp"]
        unit_part_save(actor=user_of(request), application=application, data=form.unit(), stamp=stamp)

    return _part(request, pk, ApplicationPart.UNIT, UnitPartForm, save)


@page_for(WORK)
@require_http_methods(["GET", "HEAD", "POST"])
def application_class(request: HttpRequest, pk: int) -> HttpResponse:
    """Title, content, place, form of teaching, whom it is for, how it assesses."""

    def save(application: ClassApplication, form: Any) -> None:
        stamp = form.cleaned_data["stamp"]
        class_part_save(actor=user_of(request), application=application, data=form.class_input(), stamp=stamp)

    return _part(request, pk, ApplicationPart.CLASS, ClassPartForm, save)


def no_longer_open(request: HttpRequest, application: ClassApplication) -> HttpResponse | None:
    """Where somebody is led who would change what may be changed no more; None while it may."""
    if application.state in EDITABLE:
        return None
    if request.htmx:  # type: ignore[attr-defined]  # django-htmx's middleware
        return saved(request, application, refused=f"申请{application.get_state_display()}，不能再修改。")
    messages.info(request, f"申请{application.get_state_display()}，不能再修改。")
    return redirect("courses:application_detail", pk=application.pk)


def saved(
    request: HttpRequest,
    application: ClassApplication,
    *,
    part: ApplicationPart | None = None,
    refused: str = "",
    conflict: bool = False,
    **more: Any,
) -> HttpResponse:
    """What htmx is answered: saved when, or why not; the new stamp, and the conditions as they are now."""
    context: dict[str, Any] = {"refused": refused, "conflict": conflict, "at": timezone.now(), **more}
    if not refused and part is not None:
        context |= page_of_application(application)
        context |= {"stamp": stamp_of(application, part), "swap": True, "links": False}
    return render(request, "courses/applications/_saved.html", context)


def onwards(request: HttpRequest, application: ClassApplication, part: ApplicationPart) -> HttpResponse:
    """After 保存: the next part, or the task list."""
    parts = list(ApplicationPart)
    place = parts.index(part) + 1
    if "next" in request.POST and place < len(parts):
        return redirect(f"courses:application_{parts[place]}", pk=application.pk)
    messages.success(request, f"“{part.label}”已保存。")
    return redirect("courses:application_detail", pk=application.pk)


def _part(
    request: HttpRequest,
    pk: int,
    part: ApplicationPart,
    form_class: type[UnitPartForm] | type[ClassPartForm],
    save: Callable[[ClassApplication, Any], None],
) -> HttpResponse:
    application = own_application(request, pk)
    if (elsewhere := no_longer_open(request, application)) is not None:
        return elsewhere
    initial = {**form_class.initial_of(application), "stamp": stamp_of(application, part)}
    form, status = form_class(posted(request), initial=initial), 200
    if request.method == "POST":
        status = _save(application, form, save)
        if status == 200 and not request.htmx:  # type: ignore[attr-defined]
            return onwards(request, application, part)
        if request.htmx:  # type: ignore[attr-defined]
            said = "；".join(_errors(form))
            return saved(request, own_application(request, pk), part=part, refused=said, conflict=status == 409)
    context = {**page_of_application(application), "form": form, "part": part, "conflict": status == 409}
    return render(request, f"courses/applications/{part}.html", context, status=status)


def _save(application: ClassApplication, form: PartForm, save: Callable[[ClassApplication, Any], None]) -> int:
    """Save what holds; the status of the page that comes back, its errors on the form."""
    if not form.is_valid():
        return 422
    try:
        save(application, form)
    except Conflict as error:
        form.add_error(None, error.message)
        return 409
    except DomainError as error:
        add_domain_error(form, error)
        return 422
    return 200


def _errors(form: PartForm) -> list[str]:
    said = []
    for name, errors in form.errors.items():
        label = str(form.fields[name].label) if name in form.fields else ""
        said += [f"{label}：{error}" if label and label not in error else str(error) for error in errors]
    return said
