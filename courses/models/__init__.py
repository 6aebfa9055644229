"""Tables of the courses room."""

from courses.models.applications import (
    ApplicationPart,
    Assessment,
    Attachment,
    AttachmentKind,
    ClassApplication,
    ClassApplicationStep,
    Delivery,
    Lecturer,
    Session,
)
from courses.models.attendance import Attendance, CheckIn
from courses.models.classes import TrainingClass
from courses.models.rosters import Roster, RosterKind, RosterRow, RosterStep, RowVerdict

__all__ = [
    "ApplicationPart",
    "Assessment",
    "Attachment",
    "AttachmentKind",
    "Attendance",
    "CheckIn",
    "ClassApplication",
    "ClassApplicationStep",
    "Delivery",
    "Lecturer",
    "Roster",
    "RosterKind",
    "RosterRow",
    "RosterStep",
    "RowVerdict",
    "Session",
    "TrainingClass",
]
