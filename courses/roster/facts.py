"""What a roster is held against: the approved class as the check needs it, or nothing at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from courses.models import Session, TrainingClass


@dataclass(frozen=True, slots=True)
class ClassFacts:
    """An approved class: its name and organiser, the hours the office approved for each person, the different days of
    its timetable, the people it planned for. Without a class all are None, and nothing is held against them.

    `roster`: the id of the class's roster, under which it holds its days (`registry.models.ActivitySpan`, source
    ROSTER), so that a roster checked again does not overlap with itself. `is_ledger`: an office's ledger of a past
    year, in which a person stands once for each class they took part in.
    """

    name: str | None = None
    organiser: str | None = None
    hours: Decimal | None = None
    days: frozenset[date] | None = None
    planned: int | None = None
    roster: int | None = None
    is_ledger: bool = False

    @property
    def last_day(self) -> date | None:
        """The last day, whose notice judges the hours."""
        return max(self.days) if self.days else None


NO_CLASS = ClassFacts()
LEDGER = ClassFacts(is_ledger=True)


def facts_of(training_class: TrainingClass) -> ClassFacts:
    """The facts of an approved class."""
    days = Session.objects.filter(application=training_class.application_id).values_list("day", flat=True)
    roster = getattr(training_class, "roster", None)
    return ClassFacts(
        name=training_class.title,
        organiser=training_class.organisation.name,
        hours=training_class.hours,
        days=frozenset(days),
        planned=training_class.application.planned_number,
        roster=roster.pk if roster else None,
    )
