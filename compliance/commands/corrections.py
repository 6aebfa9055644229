"""A corrected notice for years already in use: proposed on a trial, agreed to by a second person, posted by a job.

What is agreed to is the rule: the version comes into force, and every line of its years is credited again by it, those
included that came in after the trial. Each bucket is one transaction under its lock: reversals, new lines, standings,
messages and the job's place. A line is reversed once and corrected once (both unique in the database), and a line that
already stands as the version has it is left alone: so a job started again writes what is missing, and nothing twice.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.models import F
from django.urls import reverse

from accounts.errors import Conflict, InputError
from accounts.guard import require
from accounts.models import Region, User
from accounts.texts import check_text
from compliance.models import Correction, Trial
from compliance.states import CORRECTION_LIVE, CorrectionState, move_correction
from hours_rules.notices import load
from hours_rules.types import Notice
from office.audit.commands import record
from office.jobs.commands import enqueue
from office.messages.commands import send, send_many
from registry.commands import ledger
from registry.commands.claim_input import checked_reason
from registry.commands.notices import notice_correct, notice_propose, notice_send_back
from registry.commands.standing import BUCKET_SIZE, buckets, lock_bucket, refresh_bucket
from registry.models import NoticeVersion, Practitioner
from registry.queries.notices import years_judged
from registry.queries.second_looks import others_who_review
from registry.states import NoticeState

KIND = "correction"
Progress = Callable[[int, int, int], None]


@transaction.atomic
def correction_propose(*, actor: User, trial: Trial, authority: str, reason: str) -> Correction:
    """Ask a second person to agree to a tried draft as a correction of its years. The same trial is one correction.

    Raises Forbidden, Conflict `state_moved` (the version is no draft any more), and InputError: `trial_unfinished`,
    `years_not_tried` (another trial is needed), `authority_missing`, `reason_missing`, and those of `notice_propose`.
    """
    require(actor, "compliance.correct")
    said, why = _checked_authority(authority), checked_reason(reason, needed=True)
    version = NoticeVersion.objects.select_for_update().get(pk=trial.version_id)
    live = Correction.objects.filter(version=version, state__in=CORRECTION_LIVE).first()
    if live is not None and live.trial_id == trial.pk:
        return live
    if trial.finished_at is None:
        raise InputError("trial_unfinished", "试算还没有完成，请稍候。", "trial")
    years = years_judged(load(version.text))
    if not years or sorted(years) != trial.years:
        raise InputError("years_not_tried", f"提出更正前，须用{_in_words(years)}的学时试算。", "trial")
    notice_propose(actor=actor, version=version)
    row = Correction.objects.create(
        version=version, trial=trial, years=trial.years, authority=said, reason=why, proposed_by=actor
    )
    _record(actor, "correction.propose", row, before="", reason=why)
    for user in others_who_review(Region.objects.get(is_city=True), [actor]):
        key, name = f"correction:{row.pk}:proposed", actor.display_name
        send(to=user, kind="correction.proposed", key=key, link=_address(row), actor=name, notice=version.notice_id)
    return row


@transaction.atomic
def correction_agree(*, actor: User, correction: Correction) -> Correction:
    """Agree as somebody else than the proposer: the version comes into force, and a job credits its years again.

    Raises Forbidden, Conflict `second_person` and `state_moved`, and InputError as `registry` does when a version that
    does not fit its years is put in force.
    """
    row = _locked(actor, correction)
    if row.state in (CorrectionState.POSTING, CorrectionState.POSTED) and row.decided_by_id == actor.pk:
        return row
    _check_second(actor, row)
    before = row.state
    move_correction(row, CorrectionState.POSTING, actor=actor)
    years = notice_correct(actor=actor, version=row.version)
    row.years = sorted({*row.years, *years})
    row.job = enqueue(actor=actor, kind=KIND, key=f"{KIND}:{row.pk}", params={"correction": row.pk})
    row.save()
    _record(actor, "correction.agree", row, before=before, reason=row.reason)
    return row


@transaction.atomic
def correction_refuse(*, actor: User, correction: Correction, reason: str) -> Correction:
    """The second person does not agree: the version is a draft again, and the proposer is told why."""
    row = _locked(actor, correction)
    why = checked_reason(reason, needed=True)
    if row.state == CorrectionState.REFUSED and row.decided_by_id == actor.pk:
        return row
    _check_second(actor, row)
    before = row.state
    move_correction(row, CorrectionState.REFUSED, actor=actor, remark=why)
    _draft_again(actor, row, why)
    _record(actor, "correction.refuse", row, before=before, reason=why)
    key, link = f"correction:{row.pk}:refused", _address(row)
    said = {"actor": actor.display_name, "notice": row.version.notice_id, "reason": why}
    send(to=row.proposed_by, kind="correction.refused", key=key, link=link, **said)
    return row


@transaction.atomic
def correction_withdraw(*, actor: User, correction: Correction) -> Correction:
    """The proposer takes it back before anybody decided; the version is a draft again. Asked twice, once is done."""
    row = _locked(actor, correction)
    if row.proposed_by_id != actor.pk:
        raise Conflict("not_the_proposer", "只有提出人可以撤回。")
    if row.state != CorrectionState.WITHDRAWN:
        before = row.state
        move_correction(row, CorrectionState.WITHDRAWN, actor=actor)
        _draft_again(actor, row, "撤回更正")
        _record(actor, "correction.withdraw", row, before=before, reason="")
    return row


def correction_post(*, correction: Correction, start: int = 0, progress: Progress) -> dict[str, Any]:
    """Post what was agreed to, bucket by bucket from step `start` on; `progress` stands with each bucket's rows."""
    notice = load(correction.version.text)
    steps = [(year, bucket) for year in correction.years for bucket in buckets()]
    for done, (year, bucket) in enumerate(steps[start:], start + 1):
        with transaction.atomic():
            post_bucket(correction, notice, year, bucket)
            progress(done, len(steps), year)
    with transaction.atomic():
        row = Correction.objects.select_for_update().get(pk=correction.pk)
        if row.state == CorrectionState.POSTING:
            move_correction(row, CorrectionState.POSTED, actor=row.decided_by)
            _record(None, "correction.posted", row, before=CorrectionState.POSTING, reason="")
    return {"correction": row.pk}


