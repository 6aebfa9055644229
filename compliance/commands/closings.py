"""Closing an office's year: the result of its review frozen as a numbered statement, superseded by the next one."""

from __future__ import annotations

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.errors import InputError
from accounts.guard import require
from accounts.models import Region, User
from compliance.commands.closing_locks import hold_year
from compliance.models import YearClosing
from compliance.queries.closings import Draft, draft, in_the_way
from compliance.queries.reviews import progress_of
from office.audit.commands import record
from office.messages.commands import send
from registry.queries.notices import has_notice, notice_of_year
from registry.queries.second_looks import others_who_review


@transaction.atomic
def year_close(*, actor: User, region: Region, year: int) -> YearClosing:
    """Freeze the office's year as it is now; when nothing has changed since the last statement, that is the answer.

    Raises Forbidden, and InputError `not_to_be_closed` that tells everything in the way: the year lasts, may still be
    claimed for, or people who meet it or whose sign-off fell open await a decision.
    """
    require(actor, "compliance.close_year", region)
    if not has_notice(year):
        raise InputError("year_without_notice", f"{year}年没有生效的通知，不能办结。", field="year")
    hold_year(year, [region.pk], alone=True)
    if reasons := in_the_way(year, progress_of(region, year)):
        raise InputError("not_to_be_closed", "".join(reasons))
    last = YearClosing.objects.filter(year=year, region=region).order_by("-sequence").first()
    now = draft(year, region)
    if last is not None and (last.figures, last.rows) == (now.figures, now.rows):
        return last
    closing = _frozen(actor, region, year, last, now)
    record(
        actor=actor,
        action="year.close",
        obj=closing,
        before=last.number if last else "",
        after=closing.number,
        year=year,
        rows=len(closing.rows),
        sha256=closing.sha256,
    )
    _tell(closing, actor)
    return closing


def _frozen(actor: User, region: Region, year: int, last: YearClosing | None, now: Draft) -> YearClosing:
    sequence = last.sequence + 1 if last else 1
    closing = YearClosing(
        number=f"NS{year}{region.order:02d}{sequence:02d}",
        year=year,
        region=region,
        sequence=sequence,
        office_name=region.office_name,
        notice_id=notice_of_year(year).id,
        closed_at=timezone.now(),
        closed_by=actor,
        closed_by_name=actor.display_name,
        supersedes=last,
        figures=now.figures,
        rows=now.rows,
    )
    closing.sha256 = closing.fingerprint()
    closing.save(force_insert=True)
    return closing


def _tell(closing: YearClosing, actor: User) -> None:
    """The city office reads of it; whoever closed the year knows."""
    city = Region.objects.get(is_city=True)
    for user in others_who_review(city, [actor]):
        send(
            to=user,
            kind="review.closed",
            key=f"year_closing:{closing.pk}",
            link=reverse("compliance:closing", args=[closing.pk]),
            office=closing.office_name,
            year=closing.year,
            number=closing.number,
        )


@transaction.atomic
def closing_exported(*, actor: User, closing: YearClosing, form: str) -> None:
    """Record that somebody took a statement away as `form` (pdf, xlsx): it names people."""
    require(actor, "compliance.annual_list")
    record(actor=actor, action="year.closing_export", obj=closing, rows=len(closing.rows), form=form)
