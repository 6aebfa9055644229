"""The notices in force, as the portal judges by them: `registry.NoticeVersion`, parsed by `hours_rules`.

A version is parsed once per process and found again by the SHA-256 of its text; which versions are in force is asked of
the database once per request (`remember_for_request`), so that every figure of one page is judged by the same notices.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from functools import lru_cache

from django.db.models import QuerySet
from django.utils import timezone

from accounts.guard import may
from accounts.models import User
from hours_rules import RuleError
from hours_rules.notices import for_date, load, together
from hours_rules.types import Notice
from registry.models import NoticeVersion
from registry.states import NoticeState

_this_request: ContextVar[list[tuple[Notice, ...]] | None] = ContextVar("notices_of_this_request", default=None)


@contextmanager
def remember_for_request() -> Iterator[None]:
    """While it lasts, the notices in force are asked for once."""
    token = _this_request.set([])
    try:
        yield
    finally:
        _this_request.reset(token)


def forget() -> None:
    """Ask again: a version was just put in force."""
    remembered = _this_request.get()
    if remembered is not None:
        remembered.clear()


def in_force() -> tuple[Notice, ...]:
    """Every notice in force, newest first. Empty only before the installation's first migration."""
    remembered = _this_request.get()
    if remembered:
        return remembered[0]
    hashes = NoticeVersion.objects.filter(state=NoticeState.IN_FORCE).values_list("sha256", flat=True)
    found = _together(frozenset(bytes(value) for value in hashes))
    if remembered is not None:
        remembered.append(found)
    return found


def notice_on(day: date) -> Notice:
    """The newest notice in force on that day (from 1 January of its year, **D**). RuleError before the first."""
    return for_date(day, in_force())


def notice_of_year(year: int) -> Notice:
    """The notice a year is composed by: the one in force on its last day. RuleError before the first notice."""
    return notice_on(date(year, 12, 31))


def notice_called(notice_id: str) -> Notice:
    """The notice of this number: in force, else the last version that was. KeyError when there never was one."""
    for notice in in_force():
        if notice.id == notice_id:
            return notice
    old = NoticeVersion.objects.filter(notice_id=notice_id, state=NoticeState.REPLACED).order_by("-replaced_at").first()
    if old is None:
        raise KeyError(notice_id)
    return parsed(bytes(old.sha256))


def first_day() -> date:
    """The first day that any notice covers."""
    return min(notice.valid_from for notice in in_force())


def years_with_notice() -> list[int]:
    """This year and back to the first notice's, newest first."""
    return list(range(timezone.localdate().year, first_day().year - 1, -1))


def has_notice(year: int) -> bool:
    """Whether a year composes a standing: before the first notice it does not (**D**)."""
    try:
        notice_of_year(year)
    except (RuleError, ValueError, OverflowError):  # the last two: no year of the calendar
        return False
    return True


def others_in_force(notice: Notice) -> list[Notice]:
    """The notices in force that this one would stand beside: all but those it replaces."""
    return [other for other in in_force() if other.id != notice.id and other.valid_from != notice.valid_from]


def years_judged(notice: Notice) -> list[int]:
    """The years up to the present one that another notice judges once this one is in force."""
    before, after = in_force(), (*others_in_force(notice), notice)
    first = min(each.valid_from for each in (*before, notice)).year
    return [
        year for year in range(first, timezone.localdate().year + 1) if _judge(year, before) is not _judge(year, after)
    ]


def _judge(year: int, notices: tuple[Notice, ...]) -> Notice | None:
    try:
        return for_date(date(year, 12, 31), notices)
    except RuleError:
        return None


@lru_cache(maxsize=64)
def parsed(sha256: bytes) -> Notice:
    """The notice of a stored text."""
    return load(NoticeVersion.objects.filter(sha256=sha256).values_list("text", flat=True)[0])


@lru_cache(maxsize=16)
def _together(hashes: frozenset[bytes]) -> tuple[Notice, ...]:
    return together(parsed(value) for value in hashes)


def visible_to(user: User) -> QuerySet[NoticeVersion]:
    """Every version for the city office, which keeps the notices; for others those that judge or judged."""
    versions = NoticeVersion.objects.select_related("drafted_by", "proposed_by", "agreed_by")
    if may(user, "registry.notices_keep"):
        return versions
    return versions.filter(state__in=[NoticeState.IN_FORCE, NoticeState.REPLACED])