def post_bucket(correction: Correction, notice: Notice, year: int, bucket: int) -> None:
    """One bucket's year: lines credited again, standings refreshed, those told whose lines moved."""
    lock_bucket(bucket)
    low, high = bucket * BUCKET_SIZE, (bucket + 1) * BUCKET_SIZE - 1
    actor = correction.decided_by
    if actor is None:
        raise ValueError("a correction that is posted was agreed to by somebody")
    reason = f"更正（{correction.authority}）：{correction.reason}"[:500]
    done = ledger.recredit_lines(actor=actor, notice=notice, year=year, low=low, high=high, reason=reason)
    found = refresh_bucket(bucket, year)
    Correction.objects.filter(pk=correction.pk).update(
        reversed_lines=F("reversed_lines") + done.reversed,
        posted_lines=F("posted_lines") + done.posted,
        standings=F("standings") + found.added + found.changed,
    )
    _tell_people(correction, year, done.people)


def _tell_people(correction: Correction, year: int, ids: list[int]) -> None:
    people = Practitioner.objects.filter(pk__in=ids, user__isnull=False).select_related("user")
    said = {"year": year, "notice": correction.version.notice_id, "authority": correction.authority}
    send_many(
        to={person.user: said for person in people if person.user is not None},
        kind="correction.posted",
        key=f"correction:{correction.pk}:{year}",
        link=reverse("registry:ledger_year", args=[year]),
    )


def _locked(actor: User, correction: Correction) -> Correction:
    require(actor, "compliance.correct")
    rows = Correction.objects.select_for_update(of=("self",))
    return rows.select_related("version", "trial", "proposed_by", "decided_by").get(pk=correction.pk)


def _check_second(actor: User, row: Correction) -> None:
    if row.proposed_by_id == actor.pk:
        raise Conflict("second_person", "须由提出人以外的另一人复核。")


def _draft_again(actor: User, row: Correction, reason: str) -> None:
    if row.version.state == NoticeState.PROPOSED:
        notice_send_back(actor=actor, version=row.version, reason=reason)


def _checked_authority(text: str) -> str:
    said = text.strip()
    if not said:
        raise InputError("authority_missing", "请写明所依据的文件。", "authority")
    check_text(said, "authority", "依据", Correction._meta.get_field("authority").max_length)
    return said


def _in_words(years: list[int]) -> str:
    return "、".join(f"{year}年" for year in years) or "该稿适用的年度（目前没有）"


def _address(row: Correction) -> str:
    return reverse("compliance:correction", args=[row.pk])


def _record(actor: User | None, action: str, row: Correction, *, before: str, reason: str) -> None:
    more: dict[str, Any] = {"years": row.years, "authority": row.authority, "notice": row.version.notice_id}
    record(actor=actor, action=action, obj=row, before=before, after=row.state, reason=reason, **more)
