"""The job of a confirmed roster: one transaction, in which everybody on it is credited, or nobody.

People not registered are created, without accounts; days are held; standings follow; everybody with an account is told.
Killed in the middle, nothing of it stands, and the next attempt starts anew.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_CEILING, Decimal
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from accounts.errors import InputError
from accounts.guard import require
from accounts.models import Region, User
from courses.commands.roster_rows import numbers_of
from courses.commands.rosters import telling
from courses.commands.rosters.days import ACTIVITY, hold_days
from courses.commands.rosters.moves import lock, moved, present_rows
from courses.commands.rosters.rechecking import recheck
from courses.models import Roster, RosterRow, RowVerdict
from courses.states import RosterState, check_roster
from hours_rules import Activity
from hours_rules.types import Notice
from office.audit.commands import record
from registry.commands import ledger
from registry.commands.rostered import RosteredPerson, people_create
from registry.commands.standing import lock_people
from registry.models import EntrySource, Practitioner
from registry.models.fields import to_tenths
from registry.queries.notices import has_notice, notice_of_year, notice_on, remember_for_request

Progress = Callable[[int, int, str], None]
SHOWN = 3
NAME_SQL = """
UPDATE courses_rosterrow r SET practitioner_id = p.id FROM registry_practitioner p
WHERE r.roster_id = %s AND r.revision = %s AND p.id_hash = r.id_hash AND r.practitioner_id IS DISTINCT FROM p.id
"""


def roster_credited(*, pk: int, actor: User, progress: Progress) -> dict[str, Any]:
    """Credit a roster that was handed in; the figures. Raises InputError `rows_changed`, Forbidden, Conflict.

    Done already (by an attempt that was thought lost), it changes nothing.
    """
    roster = Roster.objects.get(pk=pk)
    total = roster.counts["rows"]
    progress(0, total, "正在登记")
    with transaction.atomic(), remember_for_request():
        roster = lock(roster)
        if roster.state != RosterState.CONFIRMED:
            _confirmed(roster, actor)
            progress(total, total, "登记完毕")  # last: who lost the job meanwhile writes nothing
    return {"roster": roster.pk, "people": roster.counts["rows"], "created": roster.counts.get("created", 0)}


def _confirmed(roster: Roster, actor: User) -> None:
    require(actor, "courses.roster_confirm", roster)
    check_roster(roster, RosterState.CONFIRMED)
    created = _people(roster, actor)
    rows = list(present_rows(roster).select_related("practitioner"))
    lock_people(row.practitioner_id for row in rows if row.practitioner_id)
    _check(roster, actor)
    roster.counts["created"] = created
    roster.confirmed_by, roster.confirmed_at = actor, timezone.now()
    entries = _entries(roster, rows)
    ledger.post(actor=actor, entries=entries)
    hold_days(roster, {entry.practitioner.pk: to_tenths(entry.activity.hours or 0) for entry in entries})
    told = moved(roster, RosterState.CONFIRMED, actor=actor)
    record(action="roster.confirm", rows=len(rows), created=created, **told)
    telling.tell_unit(roster, "roster.confirmed", people=len(rows))
    telling.tell_people(roster, "roster.credited")


def _people(roster: Roster, actor: User) -> int:
    """Create those whom nobody has registered, and let every row name its person; how many are new."""
    with connection.cursor() as cursor:
        cursor.execute(NAME_SQL, [roster.pk, roster.revision])
        missing = list(present_rows(roster).filter(practitioner=None).select_related("employer__region"))
        if not missing:
            return 0
        homes = _homes(roster)
        before = Practitioner.objects.count()
        people_create(actor=actor, people=[_person(roster, row, homes) for row in missing])
        cursor.execute(NAME_SQL, [roster.pk, roster.revision])
    return Practitioner.objects.count() - before


def _homes(roster: Roster) -> dict[bool, Region]:
    """是否市属 → the region of whoever has no registered employer (**D**): 市本级; else the organiser's county.

    Where the organiser is municipal itself nobody knows the county: the city office keeps them until they name a unit.
    """
    city = Region.objects.get(is_city=True)
    unit = roster.training_class.organisation if roster.training_class else None
    return {True: city, False: unit.region if unit is not None else city}


def _person(roster: Roster, row: RosterRow, homes: Mapping[bool, Region]) -> RosteredPerson:
    number, phone = numbers_of(roster, row)
    unit = row.employer
    return RosteredPerson(
        name=row.name,
        id_number=number,
        phone=phone,
        series=row.series,
        title=row.title,
        title_level=row.title_level,
        organisation=unit,
        region=unit.region if unit is not None else homes[bool(row.is_municipal)],
    )


def _check(roster: Roster, actor: User) -> None:
    """What changed since the roster was handed in is found under the locks of everybody on it."""
    if not recheck(roster, actor=actor.pk):
        return
    wrong = present_rows(roster).filter(verdict=RowVerdict.ERROR)
    said = "".join(f"第{row.row}行：{row.problems[0]['text']}" for row in wrong[:SHOWN])
    raise InputError("rows_changed", f"报送之后情况有变，有{wrong.count()}行不能登记，请退回更正。{said}"[:300])


def _entries(roster: Roster, rows: Sequence[RosterRow]) -> list[ledger.NewEntry]:
    """One line of the ledger for each row: `training_class`, 二（二）2(3), days as on the timetable."""
    held = roster.training_class
    if held is None:
        return _history(roster, rows)
    notice = notice_on(held.last_day)
    facts = {
        "title": held.title,
        "organiser": held.organisation.name,
        "number": roster.number,
        "ended_on": held.last_day.isoformat(),
        "class": held.pk,
    }
    return [
        ledger.NewEntry(
            practitioner=_whose(row),
            year=held.last_day.year,
            activity=activity_of(roster, _hours(row), notice),
            notice=notice,
            source=EntrySource.ROSTER,
            source_id=row.pk,
            facts=facts,
        )
        for row in rows
    ]


def _history(roster: Roster, rows: Sequence[RosterRow]) -> list[ledger.NewEntry]:
    """An old ledger's lines: credited by the year's notice; of a year without one, as stated (**D**)."""
    year = roster.year or 0
    notice = notice_of_year(year) if has_notice(year) else None
    return [
        ledger.NewEntry(
            practitioner=_whose(row),
            year=year,
            activity=activity_of(roster, _hours(row), notice),
            notice=notice,
            source=EntrySource.HISTORY,
            source_id=row.pk,
            facts={
                "title": row.class_title or f"{year}年度学时台账",
                "organiser": row.training_unit,
                "number": roster.number,
            },
        )
        for row in rows
    ]


def activity_of(roster: Roster, hours: Decimal, notice: Notice | None) -> Activity:
    """What a row with these hours is credited on: the class's days, of an old ledger the fewest possible (**D**)."""
    days = roster.training_class.day_count if roster.training_class else _fewest_days(hours, notice)
    return Activity(ACTIVITY, hours=hours, days=days)


def _fewest_days(hours: Decimal, notice: Notice | None) -> int | None:
    """An old ledger states hours and no days: the fewest that the cap a day allows (**D**)."""
    cap = notice.activities[ACTIVITY].daily_cap if notice is not None else None
    return None if cap is None else int((hours / cap).to_integral_value(ROUND_CEILING))


def _whose(row: RosterRow) -> Practitioner:
    if row.practitioner is None:
        raise LookupError("every row names its person by now")
    return row.practitioner


def _hours(row: RosterRow) -> Decimal:
    if row.hours is None:
        raise LookupError("a row without an error states its hours")
    return Decimal(row.hours)
