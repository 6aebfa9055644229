"""The part of the access matrix that is about attendance on the spot; the classes are those of `courses`."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from courses.models import Attendance, CheckIn, TrainingClass

if TYPE_CHECKING:
    from tests.access.world import World

NOWHERE = 999_999_999
DAY = date(2021, 10, 11)
TABLE = """
# route                    object                       method anon engi empl orga coun city audi sysa form
courses:check_in           check_in.code                GET    410  410  410  410  410  410  410  410  410
courses:check_in           check_in.absent         GET    404  404  404  404  404  404  404  404  404
courses:check_in_confirm   check_in.phone               GET    in   200  404  404  404  404  404  404  404
courses:check_in_confirm   check_in.phone               POST   in   200  404  404  404  404  404  404  404
courses:attendance         training_class.own           GET    in   404  200  200  200  200  404  404  404
courses:attendance         training_class.other_unit    GET    in   404  404  404  404  200  404  404  404
courses:attendance_export  training_class.own           GET    in   404  200  200  404  404  404  404  404
courses:attendance_export  training_class.other_unit    GET    in   404  404  404  404  404  404  404  404
courses:attendance_roster  training_class.own           POST   in   404  302  302  404  404  404  404  404
courses:attendance_roster  training_class.other_unit    POST   in   404  404  404  404  404  404  404  404
courses:check_in_start     training_class.own           POST   in   404  302  302  404  404  404  404  404
courses:check_in_start     training_class.other_unit    POST   in   404  404  404  404  404  404  404  404
courses:check_in_screen    check_in.own                 GET    in   404  200  200  404  404  404  404  404
courses:check_in_screen    check_in.other_unit          GET    in   404  404  404  404  404  404  404  404
courses:check_in_code      check_in.own                 GET    in   404  286  286  404  404  404  404  404
courses:check_in_end       check_in.own                 POST   in   404  302  302  404  404  404  404  404
courses:check_in_end       check_in.other_unit          POST   in   404  404  404  404  404  404  404  404
courses:attendance_delete  attendance.own               GET    in   404  200  200  404  404  404  404  404
courses:attendance_delete  attendance.own               POST   in   404  302  302  404  404  404  404  404
courses:attendance_delete  attendance.other_unit        GET    in   404  404  404  404  404  404  404  404
"""
FORMS: dict[str, dict[str, Any]] = {"courses:attendance_delete": {"reason": "代为签到"}}


def add_attendance(world: World) -> None:
    """A check-in of a past day for two classes, at which unit A's engineer was (`own`) and another (`other_unit`)."""
    for name, person in (("own", "own"), ("other_unit", "other_region")):
        course = TrainingClass.objects.get(pk=world.objects[f"training_class.{name}"]["pk"])
        check_in = CheckIn.objects.create(training_class=course, day=DAY, opened_by=course.approved_by)
        attendance = Attendance.objects.create(check_in=check_in, practitioner=world.people[person])
        world.objects[f"check_in.{name}"] = {"pk": course.pk, "check_in_pk": check_in.pk}
        world.objects[f"attendance.{name}"] = {"pk": course.pk, "attendance_pk": attendance.pk}
        if name == "own":
            world.objects["check_in.code"] = {"pk": check_in.pk, "code": "a" * 16}
            world.objects["check_in.phone"] = {"pk": check_in.pk}
    world.objects["check_in.absent"] = {"pk": NOWHERE, "check_in_pk": NOWHERE, "code": "a" * 16}
    world.objects["attendance.absent"] = {"pk": NOWHERE, "attendance_pk": NOWHERE}
