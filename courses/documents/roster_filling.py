"""What 附件2 says of a class and of its roster: taken from the tables, in the words it prints."""

from __future__ import annotations

from courses.commands.roster_rows import numbers_of
from courses.documents.papers import RosterForm, RosterLine, RosterTemplate
from courses.documents.roster import NO, YES
from courses.models import Roster, RosterRow, TrainingClass
from courses.queries.rosters import rows_of
from courses.states import RosterState
from registry.models import Sex, TitleLevel

_SEXES = {code: str(label) for code, label in Sex.choices}
_LEVELS = {code: str(label) for code, label in TitleLevel.choices}
_R = RosterState
_ROSTER_STANDING: dict[str, str] = {
    _R.READY: "未提交",
    _R.SUBMITTED: "待确认",
    _R.RETURNED: "已退回",
    _R.REVERSED: "已撤销",
}
# While a file is being checked or has errors, its rows are no roster yet.
PRINTABLE = frozenset({_R.READY, _R.SUBMITTED, _R.CONFIRMED, _R.RETURNED, _R.REVERSED})


def roster_template(training_class: TrainingClass) -> RosterTemplate:
    """附件2 to fill in for the class."""
    planned = training_class.application.planned_number or 1
    return RosterTemplate(training_class.organisation.name, training_class.title, training_class.hours, planned)


def roster_form(roster: Roster) -> RosterForm:
    """附件2 as it stands, with ID numbers and phones in full."""
    return RosterForm(
        filled_by=roster.filler,
        phone=roster.filler_phone,
        filled_on=roster.filled_on,
        number=roster.number or "",
        standing=_ROSTER_STANDING.get(roster.state, ""),
        lines=tuple(_line(roster, row) for row in rows_of(roster)),
    )


def _line(roster: Roster, row: RosterRow) -> RosterLine:
    id_number, phone = numbers_of(roster, row)
    municipal = "" if row.is_municipal is None else YES if row.is_municipal else NO
    return RosterLine(
        training_unit=row.training_unit,
        class_title=row.class_title,
        name=row.name,
        sex=_SEXES.get(row.sex, row.sex),
        employer=row.employer_name,
        id_number=id_number,
        series=row.series,
        title_level=_LEVELS.get(row.title_level, row.title_level),
        title=row.title,
        hours=row.hours,
        phone=phone,
        municipal=municipal,
    )
