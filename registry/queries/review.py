"""What a reviewer needs beside a claim: the queue around it, and the person's year with and without it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import User
from hours_rules import Entry, compose
from hours_rules.types import CapApplied, Composition
from registry.models import Claim, EntrySource, HourEntry
from registry.models.claims import certificate_key
from registry.queries.claims import visible_to
from registry.queries.search import LAST_FOUR, by_person
from registry.queries.years import Year, activity_codes, names_of, year_of

NUMBER = re.compile(r"(?:SB)?(20\d{9})", re.IGNORECASE)
OF_GROUP = re.compile(r"JT20\d{9}", re.IGNORECASE)
EARLIER_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Figure:
    """One of the four figures of a year: as it stands, as it would be, and what is missing each time."""

    name: str
    minimum: Decimal
    now: Decimal
    after: Decimal
    missing_now: Decimal
    missing_after: Decimal

    @property
    def gain(self) -> Decimal:
        """What accepting adds to the counted figure, after caps."""
        return self.after - self.now


@dataclass(frozen=True, slots=True)
class Outlook:
    """The person's year as it stands (`year`), and as it would be with this claim credited."""

    year: Year
    after: Composition
    figures: tuple[Figure, ...]

    @property
    def new_caps(self) -> tuple[CapApplied, ...]:
        """Annual caps that would take something away from this claim's hours."""
        return tuple(cap for cap in self.after.caps if cap not in self.year.composition.caps)


def outlook(claim: Claim) -> Outlook:
    """Compose the claim's year once as it stands and once with the claim's hours (§二)."""
    year = year_of(claim.practitioner, claim.year)
    codes = activity_codes(year.notice)
    lines = [Entry(codes[entry.activity], entry.hours) for entry in year.entries]
    own = year.adjustment.minimums if year.adjustment else None
    after = compose([*lines, Entry(claim.activity, claim.hours)], year.notice, own)
    return Outlook(year, after, compared(year, after))


def compared(year: Year, after: Composition) -> tuple[Figure, ...]:
    """The four figures of a year, the total first, as they stand and as this composition would have them."""
    return tuple(
        Figure(
            name,
            after.minimums[code],
            year.composition.counted[code],
            after.counted[code],
            year.composition.deficits[code],
            after.deficits[code],
        )
        for code, name in names_of(year.notice).items()
    )


def waiting_days(claim: Claim) -> int | None:
    """Calendar days (Shanghai) since a claim that still waits was handed in."""
    if claim.submitted_at is None:
        return None
    return (timezone.localdate() - timezone.localdate(claim.submitted_at)).days


def search(claims: QuerySet[Claim], text: str) -> QuerySet[Claim]:
    """By whole 受理编号 (without SB too), last four of the ID, whole certificate number, or a name's beginning.

    A group's number (JT…) finds all of its claims.

    What has a digit in it is no name. A certificate's number is asked for whole, however it is spaced: its beginning
    may be a thousand others'.
    """
    if number := NUMBER.fullmatch(text):
        return claims.filter(number=f"SB{number[1]}")
    if OF_GROUP.fullmatch(text):
        return claims.filter(group__number=text.upper())
    if LAST_FOUR.fullmatch(text) or not any(sign.isdigit() for sign in text):
        return by_person(claims, text)
    key = certificate_key(text)
    return claims.filter(certificate_key=key) if key else claims.none()


def next_after(claims: QuerySet[Claim], claim: Claim, *, newest_first: bool = False) -> Claim | None:
    """The claim that follows in this list of waiting claims; its first one when none follows. None when it is empty."""
    way, order = ("lt", ("-submitted_at", "-id")) if newest_first else ("gt", ("submitted_at", "id"))
    same_moment = Q(submitted_at=claim.submitted_at, **{f"pk__{way}": claim.pk})
    behind = Q(**{f"submitted_at__{way}": claim.submitted_at}) | same_moment
    others = claims.exclude(pk=claim.pk).order_by(*order)
    return others.filter(behind).first() or others.first()


def other_claims(user: User, claim: Claim) -> list[Claim]:
    """The person's other claims that the user may see, newest first, at most ten."""
    others = visible_to(user).filter(practitioner=claim.practitioner_id).exclude(pk=claim.pk)
    return list(others.order_by("-id")[:EARLIER_SHOWN])


def entry_of(claim: Claim) -> HourEntry | None:
    """The ledger line that accepting the claim wrote, or None."""
    return HourEntry.objects.filter(source=EntrySource.CLAIM, source_id=claim.pk, reverses=None).order_by("pk").last()
