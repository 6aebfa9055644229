"""Checking in on one's phone: scan the screen, sign in if need be, confirm."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_http_methods, require_safe

from accounts.errors import DomainError
from courses.commands.attendance import GOOD_FOR, attend, is_open
from courses.models import Attendance, CheckIn
from courses.queries.attendance import is_current
from registry.queries.people import practitioner_of
from registry.views.own import user_of

SCANNED = "check_in_scanned"  # in the session: which check-in, and when its code was on the screen


@login_not_required
@require_safe
def check_in(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """What the code on the screen leads to: notes that it was scanned in time, and goes on to confirm.

    Open to everybody, since one may have to sign in first; a code that is not on the screen any more says so.
    """
    found = get_object_or_404(CheckIn.objects.select_related("training_class"), pk=pk)
    now = timezone.now()
    if not is_open(found, timezone.localdate(now)) or not is_current(found, code, now):
        over = not is_open(found, timezone.localdate(now))
        return render(request, "courses/check_in_over.html", {"over": over}, status=410)
    request.session[SCANNED] = {"check_in": found.pk, "at": now.isoformat()}
    return redirect("courses:check_in_confirm", found.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def check_in_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm being there; afterwards the page that says so. Who did not scan finds nothing here."""
    user = user_of(request)
    person = practitioner_of(user)
    rows = CheckIn.objects.select_related("training_class__organisation", "training_class__application")
    found = get_object_or_404(rows, pk=pk)
    done = Attendance.objects.filter(check_in=found, practitioner=person, removed_at=None).first() if person else None
    scanned_at = _scanned(request, found)
    if done is None and scanned_at is None:
        raise Http404
    error = ""
    if request.method == "POST" and done is None and scanned_at is not None:
        try:
            attend(actor=user, check_in=found, scanned_at=scanned_at)
        except DomainError as refused:
            error = refused.message
        else:
            return redirect("courses:check_in_confirm", pk)
    context = {
        "class": found.training_class,
        "check_in": found,
        "person": person,
        "done": done,
        "error": error,
        "minutes": int(GOOD_FOR.total_seconds() // 60),
    }
    return render(request, "courses/check_in_confirm.html", context, status=409 if error else 200)


def _scanned(request: HttpRequest, found: CheckIn) -> datetime | None:
    noted = request.session.get(SCANNED) or {}
    return parse_datetime(noted["at"]) if noted.get("check_in") == found.pk else None
