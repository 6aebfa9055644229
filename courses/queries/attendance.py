"""The codes of a check-in, and who was there on which days."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.conf import settings
from django.db.models import Count, Q, QuerySet, Sum

from courses.models import Attendance, CheckIn, Session, TrainingClass
from hours_rules.attendance import hours_attended
from registry.models import Practitioner

CODE_BYTES = 10  # 80 bits, sixteen signs


def code_of(check_in: CheckIn, at: datetime) -> str:
    """The code that the screen shows at that moment."""
    return _code(check_in, _turn(at))


def is_current(check_in: CheckIn, code: str, at: datetime) -> bool:
    """Whether the code is on the screen, or was on it the turn before: scanning and loading take a while."""
    turn = _turn(at)
    known = (_code(check_in, turn), _code(check_in, turn - 1))
    return any(hmac.compare_digest(code.lower().encode(), one.encode()) for one in known)


def seconds_left(at: datetime) -> int:
    """Until the screen shows the next code."""
    period = int(settings.CHECK_IN_SECONDS)
    return period - int(at.timestamp()) % period


def _turn(at: datetime) -> int:
    return int(at.timestamp()) // int(settings.CHECK_IN_SECONDS)


def _code(check_in: CheckIn, turn: int) -> str:
    digest = hmac.new(bytes(check_in.secret), turn.to_bytes(8, "big"), hashlib.sha256).digest()
    return base64.b32encode(digest[:CODE_BYTES]).decode().lower()


def class_days(training_class: TrainingClass) -> list[date]:
    """The distinct dates of the timetable."""
    sessions = Session.objects.filter(application=training_class.application_id)
    return list(sessions.order_by("day").values_list("day", flat=True).distinct())


def check_ins_of(training_class: TrainingClass) -> QuerySet[CheckIn]:
    """The check-ins of a class by day, each with how many are there (`there`)."""
    counted = Count("attendances", filter=Q(attendances__removed_at__isnull=True))
    return CheckIn.objects.filter(training_class=training_class).annotate(there=counted).order_by("day")


def there(check_in: CheckIn) -> int:
    """How many confirmed being there."""
    return Attendance.objects.filter(check_in=check_in, removed_at=None).count()


@dataclass
class Attendee:
    """One person, the days they were there (day → id of the record), and the hours that makes."""

    practitioner: Practitioner
    days: dict[date, int] = field(default_factory=dict)
    hours: Decimal = Decimal(0)


def attendees_of(training_class: TrainingClass) -> list[Attendee]:
    """Who was there, by pinyin, with the hours their days are worth of the class's approved figure."""
    rows = (
        Attendance.objects.filter(check_in__training_class=training_class, removed_at=None)
        .select_related("practitioner__organisation__region", "check_in")
        .order_by("practitioner__name_sort", "practitioner_id", "check_in__day")
    )
    found: dict[int, Attendee] = {}
    for row in rows:
        attendee = found.setdefault(row.practitioner_id, Attendee(row.practitioner))
        attendee.days[row.check_in.day] = row.pk
    taught = _taught(training_class)
    for attendee in found.values():
        attendee.hours = hours_attended(taught, attendee.days, training_class.hours)
    return list(found.values())


def _taught(training_class: TrainingClass) -> dict[date, Decimal]:
    """Hours of the timetable on each day on which attendance was taken."""
    taken = CheckIn.objects.filter(training_class=training_class).values("day")
    sums = Session.objects.filter(application=training_class.application_id, day__in=taken).values("day")
    return dict(sums.annotate(sum=Sum("hours")).order_by("day").values_list("day", "sum"))
