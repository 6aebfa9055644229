"""附件2 begun from attendance: everybody who was there, with the hours of their days; the unit mends the rest."""

from __future__ import annotations

from django.utils import timezone

from courses.documents.papers import RosterForm, RosterLine
from courses.documents.roster import NO, YES
from courses.models import TrainingClass
from courses.queries.attendance import Attendee, attendees_of


def roster_from_attendance(training_class: TrainingClass) -> RosterForm:
    """The form with a line for each person who was there; ID numbers and phones in full."""
    unit = training_class.organisation.name
    return RosterForm(
        filled_on=timezone.localdate(),
        lines=tuple(_line(unit, training_class.title, one) for one in attendees_of(training_class) if one.hours),
    )


def _line(unit: str, title: str, one: Attendee) -> RosterLine:
    person = one.practitioner
    employer = person.organisation
    return RosterLine(
        training_unit=unit,
        class_title=title,
        name=person.name,
        sex=person.get_sex_display(),
        employer=person.unit_name,
        id_number=person.id_number,
        series=person.specialty_name,
        title_level=person.get_title_level_display(),
        title=person.title,
        hours=one.hours,
        phone=person.phone,
        municipal=YES if employer and employer.is_municipal else NO,
    )
