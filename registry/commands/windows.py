"""When a year's activities may be claimed (§三（四）, 在规定时间内): judged at every door, reopened for one person."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.errors import InputError
from accounts.guard import require
from accounts.models import User
from accounts.texts import check_text
from office.audit.commands import record
from office.messages.commands import send
from registry.commands.standing import lock_people
from registry.models import Claim, Practitioner, WindowReopening
from registry.queries.notices import has_notice
from registry.queries.yearly import Window, reopened_until, window_of

MOST_DAYS = 92  # a reopening is an exception: about a quarter of a year at most


def check_still_open(practitioner: Practitioner, year: int) -> None:
    """InputError `window_closed` (field `ended_on`) when nothing of the year can be handed in any more.

    A window still to come is no reason not to prepare a claim: `check_open` says so when it is handed in.
    """
    window, today = window_of(year), timezone.localdate()
    if today > window.closes_on and reopened_until(practitioner, year, today) is None:
        raise InputError("window_closed", f"{_when(window)}，现已截止，不能再申报。{_ask()}", "ended_on")


def check_open(claim: Claim) -> None:
    """What may be handed in today. InputError `window_closed`, `window_not_open` (field `ended_on`), with the dates.

    **D** What was handed in within the window and returned may be handed in again after it: the person was in time.
    """
    if claim.submitted_at is not None:
        return
    check_still_open(claim.practitioner, claim.year)
    window, today = window_of(claim.year), timezone.localdate()
    if today < window.opens_on and reopened_until(claim.practitioner, claim.year, today) is None:
        raise InputError("window_not_open", f"{_when(window)}，尚未开始，届时方可提交；草稿已保存。", "ended_on")


@transaction.atomic
def window_reopen(*, actor: User, practitioner: Practitioner, year: int, until: date, reason: str) -> WindowReopening:
    """Open a year again for one person, until the end of `until`. The same thing asked for twice is done once.

    Raises Forbidden, InputError `year_without_notice`, `until_past`, `until_far`, `still_open`, `reason_missing`.
    """
    require(actor, "registry.window_reopen", practitioner)
    said = _reason(reason)
    _check(year, until)
    lock_people([practitioner.pk])
    same = WindowReopening.objects.filter(
        practitioner=practitioner, year=year, until=until, reason=said, opened_by=actor, closed_at=None
    ).first()
    if same is not None:
        return same
    row = WindowReopening.objects.create(
        practitioner=practitioner, year=year, until=until, reason=said, opened_by=actor
    )
    record(actor=actor, action="window.reopen", obj=practitioner, after=f"{until}", reason=said, year=year)
    if practitioner.user is not None:
        send(
            to=practitioner.user,
            kind="window.reopened",
            key=f"window_reopening:{row.pk}",
            link=reverse("registry:claim_new"),
            year=year,
            until=_day(until),
            reason=said,
        )
    return row


@transaction.atomic
def window_close(*, actor: User, reopening: WindowReopening) -> WindowReopening:
    """End a reopening before its day. Asked for twice, once is done."""
    require(actor, "registry.window_reopen", reopening.practitioner)
    row = WindowReopening.objects.select_for_update(of=("self",)).select_related("practitioner").get(pk=reopening.pk)
    if row.closed_at is None:
        row.closed_at, row.closed_by = timezone.now(), actor
        row.save(update_fields=["closed_at", "closed_by"])
        record(actor=actor, action="window.close", obj=row.practitioner, before=f"{row.until}", year=row.year)
    return row


def _check(year: int, until: date) -> None:
    if not has_notice(year):
        raise InputError("year_without_notice", f"{year}年没有生效的通知。", "year")
    today = timezone.localdate()
    if until < today:
        raise InputError("until_past", "截止日期不能早于今天。", "until")
    if until > today + timedelta(days=MOST_DAYS):
        raise InputError("until_far", f"个人补登最长{MOST_DAYS}天，请缩短期限。", "until")
    window = window_of(year)
    if window.is_open(today) and until <= window.closes_on:
        raise InputError("still_open", f"{_when(window)}，现在可以正常申报，不用为个人开放。", "until")


def _reason(text: str) -> str:
    said = text.strip()
    if not said:
        raise InputError("reason_missing", "请写明理由。", "reason")
    check_text(said, "reason", "理由", 300, lines=True)
    return said


def _when(window: Window) -> str:
    return f"{window.year}年度学时的登记时间为{_day(window.opens_on)}至{_day(window.closes_on)}"


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _ask() -> str:
    return "确需补登的，请向市学时办说明理由，由其为您重新开放。"
