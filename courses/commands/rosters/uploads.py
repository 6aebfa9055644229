"""A roster's workbook handed over, and the job that reads and checks it."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.utils import timezone

from accounts.errors import Conflict, InputError
from accounts.guard import require
from accounts.models import User
from courses.commands.roster_check import Progress, read_and_stage
from courses.commands.rosters import files
from courses.commands.rosters.moves import facts_of, lock, locked, moved
from courses.commands.rosters.opening import history_open
from courses.models import Roster, RosterKind
from courses.roster.filler import Filler
from courses.states import ROSTER_MOVES, RosterState
from office.audit.commands import record
from office.jobs.commands import enqueue

CHECK = "roster_check"
FIRST_YEAR = 1980
# Handed over and not undone: the same file once more brings nothing new.
STANDING = (
    RosterState.CHECKING,
    RosterState.IN_ERROR,
    RosterState.READY,
    RosterState.SUBMITTED,
    RosterState.CONFIRMED,
)


@transaction.atomic
def roster_upload(*, actor: User, roster: Roster, upload: UploadedFile[bytes]) -> Roster:
    """Take a roster's workbook in and have it checked; the file that stands already changes nothing.

    Raises Forbidden, Conflict (`class_cancelled`; `state_moved` while a check or a decision is under way), InputError
    (field `file`): `storage_full` and the codes of `office.sheets` for what is no workbook at all. What cannot be read
    is found by the job and told on the roster's page (`file_problem`).
    """
    require(actor, "courses.roster_write", roster)
    book = files.look_at(upload)
    return _taken(actor, locked(actor, "courses.roster_write", roster), book)


@transaction.atomic
def history_upload(*, actor: User, year: int, upload: UploadedFile[bytes]) -> Roster:
    """Take an office's old ledger of a year in (附件2 layout), to be checked like a class's roster.

    The same file of the same year answers the ledger that stands. Raises Forbidden, InputError `year_wrong`, and what
    `roster_upload` raises of the file.
    """
    require(actor, "courses.history")
    if not FIRST_YEAR <= year <= timezone.localdate().year:
        raise InputError("year_wrong", f"年度应为{FIRST_YEAR}年至今年。", "year")
    book = files.look_at(upload)
    with connection.cursor() as cursor:  # the second of two posts of one file waits here for the first
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"history:{book.sha256.hex()}"])
    same = Roster.objects.filter(kind=RosterKind.HISTORY, year=year, file_sha256=book.sha256, state__in=STANDING)
    if (existing := same.first()) is not None:
        return existing
    return _taken(actor, lock(history_open(actor=actor, year=year)), book)


@transaction.atomic
def roster_check_again(*, actor: User, roster: Roster) -> Roster:
    """Check the file anew, after units or people were registered. Mended rows would be lost: Conflict `rows_mended`."""
    roster = locked(actor, "courses.roster_write", roster)
    if roster.state == RosterState.CHECKING:
        return roster
    if not roster.file:
        raise InputError("file_missing", "还没有上传汇总表。", "file")
    if roster.rows.filter(revision=roster.revision, mended=True).exists():
        raise Conflict("rows_mended", "已有在线更正的行，重新核对文件会丢失更正。请逐行更正，或上传更正后的文件。")
    return _asked(actor, roster, "roster.check")


def roster_checked(*, pk: int, actor: User, progress: Progress) -> Roster:
    """The job: read the file and check every row. May be run again after any crash: it writes all at once."""
    roster = Roster.objects.get(pk=pk)
    if roster.state != RosterState.CHECKING:
        return roster
    progress(0, 1, "正在读取并核对每一行")
    try:
        return _check(roster, actor, progress)
    except InputError as error:
        return _unreadable(roster, actor, error.message)


def _taken(actor: User, roster: Roster, book: files.Workbook) -> Roster:
    same = roster.file_sha256 is not None and bytes(roster.file_sha256) == book.sha256
    if same and roster.state in STANDING:
        return roster
    if RosterState.CHECKING not in ROSTER_MOVES[roster.state] or roster.state == RosterState.CHECKING:
        _refuse(roster)
    with files.kept(roster, book):
        return _asked(actor, roster, "roster.upload", sha256=book.sha256.hex())


def _refuse(roster: Roster) -> None:
    if roster.state == RosterState.CHECKING:
        raise Conflict("state_moved", "上一次上传的文件正在核对，请待核对结束后再上传。")
    moved_by = roster.steps.order_by("-id").first()
    who = f"已由{moved_by.actor_name}" if moved_by else "现"
    raise Conflict("state_moved", f"本汇总表{who}变更为“{roster.get_state_display()}”，不能再上传文件。")


def _asked(actor: User, roster: Roster, action: str, **more: Any) -> Roster:
    """Move on to the check and write its job; lines of a reversed roster keep their rows (`revision`)."""
    if roster.state == RosterState.REVERSED:
        roster.revision += 1
    job = enqueue(
        actor=actor,
        kind=CHECK,
        key=f"{CHECK}:{roster.pk}:{uuid4()}",
        params={"roster": roster.pk, "actor": actor.pk},
    )
    roster.job_id, roster.file_problem = job.pk, ""
    record(action=action, **more, **moved(roster, RosterState.CHECKING, actor=actor))
    return roster


def _check(roster: Roster, actor: User, progress: Progress) -> Roster:
    data = files.opened(roster)
    with transaction.atomic():
        roster = Roster.objects.select_for_update(of=("self",)).get(pk=roster.pk)
        if roster.state != RosterState.CHECKING:  # done by an attempt that was thought lost
            return roster
        found = read_and_stage(
            roster=roster,
            data=data,
            name=roster.file_name,
            facts=facts_of(roster),
            limits=files.limits(),
        )
        roster.counts, roster.headings = dict(found.counts), dict(found.headings)
        _take_filler(roster, found.filler)
        to = RosterState.IN_ERROR if found.has_errors else RosterState.READY
        record(action="roster.checked", rows=roster.counts["rows"], **moved(roster, to, actor=actor))
        progress(1, 1, "核对完毕")  # last: who lost the job meanwhile writes nothing
        return roster


def _take_filler(roster: Roster, said: Filler) -> None:
    """填报人, 联系电话 and 填报日期 of the file, for the hand-in to begin with; a day that cannot be stays out."""
    roster.filler, roster.filler_phone = said.name or roster.filler, said.phone or roster.filler_phone
    held = roster.training_class
    if said.on and said.on <= timezone.localdate() and not (held and said.on < held.first_day):
        roster.filled_on = said.on


@transaction.atomic
def _unreadable(roster: Roster, actor: User, why: str) -> Roster:
    roster = Roster.objects.select_for_update(of=("self",)).get(pk=roster.pk)
    if roster.state != RosterState.CHECKING:
        return roster
    roster.rows.filter(revision=roster.revision).delete()
    roster.file_problem, roster.counts, roster.headings = why[:600], {}, {}
    record(action="roster.unreadable", **moved(roster, RosterState.IN_ERROR, actor=actor))
    return roster
