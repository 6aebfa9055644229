"""Attendance as the unit takes it: the days of a class, the screen with its changing code, who was there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.errors import DomainError
from accounts.guard import may
from accounts.middleware import polled
from accounts.tables import csv_response
from courses.commands.attendance import (
    attendance_exported,
    attendance_remove,
    check_in_close,
    check_in_open,
    is_open,
)
from courses.commands.rosters.attending import roster_fill
from courses.documents import roster as form
from courses.documents.attendance_filling import roster_from_attendance
from courses.models import Attendance, CheckIn, TrainingClass
from courses.queries import classes
from courses.queries.attendance import (
    Attendee,
    attendees_of,
    check_ins_of,
    class_days,
    code_of,
    seconds_left,
    there,
)
from courses.queries.deadlines import deadline_of
from courses.states import ROSTER_MOVES, ApplicationState, RosterState
from courses.views.roster_words import url_of
from office.documents.qr import data_address
from registry.views.own import user_of

HAND_IN = "courses.roster_hand_in"
STOP_POLLING = 286


@require_safe
def attendance(request: HttpRequest, pk: int) -> HttpResponse:
    """Days of the class with their check-ins, and who was there on which."""
    found = _seen(request, pk)
    days = class_days(found)
    taken = {check_in.day: check_in for check_in in check_ins_of(found)}
    attendees = attendees_of(found)
    today = timezone.localdate()
    context = {
        "class": found,
        "days": [(day, taken.get(day), taken.get(day) and is_open(taken[day], today)) for day in days],
        "held": list(taken),
        "attendees": [(one, [(day, one.days.get(day)) for day in taken]) for one in attendees],
        "today": today,
        "may_write": may(user_of(request), HAND_IN, found),
        "begins_today": today in days and today not in taken,
        "fills": _fills(found),
        "roster_url": url_of(found.roster),
    }
    return render(request, "courses/attendance.html", context)


@require_safe
def attendance_export(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """Who was there as CSV; leaves an audit row."""
    found = _own(request, pk)
    days = [check_in.day for check_in in check_ins_of(found)]
    attendees = attendees_of(found)
    attendance_exported(actor=user_of(request), training_class=found, rows=len(attendees), form="csv")
    columns = ("姓名", "身份证号", "单位", *(f"{day:%Y-%m-%d}" for day in days), "学时")
    return csv_response(f"attendance-{found.pk}", columns, _cells(attendees, days))


@require_POST
def attendance_roster(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the class's roster (附件2) from attendance, and go to where it is checked."""
    found = _own(request, pk)
    filled = roster_from_attendance(found)
    upload = SimpleUploadedFile(f"{found.title}签到汇总表.xlsx", form.as_workbook(filled))
    try:
        roster_fill(actor=user_of(request), roster=found.roster, upload=upload, people=len(filled.lines))
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("courses:attendance", pk)
    messages.success(request, f"已用签到生成汇总表，共{len(filled.lines)}人。核对后可以更正、增删人员，再报送。")
    return redirect(url_of(found.roster))


@require_POST
def check_in_start(request: HttpRequest, pk: int) -> HttpResponse:
    """Open today's check-in and show its screen."""
    found = _own(request, pk)
    try:
        check_in = check_in_open(actor=user_of(request), training_class=found)
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("courses:attendance", pk)
    return redirect("courses:check_in_screen", pk, check_in.pk)


@require_POST
def check_in_end(request: HttpRequest, pk: int, check_in_pk: int) -> HttpResponse:
    """Close it."""
    check_in = _check_in(request, pk, check_in_pk)
    check_in_close(actor=user_of(request), check_in=check_in)
    messages.success(request, f"{check_in.day:%-m月%-d日}的签到已结束。")
    return redirect("courses:attendance", pk)


@require_safe
def check_in_screen(request: HttpRequest, pk: int, check_in_pk: int) -> HttpResponse:
    """The page for the projector: the code, and how many are there. Alone it reloads itself; htmx does it smoothly."""
    check_in = _check_in(request, pk, check_in_pk)
    context = _on_screen(request, check_in)
    return render(request, "courses/check_in_screen.html", context)


@polled
@require_safe
def check_in_code(request: HttpRequest, pk: int, check_in_pk: int) -> HttpResponse:
    """The part of the screen that changes."""
    check_in = _check_in(request, pk, check_in_pk)
    context = _on_screen(request, check_in)
    status = 200 if context["open"] else STOP_POLLING
    return render(request, "courses/_check_in_code.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def attendance_delete(request: HttpRequest, pk: int, attendance_pk: int) -> HttpResponse:
    """Count a person as not there on one day, for a reason."""
    found = _own(request, pk)
    rows = Attendance.objects.select_related("practitioner", "check_in__training_class__organisation")
    row = get_object_or_404(rows, pk=attendance_pk, check_in__training_class=found, removed_at=None)
    error, reason = "", request.POST.get("reason", "")
    if request.method == "POST":
        try:
            attendance_remove(actor=user_of(request), attendance=row, reason=reason)
        except DomainError as refused:
            error = refused.message
        else:
            messages.success(request, f"{row.practitioner.name}{row.check_in.day:%-m月%-d日}的签到已作废。")
            return redirect("courses:attendance", pk)
    context = {"class": found, "row": row, "error": error, "reason": reason}
    return render(request, "courses/attendance_delete.html", context, status=422 if error else 200)


def _fills(training_class: TrainingClass) -> str:
    """Whether the roster may be made from attendance now: `now`, `later` (the class is not over), or "" (decided)."""
    takes_file = RosterState.CHECKING in ROSTER_MOVES[training_class.roster.state]
    if not takes_file or training_class.application.state != ApplicationState.APPROVED:
        return ""
    return "now" if deadline_of(training_class).is_open else "later"


def _on_screen(request: HttpRequest, check_in: CheckIn) -> dict[str, Any]:
    now = timezone.now()
    path = reverse("courses:check_in", args=[check_in.pk, code_of(check_in, now)])
    shown = is_open(check_in, timezone.localdate(now))
    return {
        "class": check_in.training_class,
        "check_in": check_in,
        "open": shown,
        "qr": data_address(request.build_absolute_uri(path), scale=12) if shown else "",
        "there": there(check_in),
        "every": seconds_left(now),
        "period": settings.CHECK_IN_SECONDS,
    }


def _seen(request: HttpRequest, pk: int) -> TrainingClass:
    seen = classes.visible_to(user_of(request)).select_related("application", "organisation", "roster")
    return get_object_or_404(seen, pk=pk)


def _own(request: HttpRequest, pk: int) -> TrainingClass:
    """A class of the own unit: whoever only sees it finds no such page."""
    found = _seen(request, pk)
    if not may(user_of(request), HAND_IN, found):
        raise Http404
    return found


def _check_in(request: HttpRequest, pk: int, check_in_pk: int) -> CheckIn:
    rows = CheckIn.objects.select_related("training_class__organisation", "training_class__application")
    return get_object_or_404(rows, pk=check_in_pk, training_class=_own(request, pk))


def _cells(attendees: list[Attendee], days: list[Any]) -> Iterator[tuple[Any, ...]]:
    for one in attendees:
        person = one.practitioner
        marks = ("到" if day in one.days else "" for day in days)
        yield (person.name, f"{'*' * 14}{person.id_last4}", person.unit_name, *marks, one.hours)
