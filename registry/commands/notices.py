"""Notices: a draft is loaded, proposed by one person of the city office and put in force by another.

What is put in force judges from that moment on: claims by the day their activity ended, years by their last day. The
years it judges are composed anew by a job (`registry.tasks`), since every standing may change.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.errors import Conflict, InputError
from accounts.guard import require
from accounts.models import User
from hours_rules import RuleError
from hours_rules.notices import check, load, together
from hours_rules.types import Notice
from office.audit.commands import record
from office.jobs.commands import enqueue
from office.jobs.models import Job
from registry.commands.claim_input import checked_reason
from registry.models import HourEntry, NoticeVersion
from registry.queries.notices import forget, others_in_force, years_judged
from registry.states import NoticeState, move_notice

RECOMPOSE = "notice_recompose"
MOST_CHARACTERS = 200_000


@transaction.atomic
def notice_seed(texts: list[str]) -> list[NoticeVersion]:
    """Bring in what the package ships, each text once: in force at the first set-up, later as a draft.

    A text that a later package ships anew under a number already known waits as a draft, too: it replaces what is in
    force once two people of the city office want it to.
    """
    first_set_up = not NoticeVersion.objects.exists()
    known = {bytes(sha256) for sha256 in NoticeVersion.objects.values_list("sha256", flat=True)}
    made = []
    for text in texts:
        notice = load(text)
        if sha256(text.encode()).digest() in known:
            continue
        state = NoticeState.IN_FORCE if first_set_up else NoticeState.DRAFT
        since = timezone.now() if first_set_up else None
        made.append(
            NoticeVersion.objects.create(**_head(notice, text), state=state, in_force_at=since, remark="随系统发布"),
        )
    return made


@transaction.atomic
def notice_draft(*, actor: User, text: str, remark: str = "") -> NoticeVersion:
    """Load a text as a draft. InputError (field `text`) lists every mistake with its line; nothing is kept then."""
    require(actor, "registry.notices_keep")
    text = _plain(text)
    notice = load(text)
    _check_beside_others(notice)
    version = NoticeVersion.objects.create(
        **_head(notice, text),
        state=NoticeState.DRAFT,
        drafted_by=actor,
        remark=remark.strip(),
    )
    record(actor=actor, action="notice.draft", obj=version, after=version.state, sha256=version.sha256_hex)
    return version


@transaction.atomic
def notice_propose(*, actor: User, version: NoticeVersion) -> NoticeVersion:
    """Ask a second person to put a draft in force."""
    require(actor, "registry.notices_keep")
    version = _locked(version)
    if version.state == NoticeState.PROPOSED and version.proposed_by_id == actor.pk:
        return version
    _check_beside_others(load(version.text))
    _move(actor, version, NoticeState.PROPOSED, "notice.propose")
    version.proposed_by, version.proposed_at = actor, timezone.now()
    version.save()
    return version


@transaction.atomic
def notice_agree(*, actor: User, version: NoticeVersion) -> Job:
    """Put a proposed version in force, as somebody else than its proposer; what it replaces stops judging.

    Answers the job that composes the years it judges anew. Raises Conflict `second_person`, InputError when entries of
    those years stand on an activity that the version does not know.
    """
    require(actor, "registry.notices_keep")
    version = _locked(version)
    if version.state == NoticeState.IN_FORCE and version.agreed_by_id == actor.pk:
        return Job.objects.get(key=_job_key(version))
    years = _put_in_force(actor, version)
    return enqueue(actor=actor, kind=RECOMPOSE, key=_job_key(version), params={"years": years})


@transaction.atomic
def notice_correct(*, actor: User, version: NoticeVersion) -> list[int]:
    """Put a proposed version in force as `notice_agree` does, for a caller that credits and composes its years itself.

    Answers those years. Raises what `notice_agree` raises. One that is in force already answers none.
    """
    require(actor, "registry.notices_keep")
    version = _locked(version)
    return [] if version.state == NoticeState.IN_FORCE else _put_in_force(actor, version)


@transaction.atomic
def notice_send_back(*, actor: User, version: NoticeVersion, reason: str) -> NoticeVersion:
    """The second person does not agree: it is a draft again."""
    require(actor, "registry.notices_keep")
    version = _locked(version)
    _move(actor, version, NoticeState.DRAFT, "notice.send_back", reason=checked_reason(reason, needed=True))
    version.proposed_by = version.proposed_at = None
    version.save()
    return version


@transaction.atomic
def notice_discard(*, actor: User, version: NoticeVersion, reason: str) -> NoticeVersion:
    """Give a draft up; it stays in the list, marked."""
    require(actor, "registry.notices_keep")
    version = _locked(version)
    _move(actor, version, NoticeState.DISCARDED, "notice.discard", reason=checked_reason(reason, needed=True))
    version.save()
    return version


def _put_in_force(actor: User, version: NoticeVersion) -> list[int]:
    if version.proposed_by_id == actor.pk:
        raise Conflict("second_person", "须由提出人以外的另一人复核生效。")
    notice = load(version.text)
    _check_beside_others(notice)
    years = years_judged(notice)
    _check_entries(notice, years)
    _replace(actor, notice)
    _move(actor, version, NoticeState.IN_FORCE, "notice.in_force", years=years)
    version.agreed_by, version.in_force_at = actor, timezone.now()
    version.save()
    forget()
    return years


def _plain(text: str) -> str:
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    if len(text) > MOST_CHARACTERS:
        raise InputError("text_too_long", f"文本超过{MOST_CHARACTERS}字，请核对是否选错了文件。", "text")
    if mistakes := check(text):
        raise InputError("bad_notice", "\n".join(mistakes), "text")
    return text


def _head(notice: Notice, text: str) -> dict[str, Any]:
    digest = sha256(text.encode()).digest()
    return {
        "notice_id": notice.id,
        "title": notice.title,
        "valid_from": notice.valid_from,
        "text": text,
        "sha256": digest,
    }


def _check_beside_others(notice: Notice) -> None:
    """Codes and numbers hold across all notices, for the ledger keeps the number, those replaced included."""
    before = [load(text) for text in _texts_ever_in_force()]
    try:
        together([*others_in_force(notice), notice])
        for old in before:
            together([_renamed(old), notice])
    except RuleError as error:
        raise InputError("bad_notice", str(error), "text") from error


def _texts_ever_in_force() -> list[str]:
    ever = NoticeVersion.objects.filter(state__in=[NoticeState.IN_FORCE, NoticeState.REPLACED])
    return list(ever.values_list("text", flat=True))


def _renamed(notice: Notice) -> Notice:
    """An earlier version under a number and first day of its own, so that only codes and numbers are compared."""
    return replace(notice, id=f"{notice.id}（曾用）", valid_from=date.min)


def _check_entries(notice: Notice, years: list[int]) -> None:
    known = [rule.number for rule in notice.activities.values()]
    stray = HourEntry.objects.filter(year__in=years).exclude(activity__in=known).values_list("year", flat=True).first()
    if stray is not None:
        raise InputError("entries_unknown", f"{stray}年度的台账中有该版本没有列入的事项，不能生效。", "text")


def _replace(actor: User, notice: Notice) -> None:
    same = NoticeVersion.objects.select_for_update().filter(state=NoticeState.IN_FORCE)
    for old in same:
        if old.notice_id == notice.id or old.valid_from == notice.valid_from:
            _move(actor, old, NoticeState.REPLACED, "notice.replaced")
            old.replaced_at = timezone.now()
            old.save()


def _move(actor: User, version: NoticeVersion, to: NoticeState, action: str, **more: Any) -> None:
    before = version.state
    move_notice(version, to)
    record(actor=actor, action=action, obj=version, before=before, after=to, **more)


def _locked(version: NoticeVersion) -> NoticeVersion:
    return NoticeVersion.objects.select_for_update().get(pk=version.pk)


def _job_key(version: NoticeVersion) -> str:
    return f"{RECOMPOSE}:{version.pk}"
