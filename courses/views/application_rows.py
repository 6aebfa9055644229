"""Lecturers and timetable: rows added and taken away, with or without JavaScript; a day repeated on other days."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.errors import Conflict, DomainError
from accounts.forms import add_domain_error
from accounts.pages import page_for
from courses.commands.application_parts import lecturers_save, timetable_repeat, timetable_save
from courses.forms.application_rows import (
    LecturerRow,
    RepeatForm,
    RowForm,
    SessionRow,
    lecturer_rows,
    lecturers_of,
    refuse,
    session_rows,
    typed,
)
from courses.models import ApplicationPart, ClassApplication
from courses.queries.conditions import notice_for
from courses.queries.parts import stamp_of
from courses.views.application_page import WORK, own_application, page_of_application
from courses.views.application_parts import no_longer_open, onwards, saved
from courses.views.application_words import days_of
from registry.views.own import posted, user_of

BLANK = 1


@dataclass(frozen=True, slots=True)
class Editor:
    """A page of rows: its part, how rows are read from a page and from the tables, and the command that keeps them."""

    part: ApplicationPart
    read: Callable[[ClassApplication, Any], list[Any]]
    shown: Callable[[ClassApplication, int], list[Any]]
    save: Callable[..., ClassApplication]
    input_of: Callable[[Any], Any]


def _session_rows(application: ClassApplication, blank: int) -> list[SessionRow]:
    return session_rows(application, notice_for(application).class_rules, blank=blank)


LECTURERS = Editor(
    ApplicationPart.LECTURERS,
    lambda _application, data: typed(LecturerRow, data),
    lambda application, blank: lecturer_rows(application, blank=blank),
    lecturers_save,
    LecturerRow.lecturer,
)
TIMETABLE = Editor(
    ApplicationPart.TIMETABLE,
    lambda application, data: typed(SessionRow, data, lecturers=lecturers_of(application)),
    _session_rows,
    timetable_save,
    SessionRow.session,
)


@page_for(WORK)
@require_http_methods(["GET", "HEAD", "POST"])
def application_lecturers(request: HttpRequest, pk: int) -> HttpResponse:
    """The lecturers, a row each."""
    return _rows(request, pk, LECTURERS)


@page_for(WORK)
@require_http_methods(["GET", "HEAD", "POST"])
def application_timetable(request: HttpRequest, pk: int) -> HttpResponse:
    """The timetable, a row for each lesson."""
    return _rows(request, pk, TIMETABLE)


@page_for(WORK)
@require_http_methods(["GET", "HEAD", "POST"])
def application_repeat(request: HttpRequest, pk: int) -> HttpResponse:
    """Copy the lessons of one day to others."""
    application = own_application(request, pk)
    if (elsewhere := no_longer_open(request, application)) is not None:
        return elsewhere
    form = RepeatForm(posted(request), days=[day["day"] for day in days_of(application)])
    if request.method == "POST" and form.is_valid():
        try:
            timetable_repeat(actor=user_of(request), application=application, **form.cleaned_data)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            return redirect("courses:application_timetable", pk=pk)
    context = {**page_of_application(application), "form": form, "days": days_of(application)}
    return render(request, "courses/applications/repeat.html", context, status=422 if form.errors else 200)


def _rows(request: HttpRequest, pk: int, editor: Editor) -> HttpResponse:
    application = own_application(request, pk)
    if (elsewhere := no_longer_open(request, application)) is not None:
        return elsewhere
    if request.method != "POST":
        blank = 2 if "more" in request.GET or not editor.shown(application, 0) else BLANK
        return _page(request, application, editor, editor.shown(application, blank))
    rows = editor.read(application, request.POST)
    said, status = _save(request, application, editor, rows)
    if request.htmx:  # type: ignore[attr-defined]  # django-htmx's middleware
        return _saved(request, pk, editor, rows, said, status)
    if status == 200:
        if "add" in request.POST or "remove" in request.POST:
            more = "?more=1#rows-end" if "add" in request.POST else "#rows-end"
            return redirect(reverse(f"courses:application_{editor.part}", args=[pk]) + more)
        return onwards(request, application, editor.part)
    return _page(request, application, editor, rows, said=said, status=status)


def _save(
    request: HttpRequest, application: ClassApplication, editor: Editor, rows: Sequence[RowForm]
) -> tuple[str, int]:
    """Keep all rows or none. What is wrong stands on its row; what belongs to none is answered, with the status."""
    if [row for row in rows if not row.is_valid()]:  # every row is asked, so that one round tells every mistake
        return "", 422
    try:
        editor.save(
            actor=user_of(request),
            application=application,
            rows=[editor.input_of(row) for row in rows],
            stamp=request.POST.get("stamp", ""),
        )
    except Conflict as error:
        return error.message, 409
    except DomainError as error:
        return refuse(rows, error), 422
    return "", 200


def _saved(
    request: HttpRequest, pk: int, editor: Editor, rows: Sequence[RowForm], said: str, status: int
) -> HttpResponse:
    """The line that tells whether it was saved; to new lecturers' rows who they are now, to lessons their hours."""
    application = own_application(request, pk)
    refused = "；".join([*([said] if said else []), *_errors(rows)])
    more: dict[str, Any] = {}
    if status == 200:
        kept = [row for row in rows if any(value not in ("", None) for value in row.cleaned_data.values())]
        if editor.part == ApplicationPart.LECTURERS:
            known = list(application.lecturers.all())
            more["known"] = [(row["pk"].html_name, one.pk) for row, one in zip(kept, known, strict=False)]
        else:
            more["summary"] = True
    return saved(request, application, part=editor.part, refused=refused, conflict=status == 409, **more)


def _errors(rows: Sequence[RowForm]) -> list[str]:
    return [
        f"第{row.number}行{row.fields[name].label if name in row.fields else ''}：{error}"
        for row in rows
        for name, errors in row.errors.items()
        for error in errors
    ]


def _page(
    request: HttpRequest,
    application: ClassApplication,
    editor: Editor,
    rows: Sequence[RowForm],
    *,
    said: str = "",
    status: int = 200,
) -> HttpResponse:
    stamp = request.POST.get("stamp", "") if request.method == "POST" else stamp_of(application, editor.part)
    context = {
        **page_of_application(application),
        "part": editor.part,
        "rows": rows,
        "row_count": max((row.number for row in rows), default=0),
        "problems": [*([said] if said else [])],
        "wrong": [row for row in rows if row.errors],
        "stamp": stamp,
        "conflict": status == 409,
        "days": days_of(application),
        "rules": notice_for(application).class_rules,
    }
    return render(request, f"courses/applications/{editor.part}.html", context, status=status)
