"""Certificates in the demo: some people have last year's issued to themselves; one whose year falls open loses it."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

from compliance.commands.certificates import certificate_issue
from compliance.commands.signing_keys import signing_key_make
from compliance.models import AnnualReview
from compliance.states import ReviewState
from registry.models import Claim, Practitioner
from registry.states import ClaimState
from zsjxjy.demo.days import OPENS, Days, start_of
from zsjxjy.demo.people import PRINTED
from zsjxjy.demo.steps import City, Step

SOME = 3


def certificate_steps(days: Days) -> list[Step]:
    """The day after the offices signed the last year that is over."""
    year = days.years[-1] - 1
    if year not in days.years:
        return []
    at = start_of(date(year + 1, 2, 17)) + timedelta(hours=OPENS + 2)
    return [Step(at, partial(_issue, year=year))] if at + timedelta(days=20) <= days.now else []


def _issue(_: City, *, year: int) -> None:
    """The printed accounts, some others, and whoever will lose a claim (`reviews`), each for themselves."""
    signing_key_make()
    passed = AnnualReview.objects.filter(year=year, state=ReviewState.PASSED, practitioner__user__isnull=False)
    people = Practitioner.objects.filter(pk__in=passed.values("practitioner")).select_related("user")
    printed = list(people.filter(user__username__in=PRINTED))
    claims = Claim.objects.filter(practitioner__in=people, year=year, state=ClaimState.ACCEPTED, second_look=None)
    loses = claims.exclude(practitioner__in=printed).order_by("pk").values_list("practitioner", flat=True)[:1]
    others = [*people.filter(pk__in=list(loses)), *people.order_by("pk")[:SOME]]
    for person in dict.fromkeys([*printed, *others]):
        assert person.user is not None  # noqa: S101 - asked for above
        certificate_issue(actor=person.user, practitioner=person, years=[year])
