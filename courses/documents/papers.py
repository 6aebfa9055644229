"""What stands on the two forms, field by field. What is not known yet is None or empty, and prints as a blank."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class OfficeOpinion:
    """The box of the city office: hours for the whole class as it fixed them, who examined it, whose seal, and when."""

    hours: Decimal
    reviewer: str
    office: str
    on: date


@dataclass(frozen=True, slots=True)
class Endorsement:
    """§三（二）: the county bureau examined a self-run class and agreed."""

    office: str
    reviewer: str
    on: date
    remark: str = ""


@dataclass(frozen=True, slots=True)
class LecturerLine:
    """A lecturer of the class plan."""

    name: str
    unit: str
    title: str


@dataclass(frozen=True, slots=True)
class LessonLine:
    """A lesson of the timetable, without times when it is studied online; `hours` are hours of study (学时)."""

    on: date
    starts: time | None
    ends: time | None
    topic: str
    lecturer: str
    hours: Decimal


@dataclass(frozen=True, slots=True)
class ClassPlan:
    """办班方案, which 附件1 note 2 wants with the form: lecturers, timetable, and what §三 and §四 ask of a class.

    `facts` are pairs of label and words (teaching form, level, specialties, how it assesses, …) in the order printed.
    """

    facts: tuple[tuple[str, str], ...] = ()
    lecturers: tuple[LecturerLine, ...] = ()
    lessons: tuple[LessonLine, ...] = ()
    endorsement: Endorsement | None = None

    @property
    def is_empty(self) -> bool:
        """Nothing to print yet."""
        return not (self.facts or self.lecturers or self.lessons or self.endorsement)


@dataclass(frozen=True, slots=True)
class ApplicationForm:
    """附件1. `daily_hours` are the hours of each day (they may differ), `hours` their sum as asked for.

    `number` is the 受理编号; `standing` is said at the foot of each page of a form that is not in force (草稿, 已取消).
    """

    unit: str
    code: str
    address: str
    contact: str
    title: str
    place: str
    content: str
    first_day: date | None = None
    last_day: date | None = None
    days: int | None = None
    daily_hours: tuple[Decimal, ...] = ()
    hours: Decimal | None = None
    planned: int | None = None
    opinion: OfficeOpinion | None = None
    plan: ClassPlan = ClassPlan()
    number: str = ""
    standing: str = ""


@dataclass(frozen=True, slots=True)
class RosterLine:
    """A person of 附件2, in the words that the form prints; ID number and phone in full."""

    training_unit: str
    class_title: str
    name: str
    sex: str
    employer: str
    id_number: str
    series: str
    title_level: str
    title: str
    hours: Decimal | None
    phone: str
    municipal: str


@dataclass(frozen=True, slots=True)
class RosterForm:
    """附件2 with its people in the order of the roster; `standing` as in `ApplicationForm` until it is confirmed."""

    filled_by: str = ""
    phone: str = ""
    filled_on: date | None = None
    number: str = ""
    standing: str = ""
    lines: tuple[RosterLine, ...] = ()


@dataclass(frozen=True, slots=True)
class RosterTemplate:
    """附件2 to fill in for one class: what each of the `planned` lines begins with; `hours` are the approved ones."""

    training_unit: str
    class_title: str
    hours: Decimal
    planned: int
