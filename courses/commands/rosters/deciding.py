"""What the city office does with a roster that was handed in: confirm it, return it, reverse it, tick off the paper."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from accounts.errors import Conflict, InputError
from accounts.models import User
from courses.commands.rosters import telling
from courses.commands.rosters.days import release_days
from courses.commands.rosters.moves import job_under_way, locked, moved, present_rows
from courses.models import Roster, RosterKind
from courses.states import RosterState, check_roster
from office.audit.commands import record
from office.jobs.commands import enqueue
from registry.commands import ledger
from registry.commands.claim_input import checked_reason
from registry.models import EntrySource

CONFIRM = "roster_confirm"
SOURCES = {RosterKind.CLASS: EntrySource.ROSTER, RosterKind.HISTORY: EntrySource.HISTORY}


@transaction.atomic
def roster_confirm(*, actor: User, roster: Roster) -> Roster:
    """Have a roster's hours registered by a job, all rows or none; asked for again, the job under way is the answer.

    Raises Forbidden (who handed it in; who is of the unit), Conflict (`state_moved`, `class_cancelled`).
    """
    roster = locked(actor, "courses.roster_confirm", roster)
    if roster.state == RosterState.CONFIRMED:
        return roster
    check_roster(roster, RosterState.CONFIRMED)
    if job_under_way(roster):
        return roster
    params = {"roster": roster.pk, "actor": actor.pk}
    job = enqueue(actor=actor, kind=CONFIRM, key=f"{CONFIRM}:{roster.pk}:{uuid4()}", params=params)
    roster.job_id = job.pk
    roster.save(update_fields=["job_id"])
    record(actor=actor, action="roster.confirm_ask", obj=roster, rows=roster.counts["rows"])
    return roster


@transaction.atomic
def roster_return(*, actor: User, roster: Roster, reason: str) -> Roster:
    """Send a roster back to be mended; its days are free again. Asked for twice, the first reason stands.

    Raises Forbidden, InputError `reason_missing`, Conflict (`state_moved`; `confirming` while hours are registered).
    """
    roster = locked(actor, "courses.roster_confirm", roster)
    reason = checked_reason(reason, needed=True)
    if roster.state == RosterState.RETURNED:
        return roster
    check_roster(roster, RosterState.RETURNED)
    if job_under_way(roster):
        raise Conflict("confirming", "本汇总表正在确认登记，不能退回。")
    record(action="roster.return", **moved(roster, RosterState.RETURNED, actor=actor, reason=reason))
    release_days(roster)
    telling.tell_unit(roster, "roster.returned", reason=reason)
    return roster


@transaction.atomic
def roster_reverse(*, actor: User, roster: Roster, reason: str) -> Roster:
    """Reverse everything a confirmed roster put in the ledger, by negative lines; all or nothing, once.

    The people keep their records; a new file or mended rows may be checked afterwards, as rows of a next revision.
    Raises Forbidden, InputError `reason_missing`, Conflict `state_moved`.
    """
    roster = locked(actor, "courses.roster_reverse", roster)
    reason = checked_reason(reason, needed=True)
    if roster.state == RosterState.REVERSED:
        return roster
    check_roster(roster, RosterState.REVERSED)
    rows = list(present_rows(roster).values_list("pk", flat=True))
    source = SOURCES[RosterKind(roster.kind)]
    gone = ledger.reverse_all(actor=actor, source=source, source_ids=rows, reason=reason)
    release_days(roster)
    told = moved(roster, RosterState.REVERSED, actor=actor, reason=reason)
    record(action="roster.reverse", entries=gone, **told)
    telling.tell_unit(roster, "roster.reversed", reason=reason)
    telling.tell_people(roster, "roster.taken_back", reason=reason)
    return roster


@transaction.atomic
def paper_received(*, actor: User, roster: Roster, received_on: date | None) -> Roster:
    """Tick off the stamped paper copy with the day it came (§三（二）: 纸质和电子); None takes the tick back.

    Raises Forbidden, InputError (field `received_on`): `not_handed_in`, `received_in_future`, `received_too_early`.
    """
    roster = locked(actor, "courses.roster_reverse", roster)
    if roster.paper_received_on == received_on:
        return roster
    if received_on is not None:
        _check_received(roster, received_on)
    before = roster.paper_received_on
    roster.paper_received_on = received_on
    roster.save(update_fields=["paper_received_on"])
    day = str(received_on or before)
    record(actor=actor, action="roster.paper" if received_on else "roster.paper_undo", obj=roster, received_on=day)
    return roster


def _check_received(roster: Roster, day: date) -> None:
    if roster.training_class is None or roster.submitted_at is None:
        raise InputError("not_handed_in", "汇总表报送后方可登记纸质件。", "received_on")
    if day > timezone.localdate():
        raise InputError("received_in_future", "收到日期不能晚于今天。", "received_on")
    if day < roster.training_class.last_day:
        raise InputError("received_too_early", "收到日期不能早于培训班结束日期。", "received_on")
