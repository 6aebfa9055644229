"""What the commands on rosters share: the locks, the class's standing, the move with its audit row, the facts."""

from __future__ import annotations

from typing import Any

from accounts.errors import Conflict
from accounts.guard import require
from accounts.models import User
from courses.models import ClassApplication, Roster, RosterRow
from courses.roster.facts import LEDGER, ClassFacts
from courses.roster.facts import facts_of as of_class
from courses.states import ApplicationState, RosterState, move_roster
from office.audit.commands import record
from office.jobs.models import Job
from office.jobs.states import UNDER_WAY


def locked(actor: User, permission: str, roster: Roster) -> Roster:
    """The roster as it stands, locked, once the guard has let the actor through.

    The class's application is locked first: whoever cancels a class waits, or is waited for. Raises Forbidden, Conflict
    `class_cancelled`.
    """
    require(actor, permission, roster)
    return lock(roster)


def lock(roster: Roster) -> Roster:
    """The locks alone, for the jobs."""
    if roster.training_class_id is not None:
        application = (
            ClassApplication.objects.select_for_update(no_key=True, of=("self",))
            .only("pk", "state")
            .get(training_class=roster.training_class_id)
        )
        if application.state != ApplicationState.APPROVED:
            raise Conflict("class_cancelled", "该培训班已取消，不能再办理学时登记。")
    rows = Roster.objects.select_for_update(of=("self",)).select_related(
        "training_class__organisation__region", "training_class__application", "submitted_by", "confirmed_by"
    )
    return rows.get(pk=roster.pk)


def moved(roster: Roster, to: RosterState, *, actor: User, reason: str = "") -> dict[str, Any]:
    """Move and save the locked roster; what `record` is to be told of it. Raises what `move_roster` raises."""
    before = roster.state
    move_roster(roster, to, actor=actor, reason=reason)
    return {"actor": actor, "obj": roster, "before": before, "after": roster.state, "reason": reason}


def judged_again(roster: Roster, to: RosterState, *, actor: User) -> None:
    """Move the locked roster by way of a check, which is done already, to where its rows allow."""
    record(action="roster.check", **moved(roster, RosterState.CHECKING, actor=actor))
    record(action="roster.checked", rows=roster.counts["rows"], **moved(roster, to, actor=actor))


def facts_of(roster: Roster) -> ClassFacts:
    """What the roster's rows are held against; nothing for a past year's ledger."""
    return LEDGER if roster.training_class is None else of_class(roster.training_class)


def present_rows(roster: Roster) -> Any:
    """The rows of the present revision, in the order of the sheet."""
    return RosterRow.objects.filter(roster=roster, revision=roster.revision).order_by("row")


def job_under_way(roster: Roster) -> bool:
    """Whether the roster's last job is not finished."""
    return roster.job_id is not None and Job.objects.filter(pk=roster.job_id, state__in=UNDER_WAY).exists()
