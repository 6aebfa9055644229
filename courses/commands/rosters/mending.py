"""One row of a roster mended, added or taken out in the browser; all rows are then checked by the same code again."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import connection, transaction
from django.db.models import Max

from accounts.errors import Conflict, InputError
from accounts.models import User
from courses.commands.roster_rows import put
from courses.commands.rosters.moves import facts_of, judged_again, locked, present_rows
from courses.commands.rosters.rechecking import recheck, values_of
from courses.models import Roster, RosterRow
from courses.roster.check import check_row
from courses.states import ROSTER_MOVES, RosterState
from office.audit.commands import record

SECRET = ("id_number", "phone")  # shown as masks: left blank in the form, they stay as they are
COPIED = (
    "row, verdict, problems, mended, practitioner_id, training_unit, class_title, name, sex, employer_name,"
    " employer_id, id_number, id_hash, id_last4, phone, series, title_level, title, tenths, is_municipal"
)
COPY_SQL = f"""
INSERT INTO courses_rosterrow (roster_id, revision, {COPIED})
SELECT roster_id, revision + 1, {COPIED} FROM courses_rosterrow WHERE roster_id = %s AND revision = %s
"""


@transaction.atomic
def row_mend(*, actor: User, roster: Roster, row: int, values: Mapping[str, str]) -> RosterRow:
    """Put these values (by keys of columns, as typed) in the place of a row's; it is checked as the file was.

    ID number and phone left blank stay as they are. A value that does not hold is no refusal: the row then says so.
    Raises Forbidden, InputError `row_missing`, Conflict `state_moved`, `class_cancelled`.
    """
    roster = _opened(actor, roster)
    kept = _row(roster, row)
    secrets = {key: values.get(key) or text for key, text in values_of(roster, kept).items() if key in SECRET}
    return _put(actor, roster, row, {**values, **secrets}, "roster.row_mend")


@transaction.atomic
def row_add(*, actor: User, roster: Roster, values: Mapping[str, str]) -> RosterRow:
    """Add a person behind the last row. Raises what `row_mend` raises."""
    roster = _opened(actor, roster)
    last = present_rows(roster).aggregate(last=Max("row"))["last"] or 0
    return _put(actor, roster, last + 1, values, "roster.row_add")


@transaction.atomic
def row_delete(*, actor: User, roster: Roster, row: int) -> Roster:
    """Take a row out. One that is gone already is gone. Raises Forbidden, Conflict."""
    roster = _opened(actor, roster)
    gone, _ = present_rows(roster).filter(row=row).delete()
    if gone:
        _judge(actor, roster)
        record(actor=actor, action="roster.row_delete", obj=roster, row=row)
    return roster


def _put(actor: User, roster: Roster, row: int, values: Mapping[str, str], action: str) -> RosterRow:
    put(roster, check_row(row, values, facts_of(roster)))
    _judge(actor, roster)
    record(actor=actor, action=action, obj=roster, row=row)
    return _row(roster, row)


def _opened(actor: User, roster: Roster) -> Roster:
    """The roster, locked, in a state in which rows may be mended; a reversed one goes on with rows of its own."""
    roster = locked(actor, "courses.roster_write", roster)
    if RosterState.CHECKING not in ROSTER_MOVES[roster.state] or not roster.counts:
        raise Conflict("state_moved", f"本汇总表现为“{roster.get_state_display()}”，不能更正。")
    if roster.state == RosterState.REVERSED:
        with connection.cursor() as cursor:
            cursor.execute(COPY_SQL, [roster.pk, roster.revision])
        roster.revision += 1
    return roster


def _judge(actor: User, roster: Roster) -> None:
    """Check all rows and let the roster stand where they allow; the history tells only of what changed."""
    to = RosterState.IN_ERROR if recheck(roster) else RosterState.READY
    if roster.state == to:
        roster.save()
        return
    judged_again(roster, to, actor=actor)


def _row(roster: Roster, row: int) -> RosterRow:
    found: RosterRow | None = present_rows(roster).filter(row=row).first()
    if found is None:
        raise InputError("row_missing", f"汇总表中没有第{row}行。", "row")
    return found
